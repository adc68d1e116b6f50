// What music is made of: tables of lengths, engines and modes.
#include "gateway/work/music_plan.hpp"

#include "tests/unit/work/fixtures.hpp"

#include <gtest/gtest.h>

namespace gateway::work {

namespace {

engine an_engine(length_rule length = length_rule::fit, int most = 6) {
    engine with = a_policy().engines.front();
    with.length = length;
    with.max_clips_per_job = most;
    return with;
}

job asking_for(int seconds, generation_mode mode = generation_mode::creation) {
    job of = a_running_job(milliseconds{1'000});
    of.request.duration_seconds = seconds;
    of.request.mode = mode;
    return of;
}

job with_clips(job of, std::vector<double> lengths) {
    for (const double each : lengths)
        of.state.clips.push_back({"task", "m4a", each});
    return of;
}

clip claiming(std::optional<double> seconds) {
    return clip{"clip", "https://cdn/a.m4a", seconds, "https://cdn/a.wav", "7"};
}

std::string named(const next_music::any& what) {
    if (const auto* more = std::get_if<next_music::another_clip>(&what))
        return "another of " + std::to_string(more->planned);
    return std::holds_alternative<next_music::untouched>(what) ? "untouched" : "master";
}

}  // namespace

TEST(MusicPlan, RightLengthIsWithinHalfASecondOrOutOfReach) {
    struct row {
        int asked;
        std::optional<double> seconds;
        bool right;
    };
    for (const auto& [asked, seconds, right] :
         {row{60, 60.3, true}, row{60, 59.7, true}, row{60, 61, false}, row{60, 200, false},
          row{60, 58.9, false}, row{60, 30, true}, row{120, 70, false}, row{120, std::nullopt, false},
          row{120, 3, true}}) {
        EXPECT_EQ(has_the_right_length(asking_for(asked), an_engine(), seconds), right)
            << asked << " " << seconds.value_or(-1);
        EXPECT_TRUE(has_the_right_length(asking_for(asked), an_engine(length_rule::as_is), seconds));
    }
    EXPECT_TRUE(has_the_right_length(asking_for(120), an_engine(length_rule::fit, 1), 70))
        << "no further clip allowed";
}

TEST(MusicPlan, FocusSeedsFormatsAndFurtherClipsAreNeverTheTrackAsTheyAre) {
    const engine plain = an_engine(length_rule::as_is);
    EXPECT_TRUE(may_be_the_track(asking_for(60), plain));
    EXPECT_FALSE(may_be_the_track(asking_for(60, generation_mode::focus), plain));
    engine mp3 = plain;
    mp3.format = delivered_format::mp3;
    EXPECT_FALSE(may_be_the_track(asking_for(60), mp3));
    job continued = asking_for(60);
    continued.request.seed_track_id = "mtrack_1";
    continued.request.seed.extension = "m4a";
    EXPECT_FALSE(may_be_the_track(continued, plain));
    EXPECT_FALSE(may_be_the_track(with_clips(asking_for(60), {40}), plain));
}

TEST(MusicPlan, EncodesFromTheLosslessSourceAndFallsBackToTheOther) {
    engine mp3 = an_engine();
    mp3.format = delivered_format::mp3;
    const std::vector<std::string> both{"https://cdn/a.wav", "https://cdn/a.m4a"};
    const std::vector<std::string> one{"https://cdn/a.m4a"};
    EXPECT_EQ(sources_of(claiming(60), mp3), both);
    EXPECT_EQ(sources_of(claiming(60), an_engine()), one);
    clip lossy = claiming(60);
    lossy.lossless_url.clear();
    EXPECT_EQ(sources_of(lossy, mp3), one);
}

TEST(MusicPlan, WhatComesAfterAClip) {
    struct row {
        const char* what;
        int asked;
        std::vector<double> clips;
        generation_mode mode;
        int most;
        const char* next;
    };
    constexpr auto creation = generation_mode::creation;
    constexpr auto focus = generation_mode::focus;
    const std::vector<row> rows{
        {"as long as asked", 60, {60.2}, creation, 6, "untouched"},
        {"a little short and none allowed", 60, {50}, creation, 1, "untouched"},
        {"short by so little that it is stretched", 60, {59}, creation, 6, "master"},
        {"too long", 60, {171}, creation, 6, "master"},
        {"short", 120, {90}, creation, 6, "another of 2"},
        {"still short", 240, {90, 90}, creation, 6, "another of 3"},
        {"long enough by now", 240, {90, 90, 90}, creation, 6, "master"},
        {"out of reach, so nothing is spent on it", 240, {40}, creation, 4, "untouched"},
        {"a fragment", 120, {50}, creation, 50, "untouched"},
        {"focus, long enough", 60, {90}, focus, 6, "master"},
        {"focus", 240, {60}, focus, 6, "another of 5"},
        {"focus, the fifth", 240, {60, 60, 60, 60}, focus, 6, "another of 5"},
        {"focus, all there", 240, {60, 60, 60, 60, 60}, focus, 6, "master"},
        {"focus takes what it gets up to its limit", 240, {20, 20, 20}, focus, 3, "master"},
        {"clips that a join would swallow", 240, {2}, focus, 6, "master"},
    };
    for (const row& each : rows) {
        const job of = with_clips(asking_for(each.asked, each.mode), each.clips);
        EXPECT_EQ(named(after_clip(of, an_engine(length_rule::fit, each.most), each.clips.back())), each.next)
            << each.what;
    }
}

TEST(MusicPlan, FormatThatIsAskedForIsMadeWhateverUpstreamSent) {
    engine mp3 = an_engine();
    mp3.format = delivered_format::mp3;
    EXPECT_EQ(named(after_clip(with_clips(asking_for(60), {60}), mp3, 60)), "master");
    engine m4a = an_engine();
    m4a.format = delivered_format::m4a;
    EXPECT_EQ(named(after_clip(with_clips(asking_for(60), {60}), m4a, 60)), "master") << "its title is in it";
}

TEST(MusicPlan, MasterOrderNamesTheClipsInOrder) {
    job of = with_clips(asking_for(120), {90, 80});
    of.request.title = "Harbour";
    const master_order order = master_of(of, an_engine(), 0);
    EXPECT_EQ(order.track_id, "mtrack_0123456789ab");
    const std::vector<archived_audio> clips{{"mclip0_0123456789ab", "m4a"}, {"mclip1_0123456789ab", "m4a"}};
    EXPECT_EQ(order.clips, clips);
    EXPECT_EQ(order.length_seconds, 120);
    EXPECT_TRUE(order.even_loudness);
    EXPECT_EQ(order.title, "Harbour");
    EXPECT_EQ(order.format, audio_format::m4a);
    EXPECT_FALSE(master_of(of, an_engine(length_rule::as_is), 0).length_seconds);
}

TEST(MusicPlan, ContinuedMusicStandsBehindItsSeed) {
    job of = with_clips(asking_for(60), {90});
    of.request.seed_track_id = "mtrack_ba9876543210";
    of.request.seed.extension = "mp3";
    const master_order order = master_of(of, an_engine(), 100);
    ASSERT_EQ(order.clips.size(), 2U);
    EXPECT_EQ(order.clips.front(), (archived_audio{"mtrack_ba9876543210", "mp3"}));
    EXPECT_EQ(order.length_seconds, 60 + 100 - crossfade_seconds);
}

TEST(MusicPlan, ProgressCountsClipsAndNeverFalls) {
    job of = asking_for(240, generation_mode::focus);
    of.state.clips_planned = first_guess(of.request, an_engine());
    EXPECT_EQ(of.state.clips_planned, 5);
    of.as_of = noon + milliseconds{40'000};
    const int first = progress_of(of);
    EXPECT_EQ(first, 16) << "80 of a hundred, of a fifth";
    of = with_clips(of, {60, 60});
    EXPECT_EQ(progress_of(of), (2 * 95 + 80) / 5);
    of.state.accepted_at.reset();
    EXPECT_EQ(progress_of(of), 38);
    of.state.mastering = true;
    EXPECT_EQ(progress_of(of), 95);
}

}  // namespace gateway::work
