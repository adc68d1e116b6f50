// By how much a master is made louder, and what is done when the encoder disagrees.

#include "adapters/ffmpeg/loudness_plan.hpp"

#include "gateway/domain/audio_workshop.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::ffmpeg;
using gateway::audio_format;

constexpr double target = gateway::master_loudness_lufs;
constexpr double ceiling = gateway::highest_true_peak_dbtp;

TEST(FirstLoudnessPlan, LeavesAloneWhatFits) {
    EXPECT_EQ(first_loudness_plan({-20, -6}, false, audio_format::m4a), loudness_plan{});
}

TEST(FirstLoudnessPlan, MakesLoudPeaksSofterAsAWhole) {
    const auto plan = first_loudness_plan({-8, 1.5}, false, audio_format::wav);
    EXPECT_FALSE(plan.limit);
    EXPECT_LT(1.5 + plan.gain, ceiling);
    EXPECT_GT(1.5 + plan.gain, ceiling - 0.5);
}

TEST(FirstLoudnessPlan, LeavesMoreRoomForLossyEncoders) {
    EXPECT_LT(first_loudness_plan({-8, 1.5}, false, audio_format::mp3).gain,
              first_loudness_plan({-8, 1.5}, false, audio_format::flac).gain);
}

TEST(FirstLoudnessPlan, BringsEvenMusicToItsTarget) {
    EXPECT_EQ(first_loudness_plan({-30, -20}, true, audio_format::m4a),
              (loudness_plan{target + 30, std::nullopt}));
    EXPECT_EQ(first_loudness_plan({-9, 0}, true, audio_format::m4a),
              (loudness_plan{target + 9, std::nullopt}));
}

TEST(FirstLoudnessPlan, LimitsPeaksThatWouldNotFit) {
    const auto plan = first_loudness_plan({-30, -10}, true, audio_format::wav);
    EXPECT_EQ(plan.gain, target + 30);
    ASSERT_TRUE(plan.limit);
    EXPECT_LT(*plan.limit, ceiling);
}

TEST(FirstLoudnessPlan, LeavesSilenceSilent) {
    EXPECT_EQ(first_loudness_plan({-70, -120}, true, audio_format::m4a), loudness_plan{});
    EXPECT_EQ(first_loudness_plan({-70, -120}, false, audio_format::m4a), loudness_plan{});
    EXPECT_LE(first_loudness_plan({-59, -59}, true, audio_format::m4a).gain, 30);
}

TEST(Corrected, IsNothingWhenThePromisesAreKept) {
    EXPECT_FALSE(corrected({}, {target, ceiling - 0.1}, {-20, -6}, true));
    EXPECT_FALSE(corrected({}, {target + 0.4, -6}, {-20, -6}, true));
    EXPECT_FALSE(corrected({}, {-40, -20}, {-20, -6}, false));
    EXPECT_FALSE(corrected({}, {-70, -120}, {-70, -120}, true));
}

TEST(Corrected, MakesSofterByWhatTheEncoderAdded) {
    const auto next = corrected({-2, std::nullopt}, {-12, ceiling + 0.6}, {-10, 0.4}, false);
    ASSERT_TRUE(next);
    EXPECT_LT(next->gain, -2.6);
    EXPECT_GT(next->gain, -3.2);
    EXPECT_FALSE(next->limit);
}

TEST(Corrected, CountsAReadingAtTheLimitAsOver) {
    EXPECT_TRUE(corrected({}, {-12, ceiling}, {-10, 0.4}, false));  // -1.0 may be -0.96
}

TEST(Corrected, LowersTheLimitAndRestoresTheLoudness) {
    const loudness_plan used{14, -1.2};
    const auto next = corrected(used, {target - 1.5, ceiling + 0.5}, {-30, -4}, true);
    ASSERT_TRUE(next && next->limit);
    EXPECT_NEAR(next->gain, 15.5, 1e-9);
    EXPECT_LT(*next->limit, -1.7);
    EXPECT_GT(*next->limit, -2.2);
}

TEST(Corrected, BeginsToLimitWhenMoreGainWouldBeTooMuch) {
    const auto next = corrected({10, std::nullopt}, {target - 2, -2}, {-28, -12}, true);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->gain, 12);
    ASSERT_TRUE(next->limit);
    EXPECT_LT(*next->limit, ceiling);
}

TEST(Corrected, NeverCrushesTheMusic) {
    const auto next = corrected({20, -11.9}, {target, ceiling + 5}, {-36, 0}, true);
    ASSERT_TRUE(next && next->limit);
    EXPECT_GE(*next->limit, -12);
}

}  // namespace
