#pragma once
// How loud a piece of audio is over its time, and what can be told from it: where it begins and ends to
// sound, and where it is quiet. Pure.

#include <cstddef>
#include <string_view>
#include <vector>

namespace adapters::ffmpeg {

// The RMS level of each twentieth of a second, in dBFS; silence is `floor`.
class envelope {
public:
    static constexpr double window_seconds = 0.05;
    static constexpr float floor = -120;

    envelope() = default;
    explicit envelope(std::vector<float> levels) : levels_{std::move(levels)} {}

    // From what ffmpeg's ametadata prints of astats (command_lines.hpp); lines that are none of these don't
    // count, and what comes after `most` windows doesn't either.
    static envelope read(std::string_view printed, std::size_t most);

    std::size_t windows() const noexcept { return levels_.size(); }

    // At that second; `floor` outside.
    double at(double seconds) const;

    // The mean power of what is no silence; `floor` when all is.
    double level() const;

    struct span {
        double from = 0;
        double to = 0;
    };
    // Without the silence at both ends, also that of a long fade: what lies far below the music's own level
    // counts as silence. All of it when nothing sounds.
    span sounding() const;

    bool silent() const { return level() <= floor; }

private:
    std::vector<float> levels_;
};

}  // namespace adapters::ffmpeg
