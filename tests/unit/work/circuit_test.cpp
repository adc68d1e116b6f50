#include "gateway/work/circuit.hpp"

#include <gtest/gtest.h>

namespace gateway::work {

namespace {

using namespace std::chrono_literals;

class Circuit : public testing::Test {
protected:
    circuit under_test;
    circuit::clock::time_point now{std::chrono::hours{1}};

    void fail(int times, int jobs) {
        for (int each = 0; each < times; ++each)
            under_test.failed("mgen_" + std::to_string(each % jobs), now);
    }
    void open() {
        fail(10, 5);
        ASSERT_FALSE(under_test.closed());
    }
};

TEST_F(Circuit, IsClosedAtFirst) {
    EXPECT_TRUE(under_test.closed());
    EXPECT_TRUE(under_test.admit(now));
    EXPECT_EQ(under_test.opens_in(now), 0ms);
}

TEST_F(Circuit, FailuresInARowOfSeveralJobsOpenIt) {
    fail(9, 5);
    EXPECT_TRUE(under_test.closed());
    fail(1, 1);
    EXPECT_FALSE(under_test.closed());
    EXPECT_FALSE(under_test.admit(now));
}

TEST_F(Circuit, FailuresOfAFewJobsNeverOpenIt) {
    fail(100, 4);
    EXPECT_TRUE(under_test.closed());
}

TEST_F(Circuit, AnAnswerInBetweenStartsTheCountAgain) {
    fail(9, 9);
    under_test.succeeded();
    fail(9, 9);
    EXPECT_TRUE(under_test.closed());
}

TEST_F(Circuit, AfterThePauseOneProbeGoesThrough) {
    open();
    const auto pause = under_test.opens_in(now);
    EXPECT_GE(pause, 500ms);
    EXPECT_LE(pause, 1s);
    EXPECT_FALSE(under_test.admit(now + pause - 1ms));
    now += pause;
    EXPECT_TRUE(under_test.admit(now));
    EXPECT_FALSE(under_test.admit(now)) << "one at a time";
    under_test.succeeded();
    EXPECT_TRUE(under_test.closed());
    EXPECT_TRUE(under_test.admit(now));
}

TEST_F(Circuit, FailedProbesLengthenThePauseUpToItsBound) {
    open();
    std::chrono::milliseconds longest{0};
    for (int each = 0; each < 20; ++each) {
        now += under_test.opens_in(now);
        ASSERT_TRUE(under_test.admit(now));
        under_test.failed("mgen_probe", now);
        longest = std::max(longest, under_test.opens_in(now));
    }
    EXPECT_GE(longest, 15s);
    EXPECT_LE(longest, 30s);
}

TEST_F(Circuit, WhileSomebodyIsThereThePauseStaysShort) {
    open();
    for (int each = 0; each < 20; ++each) {
        now += under_test.opens_in(now);
        ASSERT_TRUE(under_test.admit(now));
        under_test.failed("mgen_trial", now, true);
        EXPECT_LE(under_test.opens_in(now), 5s);
    }
}

TEST_F(Circuit, CallsThatWereUnderWayWhenItOpenedDoNotLengthenThePause) {
    open();
    const auto pause = under_test.opens_in(now);
    fail(50, 50);
    EXPECT_EQ(under_test.opens_in(now), pause);
}

TEST_F(Circuit, AProbeThatNeverReportsIsGivenUp) {
    open();
    now += under_test.opens_in(now);
    ASSERT_TRUE(under_test.admit(now));
    EXPECT_FALSE(under_test.admit(now + 29s));
    EXPECT_TRUE(under_test.admit(now + 30s));
}

}  // namespace

}  // namespace gateway::work
