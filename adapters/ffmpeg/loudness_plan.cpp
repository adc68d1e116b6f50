#include "adapters/ffmpeg/loudness_plan.hpp"

#include "gateway/domain/audio_workshop.hpp"

#include <algorithm>
#include <cmath>

namespace adapters::ffmpeg {

namespace {

constexpr double silence = -60;  // LUFS; what measures less is not made louder
constexpr double most_gain = 30;
constexpr double lowest_limit = -12;  // beyond this the music would be crushed rather than limited
// Readings come in tenths; the half is what may hide below.
constexpr double rounding = 0.05;
constexpr double good_enough = 0.5;  // LU; 1 is promised

// What encoding may add to a peak.
double room_for(gateway::audio_format format) {
    switch (format) {
        case gateway::audio_format::m4a:
        case gateway::audio_format::mp3: return 0.6;
        case gateway::audio_format::wav:
        case gateway::audio_format::flac: break;
    }
    return 0.2;
}

}  // namespace

loudness_plan first_loudness_plan(const loudness& master, bool even, gateway::audio_format format) {
    loudness_plan plan;
    if (master.integrated < silence)
        return plan;
    const double highest = gateway::highest_true_peak_dbtp - room_for(format);
    if (!even) {
        plan.gain = std::min(0.0, highest - master.true_peak);
        return plan;
    }
    plan.gain = std::clamp(gateway::master_loudness_lufs - master.integrated, -most_gain, most_gain);
    if (master.true_peak + plan.gain > highest)
        plan.limit = highest;
    return plan;
}

std::optional<loudness_plan> corrected(const loudness_plan& used, const loudness& encoded,
                                       const loudness& master, bool even) {
    constexpr double spare = 0.2;  // not to need a third attempt
    const double excess = encoded.true_peak + rounding - gateway::highest_true_peak_dbtp;
    const bool too_peaky = excess > 0;
    const double missing = gateway::master_loudness_lufs - encoded.integrated;
    const bool off_target = even && encoded.integrated > silence && std::abs(missing) > good_enough;
    if (!too_peaky && !off_target)
        return std::nullopt;

    loudness_plan next = used;
    if (!even) {
        next.gain -= excess + spare;
        return next;
    }
    if (off_target)
        next.gain = std::clamp(used.gain + missing, -most_gain, most_gain);
    if (too_peaky) {
        const double reached = used.limit.value_or(master.true_peak + used.gain);
        next.limit = reached - excess - spare;
    } else if (!next.limit && master.true_peak + next.gain > gateway::highest_true_peak_dbtp - spare) {
        next.limit = gateway::highest_true_peak_dbtp - spare;
    }
    if (next.limit)
        next.limit = std::max(*next.limit, lowest_limit);
    return next;
}

}  // namespace adapters::ffmpeg
