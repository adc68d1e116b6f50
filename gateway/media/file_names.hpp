#pragma once
// The two parts of an audio file's name: what may become part of a path or of an object's key, whoever asks.

#include "gateway/runtime/ascii.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace gateway::media {

// Of whatever an archive keeps.
inline constexpr std::array<std::string_view, 5> extensions{"m4a", "mp3", "wav", "flac", "ogg"};

inline bool is_plain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return ascii::is_lower(c) || ascii::is_digit(c) || c == '_'; });
}

// [a-z0-9_], 2 to 64 characters.
inline bool is_track_id(std::string_view text) noexcept {
    return text.size() >= 2 && text.size() <= 64 && is_plain(text);
}

// [a-z0-9_], 1 to 8 characters.
inline bool is_extension(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 8 && is_plain(text);
}

// "<track id>.<extension>".
inline bool is_file_name(std::string_view text) noexcept {
    const auto dot = text.find('.');
    return dot != std::string_view::npos && is_track_id(text.substr(0, dot)) &&
           is_extension(text.substr(dot + 1));
}

inline std::string file_name(std::string_view track_id, std::string_view extension) {
    return std::string{track_id} + '.' + std::string{extension};
}

}  // namespace gateway::media
