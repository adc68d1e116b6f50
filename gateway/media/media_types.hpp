#pragma once
// What players are told of a file, by the extensions that archives give.

#include <array>
#include <string_view>
#include <utility>

namespace gateway::media {

// application/octet-stream for what no archive keeps.
inline std::string_view mime_type_of(std::string_view extension) noexcept {
    using kind = std::pair<std::string_view, std::string_view>;
    constexpr std::array<kind, 8> kinds{{{"mp3", "audio/mpeg"},
                                         {"m4a", "audio/mp4"},
                                         {"wav", "audio/wav"},
                                         {"flac", "audio/flac"},
                                         {"ogg", "audio/ogg"},
                                         {"opus", "audio/ogg"},
                                         {"aac", "audio/aac"},
                                         {"webm", "audio/webm"}}};
    for (const auto& [known, mime_type] : kinds)
        if (known == extension)
            return mime_type;
    return "application/octet-stream";
}

}  // namespace gateway::media
