#include "adapters/ffmpeg/envelope.hpp"

#include "adapters/ffmpeg/text_lines.hpp"

#include <algorithm>
#include <cmath>

namespace adapters::ffmpeg {

namespace {

// Below this nobody hears anything (R128's absolute gate).
constexpr double inaudible = -70;
// So far below its own level a piece is fading away, or has not begun; but what is loud enough in itself
// sounds.
constexpr double fading = 30;
constexpr double faint = -50;
constexpr double still_music = 10;  // a very soft piece is measured by itself alone

double power(double level) {
    return std::pow(10, level / 10);
}

}  // namespace

envelope envelope::read(std::string_view printed, std::size_t most) {
    std::vector<float> levels;
    for_each_line(printed, [&](std::string_view line) {
        const auto value = value_after(line, "lavfi.astats.Overall.RMS_level=");
        if (!value || levels.size() == most)
            return;
        const auto level = decibels(*value);
        if (level)
            levels.push_back(static_cast<float>(std::clamp<double>(*level, floor, 120)));
    });
    return envelope{std::move(levels)};
}

double envelope::at(double seconds) const {
    const double window = std::floor(seconds / window_seconds);
    if (!(window >= 0 && window < static_cast<double>(levels_.size())))
        return floor;
    return levels_[static_cast<std::size_t>(window)];
}

double envelope::level() const {
    double sum = 0;
    std::size_t count = 0;
    for (const float each : levels_) {
        if (each > inaudible) {
            sum += power(each);
            ++count;
        }
    }
    return count == 0 ? floor : 10 * std::log10(sum / static_cast<double>(count));
}

envelope::span envelope::sounding() const {
    const span all{0, static_cast<double>(levels_.size()) * window_seconds};
    const double own = level();
    if (own <= floor)
        return all;
    const double least = std::min(std::max(own - fading, faint), own - still_music);
    const auto sounds = [least](float level) { return level >= least; };
    const auto first = std::find_if(levels_.begin(), levels_.end(), sounds);
    if (first == levels_.end())
        return all;
    const auto last = std::find_if(levels_.rbegin(), levels_.rend(), sounds).base();
    return {static_cast<double>(first - levels_.begin()) * window_seconds,
            static_cast<double>(last - levels_.begin()) * window_seconds};
}

}  // namespace adapters::ffmpeg
