#pragma once
// One function per format. Each answers nothing when the file is not of its format, or is, but is cut short.

#include "gateway/media/byte_window.hpp"

#include <optional>

namespace gateway::media {

// Seconds; absent when the file does not tell.
struct measured {
    std::optional<double> duration;
};

std::optional<measured> probe_mp4(byte_window& file);
std::optional<measured> probe_mp3(byte_window& file);
std::optional<measured> probe_wav(byte_window& file);
std::optional<measured> probe_flac(byte_window& file);
std::optional<measured> probe_ogg(byte_window& file);

}  // namespace gateway::media
