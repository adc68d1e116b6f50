#include "gateway/work/poll_timing.hpp"

#include <gtest/gtest.h>

namespace gateway::work {
namespace {

using namespace std::chrono_literals;

engine with_typical(std::chrono::seconds typical) {
    engine studio;
    studio.engine_key = "studio";
    studio.typical = typical;
    return studio;
}

// Runs `jobs` jobs that each take `took` upstream through the schedule; returns the looks of the last one.
int looks_after_learning(learned_times& learned, milliseconds took, int jobs) {
    const poll_schedule schedule;
    const engine studio = with_typical(40s);
    int looks = 0;
    for (int i = 0; i < jobs; ++i) {
        const milliseconds expected = learned.typical(studio);
        milliseconds at = first_look(schedule, expected, 0.5);
        for (looks = 1; at < took; ++looks)
            at += next_look(schedule, at, expected, 0.5);
        learned.saw_finished(studio, schedule, expected, at);
    }
    return looks;
}

TEST(FirstLook, IsNearTheTypicalTimeUnlessConfigured) {
    poll_schedule schedule;
    EXPECT_EQ(first_look(schedule, 40s, 0.0), 42s);
    EXPECT_LE(first_look(schedule, 40s, 0.99), 45s);
    schedule.first = 100ms;
    EXPECT_GE(first_look(schedule, 40s, 0.0), 100ms);
    EXPECT_LE(first_look(schedule, 40s, 0.99), 105ms);
}

TEST(NextLook, GrowsFromEveryToUpTo) {
    const poll_schedule schedule;
    EXPECT_EQ(next_look(schedule, 40s, 40s, 0.5), 5s);
    EXPECT_EQ(next_look(schedule, 80s, 40s, 0.5), 7500ms);
    EXPECT_EQ(next_look(schedule, 400s, 40s, 0.5), 10s);
}

TEST(NextLook, NeverGoesPastTheDeadline) {
    const poll_schedule schedule;
    EXPECT_EQ(next_look(schedule, schedule.deadline - 300ms, 40s, 0.5), 300ms);
    EXPECT_EQ(next_look(schedule, schedule.deadline + 1s, 40s, 0.5), 1ms);
}

TEST(LearnedTimes, StartAtTheConfiguredTypicalTime) {
    EXPECT_EQ(learned_times{}.typical(with_typical(25s)), 25s);
}

TEST(LearnedTimes, FindFasterEnginesAndLookEarlier) {
    learned_times learned;
    looks_after_learning(learned, 12s, 200);
    EXPECT_LT(learned.typical(with_typical(40s)), 18s);
}

TEST(LearnedTimes, FindSlowerEnginesAndSpareLooks) {
    learned_times learned;
    const int looks = looks_after_learning(learned, 120s, 200);
    EXPECT_GT(learned.typical(with_typical(40s)), 90s);
    EXPECT_LE(looks, 4);
}

TEST(LearnedTimes, AnnouncedEndsTeachTheTrueTime) {
    learned_times learned;
    const engine studio = with_typical(40s);
    poll_schedule schedule;
    schedule.after_typical = 2;  // as with webhooks
    for (int each = 0; each < 60; ++each)
        learned.saw_finished(studio, schedule, learned.typical(studio), 25s);
    EXPECT_GT(learned.typical(studio), 24s);
    EXPECT_LT(learned.typical(studio), 26s);
}

}  // namespace
}  // namespace gateway::work
