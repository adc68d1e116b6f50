// The backend's gates, shared by all replicas.
#include "tests/contract/job_store_contract.hpp"

namespace contract {

using namespace gateway;

namespace {

// Redis's clock runs on while a test looks.
void expect_about(milliseconds seen, milliseconds expected) {
    EXPECT_LE(seen, expected + milliseconds{5'000});
    EXPECT_GE(seen, expected - milliseconds{5'000});
}

}  // namespace

TEST_P(JobStore, GatesAreOpenAtFirst) {
    EXPECT_EQ(*read_gates(), gates{});
    EXPECT_EQ(claim()->backend, gates{});
}

TEST_P(JobStore, CreditsAreShutSinceTheFirstRefusal) {
    ASSERT_TRUE(change(shut_credits{})->credits_shut_for);
    pass(milliseconds{60'000});
    const auto again = change(shut_credits{});
    ASSERT_TRUE(again->credits_shut_for);
    expect_about(*again->credits_shut_for, milliseconds{60'000});
    const auto seen = claim();
    ASSERT_TRUE(seen->backend.credits_shut_for);
    EXPECT_FALSE(change(open_credits{})->credits_shut_for);
    EXPECT_EQ(*read_gates(), gates{});
}

TEST_P(JobStore, AccessFailuresAreCountedAndRetriedInTime) {
    change(shut_access{milliseconds{30'000}});
    const auto twice = change(shut_access{milliseconds{60'000}});
    EXPECT_EQ(twice->access_failures, 2);
    ASSERT_TRUE(twice->access_retry_in);
    expect_about(*twice->access_retry_in, milliseconds{60'000});
    pass(milliseconds{61'000});
    const auto later = read_gates();
    ASSERT_TRUE(later->access_retry_in) << "shut until somebody tries";
    EXPECT_LE(*later->access_retry_in, milliseconds{0});
    const auto open = change(open_access{});
    EXPECT_FALSE(open->access_retry_in);
    EXPECT_EQ(open->access_failures, 0);
}

TEST_P(JobStore, ThrottleIsLengthenedNeverShortened) {
    expect_about(change(throttle{milliseconds{60'000}})->throttled_for, milliseconds{60'000});
    const auto shorter = change(throttle{milliseconds{1'000}});
    expect_about(shorter->throttled_for, milliseconds{60'000});
    EXPECT_EQ(shorter->throttles, 2);
    expect_about(change(throttle{milliseconds{120'000}})->throttled_for, milliseconds{120'000});
    pass(milliseconds{100'000});
    expect_about(read_gates()->throttled_for, milliseconds{20'000});
    pass(milliseconds{21'000});
    EXPECT_EQ(read_gates()->throttled_for, milliseconds{0});
    EXPECT_EQ(read_gates()->throttles, 3) << "the count lasts until an accepted call";
}

TEST_P(JobStore, AcceptedCallEndsTheThrottlesCountButSitsOutThePause) {
    change(throttle{milliseconds{60'000}});
    const auto open = change(open_access{});
    EXPECT_EQ(open->throttles, 0);
    expect_about(open->throttled_for, milliseconds{60'000});
}

TEST_P(JobStore, RetiredEnginesAreListedOnceAndForgottenAfterADay) {
    change(retire_engine{"studio/FUZZ-2.0"});
    change(retire_engine{"a/b"});
    const auto seen = change(retire_engine{"studio/FUZZ-2.0"});
    EXPECT_EQ(seen->retired, (std::vector<std::string>{"a/b", "studio/FUZZ-2.0"}));
    pass(milliseconds{retirement_lasts} - milliseconds{60'000});
    EXPECT_EQ(read_gates()->retired.size(), 2U);
    pass(milliseconds{61'000});
    EXPECT_TRUE(read_gates()->retired.empty());
}

TEST_P(JobStore, ChangesOfOneGateLeaveTheOthersAlone) {
    change(shut_credits{});
    change(shut_access{milliseconds{60'000}});
    change(throttle{milliseconds{60'000}});
    change(retire_engine{"a/b"});
    const auto seen = change(open_credits{});
    EXPECT_FALSE(seen->credits_shut_for);
    EXPECT_TRUE(seen->access_retry_in);
    EXPECT_GT(seen->throttled_for, milliseconds{0});
    EXPECT_EQ(seen->retired.size(), 1U);
}

}  // namespace contract
