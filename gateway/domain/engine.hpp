#pragma once
// What a client can order music from. Engines are configuration, not code.

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway {

// What becomes of a clip that is not as long as was asked for.
enum class length_rule {
    as_is,  // it is delivered as upstream made it
    fit,    // too long: it is cut; too short: more of the kind is joined to it, as far as max_clips_per_job
            // goes
};

// What a seed track does to the new music.
enum class seed_rule {
    none,            // the engine takes no seeds
    restyle,         // new music of the seed's character
    continue_track,  // the same, joined to the end of the seed's own audio
};

enum class audio_format { m4a, mp3, wav, flac };

// What clients get. `source`: as upstream made it, and m4a where it was worked on.
enum class delivered_format { source, m4a, mp3, wav, flac };

constexpr audio_format format_of(delivered_format wanted) {
    switch (wanted) {
        case delivered_format::mp3: return audio_format::mp3;
        case delivered_format::wav: return audio_format::wav;
        case delivered_format::flac: return audio_format::flac;
        case delivered_format::source:
        case delivered_format::m4a: break;
    }
    return audio_format::m4a;
}

struct engine {
    std::string engine_key;
    std::string display_name;
    std::string model;  // upstream's `mv`, spelled as upstream wants it
    int max_duration_seconds = 240;
    bool supports_vocals = true;
    bool supports_lyrics = true;
    std::vector<std::string> supported_languages;
    std::string licence_class = "unclear";  // reference/aitronos-api 3.0
    bool commercial_use = false;
    bool requires_attribution = true;
    std::chrono::seconds typical{40};  // from acceptance to finished, before anything was learned
    int credits = 10;                  // what one create costs upstream
    length_rule length = length_rule::fit;
    int max_clips_per_job = 6;  // paid creates for one job; a clip that failed and is replaced counts as one
    seed_rule seed = seed_rule::restyle;
    delivered_format format = delivered_format::source;
    bool write_lyrics = false;  // vocals without lyrics: upstream is asked to write some first

    bool operator==(const engine&) const = default;
};

// "m4a", also the files' extension.
constexpr std::string_view to_string(audio_format format) {
    switch (format) {
        case audio_format::mp3: return "mp3";
        case audio_format::wav: return "wav";
        case audio_format::flac: return "flac";
        case audio_format::m4a: break;
    }
    return "m4a";
}

// The engine of that key among `engines`, or nullptr. Points into `engines`.
inline const engine* find_engine(std::span<const engine> engines, std::string_view engine_key) {
    const auto found = std::find_if(engines.begin(), engines.end(),
                                    [&](const engine& each) { return each.engine_key == engine_key; });
    return found == engines.end() ? nullptr : &*found;
}

}  // namespace gateway
