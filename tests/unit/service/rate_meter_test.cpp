// How often a key may call, and how often keys may be guessed.
#include "gateway/service/rate_meter.hpp"

#include "gateway/domain/rate.hpp"
#include "gateway/service/failed_attempts.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace gateway::service;
using namespace std::chrono_literals;
using gateway::allowance;
using gateway::errc;
using clock = rate_meter::clock;

const clock::time_point start{1h};
constexpr gateway::client_origin here{false, 1};
constexpr gateway::client_origin there{false, 2};

TEST(Allowance, IsExactForEveryRateThatMattersAndNeverFarOff) {
    for (const int rate : {1, 2, 3, 7, 59, 60, 61, 600, 999, 5'000, 7'000, 7'745}) {
        const allowance of{rate};
        std::chrono::microseconds full_in{0};
        int passed = 0;
        while (const auto after = of.after_one(full_in)) {
            EXPECT_EQ(of.left(full_in), rate - passed) << rate;
            full_in = *after;
            ++passed;
        }
        EXPECT_EQ(passed, rate);
        EXPECT_EQ(of.left(full_in), 0);
        EXPECT_GT(of.wait(full_in).count(), 0);
        EXPECT_LE(of.wait(full_in), allowance::minute / rate);
    }
}

TEST(Allowance, ClockThatWasSetLocksNobodyOut) {
    const allowance of{6};
    EXPECT_EQ(of.wait(24h), 10s);
    EXPECT_EQ(of.left(-24h), 6);
}

TEST(RateMeter, NoLimitAlwaysPasses) {
    const rate_meter meter{std::nullopt};
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(meter.take(start));
    EXPECT_FALSE(meter.state(start));
    EXPECT_FALSE(meter.is_spent(start));
}

TEST(RateMeter, AMinutesAllowanceMayBeUsedAtOnceThenRefillsEvenly) {
    const rate_meter meter{6};
    EXPECT_EQ(meter.state(start), (rate_state{6, 6, 0s, 0s}));
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(meter.take(start)) << i;
        EXPECT_EQ(meter.state(start)->remaining, 5 - i);
    }
    EXPECT_FALSE(meter.take(start));
    EXPECT_EQ(meter.state(start), (rate_state{6, 0, 60s, 10s}));
    EXPECT_EQ(meter.over(start).code, errc::rate_limited);
    EXPECT_EQ(meter.over(start).retry_after, 10s);
    EXPECT_EQ(meter.over(start + 9s).retry_after, 1s);
    EXPECT_EQ(meter.over(start + 9'999ms).retry_after, 1s);
    EXPECT_FALSE(meter.take(start + 9'999ms));
    EXPECT_TRUE(meter.take(start + 10s));
    EXPECT_FALSE(meter.take(start + 10s));
}

TEST(RateMeter, ARefusedRequestCostsNothing) {
    const rate_meter meter{1};
    ASSERT_TRUE(meter.take(start));
    for (int i = 0; i < 100; ++i)
        ASSERT_FALSE(meter.take(start));
    EXPECT_TRUE(meter.take(start + 1min));
}

TEST(RateMeter, ThreadsTogetherGetExactlyTheAllowance) {
    const rate_meter meter{1000};
    std::atomic<int> passed{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 500; ++j)
                if (meter.take(start))
                    ++passed;
        });
    threads.clear();
    EXPECT_EQ(passed, 1000);
}

TEST(RateMeter, KnowsWhatTheStoreHasCountedForOtherReplicas) {
    const rate_meter meter{6};
    meter.learn(start, 50s);
    EXPECT_EQ(meter.state(start), (rate_state{6, 1, 50s, 0s}));
    EXPECT_FALSE(meter.is_spent(start));
    meter.learn(start, 60s);
    EXPECT_TRUE(meter.is_spent(start));
    EXPECT_FALSE(meter.is_spent(start + 10s));
    meter.learn(start, 10s);
    EXPECT_TRUE(meter.is_spent(start)) << "an answer that was overtaken says nothing new";
}

TEST(FailedAttempts, AreRefusedBeyondTheLimitAndHeardAgainInTime) {
    failed_attempts failures;
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(failures.count(here, 3, start));
    EXPECT_EQ(failures.count(here, 3, start), 20s);
    EXPECT_FALSE(failures.count(there, 3, start)) << "another address";
    EXPECT_FALSE(failures.count(here, 3, start + 20s));
    EXPECT_TRUE(failures.count(here, 3, start + 20s));
}

TEST(FailedAttempts, NoLimitCountsNothing) {
    failed_attempts failures;
    for (int i = 0; i < 1000; ++i)
        EXPECT_FALSE(failures.count(here, 0, start));
}

TEST(FailedAttempts, WhoeverHasManyAddressesSharesOneCountInTheEnd) {
    failed_attempts failures;
    for (std::size_t each = 0; each < failed_attempts::most_origins; ++each)
        EXPECT_FALSE(failures.count({true, each}, 2, start));
    EXPECT_FALSE(failures.count(here, 2, start));
    EXPECT_FALSE(failures.count(there, 2, start));
    EXPECT_TRUE(failures.count({false, 3}, 2, start)) << "no room to tell them apart";
    EXPECT_FALSE(failures.count({true, 7}, 2, start)) << "those known are";
    EXPECT_FALSE(failures.count({false, 3}, 2, start + 2min)) << "the others have been quiet";
}

}  // namespace
