// What a master is made of: pieces, joins, the cut and the ends.

#include "adapters/ffmpeg/plan.hpp"

#include "gateway/domain/audio_workshop.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::ffmpeg;
using gateway::audio_format;

std::vector<float> windows(double seconds, float level) {
    return std::vector<float>(static_cast<std::size_t>(seconds / envelope::window_seconds + 0.5), level);
}

clip_reading steady(double seconds, float level = -20, double integrated = -16) {
    return {seconds, envelope{windows(seconds, level)}, integrated};
}

clip_reading padded(double lead, double music, double rest) {
    auto levels = windows(lead, -120);
    const auto sounding = windows(music, -20);
    const auto trail = windows(rest, -120);
    levels.insert(levels.end(), sounding.begin(), sounding.end());
    levels.insert(levels.end(), trail.begin(), trail.end());
    return {lead + music + rest, envelope{levels}, -16};
}

master_terms terms(std::optional<double> length, audio_format format = audio_format::wav) {
    master_terms wanted;
    wanted.length = length;
    wanted.format = format;
    return wanted;
}

TEST(PlanMaster, OfOneClipWithoutALengthIsTheClip) {
    const auto plan = plan_master({padded(1, 20, 1)}, terms({}));
    ASSERT_TRUE(plan);
    ASSERT_EQ(plan->pieces.size(), 1u);
    EXPECT_EQ(plan->pieces[0].from, 0);
    EXPECT_EQ(plan->pieces[0].to, 22);
    EXPECT_EQ(plan->fade_in, 0);
    EXPECT_NEAR(plan->seconds, 22, 0.1);
}

TEST(PlanMaster, IsNothingWithoutMusic) {
    EXPECT_FALSE(plan_master({}, terms({})));
    EXPECT_FALSE(plan_master({clip_reading{}}, terms(15)));
    EXPECT_FALSE(plan_master({steady(0.1)}, terms(15)));
}

TEST(PlanMaster, LeavesOutSilenceAtJoinsButNotAtTheEnds) {
    const auto plan = plan_master({padded(1, 20, 2), padded(3, 20, 4)}, terms({}));
    ASSERT_EQ(plan->pieces.size(), 2u);
    EXPECT_NEAR(plan->pieces[0].from, 0, 1e-6);
    EXPECT_NEAR(plan->pieces[0].to, 21, 1e-6);
    EXPECT_NEAR(plan->pieces[1].from, 3, 1e-6);
    EXPECT_NEAR(plan->pieces[1].to, 27, 1e-6);
    EXPECT_EQ(plan->pieces[1].overlap, gateway::crossfade_seconds);
    EXPECT_NEAR(plan->seconds, 21 + 24 - 3, 0.1);
}

TEST(PlanMaster, OverlapsShortPiecesByLess) {
    const auto plan = plan_master({steady(20), steady(2), steady(20)}, terms({}));
    ASSERT_EQ(plan->pieces.size(), 3u);
    EXPECT_LT(plan->pieces[1].overlap + plan->pieces[2].overlap, 2);
}

TEST(PlanMaster, LeavesOutSilentClipsWhereOthersSound) {
    const auto plan = plan_master({steady(10, -120), steady(10), steady(10, -120)}, terms({}));
    ASSERT_EQ(plan->pieces.size(), 1u);
    EXPECT_EQ(plan->pieces[0].clip, 1u);
    EXPECT_TRUE(plan_master({steady(10, -120)}, terms({})));
}

TEST(PlanMaster, IsNeverLongerThanWasAsked) {
    for (const auto format : {audio_format::m4a, audio_format::mp3, audio_format::wav, audio_format::flac}) {
        for (const double length : {1.0, 2.0, 15.0, 60.0, 61.0, 240.0}) {
            const auto plan = plan_master({steady(100), steady(100), steady(100)}, terms(length, format));
            ASSERT_TRUE(plan);
            EXPECT_LE(plan->seconds + padding_of(format), length + 1e-6);
            EXPECT_GE(plan->seconds, length - 0.5);
            EXPECT_LE(plan->fade_in + plan->fade_out, plan->seconds);
            EXPECT_GT(plan->tail, 0.05);
        }
    }
}

TEST(PlanMaster, CutsWhereItIsQuietest) {
    auto clip = steady(30);
    auto levels = windows(30, -20);
    levels[static_cast<std::size_t>(14.7 / envelope::window_seconds)] = -45;
    clip.shape = envelope{levels};
    const auto plan = plan_master({clip}, terms(15));
    EXPECT_NEAR(plan->seconds - plan->tail, 14.7, 0.06);
    EXPECT_GE(plan->fade_out, 0.5);
}

TEST(PlanMaster, CutsAtTheEndOfTheWindowWhenAllIsAlike) {
    EXPECT_NEAR(plan_master({steady(30)}, terms(15))->seconds, 15, 1e-6);
}

TEST(PlanMaster, LooksThroughAJoinForTheQuietPlace) {
    // The second clip's own dip at its second 8.75 is where the whole is at 15.75.
    auto dipping = steady(30);
    auto levels = windows(30, -20);
    levels[175] = -60;
    dipping.shape = envelope{levels};
    const auto plan = plan_master({steady(10), dipping}, terms(16));
    EXPECT_NEAR(plan->seconds - plan->tail, 15.77, 0.06);
}

TEST(PlanMaster, NeedsNoClipThatBeginsAfterTheCut) {
    EXPECT_EQ(plan_master({steady(100), steady(100), steady(100)}, terms(60))->pieces.size(), 1u);
    EXPECT_EQ(plan_master({steady(100), steady(100), steady(100)}, terms(120))->pieces.size(), 2u);
}

TEST(PlanMaster, PlaysSlowerWhatIsALittleShort) {
    const auto plan = plan_master({steady(58)}, terms(60));
    EXPECT_NEAR(plan->tempo, 58 / 59.92, 1e-4);
    EXPECT_NEAR(plan->seconds, 60, 1e-6);
    EXPECT_EQ(plan_master({steady(50)}, terms(60))->tempo, 1);
    EXPECT_EQ(plan_master({steady(59.9)}, terms(60))->tempo, 1);
    EXPECT_EQ(plan_master({steady(70)}, terms(60))->tempo, 1);
}

TEST(PlanMaster, WithEvenLoudnessBringsClipsTogetherAndFades) {
    master_terms even = terms({});
    even.even_loudness = true;
    const auto plan = plan_master({padded(2, 60, 2), steady(60, -30, -28), steady(60, -10, -8)}, even);
    ASSERT_EQ(plan->pieces.size(), 3u);
    EXPECT_NEAR(plan->pieces[0].from, 2, 1e-6);
    EXPECT_NEAR(plan->pieces[0].gain, 0, 1e-6);
    EXPECT_NEAR(plan->pieces[1].gain, 12, 1e-6);
    EXPECT_NEAR(plan->pieces[2].gain, -8, 1e-6);
    EXPECT_GE(plan->fade_in, 1);
    EXPECT_GE(plan->fade_out, 2);
}

TEST(PlanMaster, NeverMakesNoiseOutOfNothing) {
    master_terms even = terms({});
    even.even_loudness = true;
    const auto plan = plan_master({steady(60), steady(60, -69, -69), steady(60, -50, -50)}, even);
    ASSERT_EQ(plan->pieces.size(), 3u);
    EXPECT_EQ(plan->pieces[1].gain, 0);
    EXPECT_EQ(plan->pieces[2].gain, 20);
}

}  // namespace
