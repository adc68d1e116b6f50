#pragma once
// Decides by how much a master is made louder or softer and whether its peaks are limited, and what to do
// otherwise when the encoded file came out too loud, too soft or too peaky. Pure.

#include "adapters/ffmpeg/readings.hpp"
#include "gateway/domain/engine.hpp"

#include <optional>

namespace adapters::ffmpeg {

struct loudness_plan {
    double gain = 0;              // dB
    std::optional<double> limit;  // dBTP: peaks above are held down

    bool operator==(const loudness_plan&) const = default;
};

// For a master that measures `master` before encoding. With even loudness it is brought to
// gateway::master_loudness_lufs, its peaks limited when they would not fit; otherwise it is only made softer
// as a whole, and only as far as its peaks need. Silence stays as it is.
loudness_plan first_loudness_plan(const loudness& master, bool even, gateway::audio_format format);

// Nothing when the encoded file keeps its promises: peaks at most gateway::highest_true_peak_dbtp, and within
// half a LU of the target with even loudness. Otherwise the plan for the next attempt.
std::optional<loudness_plan> corrected(const loudness_plan& used, const loudness& encoded,
                                       const loudness& master, bool even);

}  // namespace adapters::ffmpeg
