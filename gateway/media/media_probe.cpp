#include "gateway/media/media_probe.hpp"

#include "gateway/media/format_probes.hpp"

#include <array>

namespace gateway::media {

namespace {

struct format {
    std::optional<measured> (*probe)(byte_window&);
    const char* extension;
    const char* mime_type;
};

// MP3 last: its frames have the weakest signature.
constexpr std::array formats{
    format{probe_mp4, "m4a", "audio/mp4"},    format{probe_wav, "wav", "audio/wav"},
    format{probe_flac, "flac", "audio/flac"}, format{probe_ogg, "ogg", "audio/ogg"},
    format{probe_mp3, "mp3", "audio/mpeg"},
};

// Nobody stores a week of music: such a header lies.
constexpr double longest_believed = 7 * 24 * 3600.0;

std::optional<double> believable(std::optional<double> seconds) {
    if (!seconds || !(*seconds > 0 && *seconds <= longest_believed))
        return std::nullopt;
    return seconds;
}

}  // namespace

gateway::result<gateway::stored_audio> probe_media(random_access& file) {
    byte_window window{file};
    for (const format& one : formats) {
        const std::optional<measured> found = one.probe(window);
        if (window.error())
            return window.error();
        if (found)
            return gateway::stored_audio{one.extension, one.mime_type, window.size(),
                                         believable(found->duration)};
    }
    return make_error_code(gateway::errc::not_audio);
}

}  // namespace gateway::media
