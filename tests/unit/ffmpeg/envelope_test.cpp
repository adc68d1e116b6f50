// Where a piece of audio sounds, as read from what ffmpeg prints.

#include "adapters/ffmpeg/envelope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using adapters::ffmpeg::envelope;

constexpr std::size_t plenty = 1'000'000;

std::string printed(const std::vector<std::string>& levels) {
    std::string text;
    for (std::size_t i = 0; i < levels.size(); ++i)
        text += "frame:" + std::to_string(i) +
                " pts:0 pts_time:0\nlavfi.astats.Overall.RMS_level=" + levels[i] + "\n";
    return text;
}

// `seconds` at that level.
void add(std::vector<float>& levels, double seconds, float level) {
    levels.insert(levels.end(), static_cast<std::size_t>(seconds / envelope::window_seconds + 0.5), level);
}

TEST(EnvelopeRead, TakesEachWindow) {
    const auto read = envelope::read(printed({"-20.5", "-inf", "nan", "-nan", "-3"}), plenty);
    ASSERT_EQ(read.windows(), 5u);
    EXPECT_NEAR(read.at(0), -20.5, 1e-4);
    EXPECT_EQ(read.at(0.06), envelope::floor);
    EXPECT_EQ(read.at(0.11), envelope::floor);
    EXPECT_EQ(read.at(0.16), envelope::floor);
    EXPECT_NEAR(read.at(0.24), -3, 1e-4);
    EXPECT_EQ(read.at(0.25), envelope::floor);
    EXPECT_EQ(read.at(-1), envelope::floor);
    EXPECT_EQ(read.at(1e300), envelope::floor);
}

TEST(EnvelopeRead, PassesOverWhatIsNoLevel) {
    EXPECT_EQ(envelope::read("", plenty).windows(), 0u);
    EXPECT_EQ(envelope::read(printed({"", "x", "-20 ", "1e999", "--1", "0x10"}), plenty).windows(), 0u);
    EXPECT_EQ(envelope::read("title=lavfi.astats.Overall.RMS_level=-20\n", plenty).windows(), 0u);
    EXPECT_NEAR(envelope::read(printed({"1e30"}), plenty).at(0), 120, 1e-4);
    EXPECT_NEAR(envelope::read(printed({"-1e30"}), plenty).at(0), -120, 1e-4);
}

TEST(EnvelopeRead, StopsAtTheMost) {
    EXPECT_EQ(envelope::read(printed(std::vector<std::string>(50, "-20")), 7).windows(), 7u);
}

TEST(EnvelopeSounding, LeavesOutSilenceAndTheTailOfAFade) {
    std::vector<float> levels;
    add(levels, 1, -120);
    add(levels, 10, -20);
    add(levels, 2, -35);  // fading, but still heard
    add(levels, 1, -55);
    add(levels, 1, -120);
    const auto [from, to] = envelope{levels}.sounding();
    EXPECT_NEAR(from, 1, 1e-6);
    EXPECT_NEAR(to, 13, 1e-6);
}

TEST(EnvelopeSounding, KeepsWhatIsSoftThroughout) {
    std::vector<float> levels;
    add(levels, 1, -90);
    add(levels, 10, -58);
    add(levels, 1, -90);
    const auto [from, to] = envelope{levels}.sounding();
    EXPECT_NEAR(from, 1, 1e-6);
    EXPECT_NEAR(to, 11, 1e-6);
}

TEST(EnvelopeSounding, IsAllWhenNothingSounds) {
    const envelope silence{std::vector<float>(40, -120)};
    EXPECT_TRUE(silence.silent());
    EXPECT_NEAR(silence.sounding().to, 2, 1e-6);
    EXPECT_EQ(envelope{}.sounding().to, 0);
    EXPECT_TRUE(envelope{}.silent());
}

TEST(EnvelopeLevel, IsTheMeanPowerOfWhatSounds) {
    EXPECT_NEAR((envelope{{-20, -20, -120, -120}}.level()), -20, 0.01);
    EXPECT_NEAR((envelope{{-20, -60}}.level()), -23, 0.02);
}

}  // namespace
