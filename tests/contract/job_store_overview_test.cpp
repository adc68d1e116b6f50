// What an operator is told of the store as a whole.
#include "tests/contract/job_store_contract.hpp"

namespace contract {

using namespace gateway;

namespace {

constexpr milliseconds second{1'000};

}  // namespace

TEST_P(JobStore, OverviewOfAnEmptyStoreIsEmpty) {
    EXPECT_EQ(*overview(), store_overview{});
}

TEST_P(JobStore, OverviewCountsEachLiveJobOnceAndNoEndedOne) {
    limits.max_in_flight = 0;
    accepted("mgen_running", 60 * second);
    accepted("mgen_running_too", 60 * second);
    submitting("mgen_submitting");
    const auto pauses = created_with_lease("mgen_pausing");
    ASSERT_TRUE(save(pauses, waiting(), 60 * second));
    const auto ends = accepted("mgen_ended", 60 * second);
    ASSERT_TRUE(save(ends, ended(), milliseconds{0}));
    created_queued("mgen_queued_1");
    created_queued("mgen_queued_2", {"org_b", "usr_bob"});
    created_queued("mgen_queued_3");
    created_queued("mgen_cancelled");
    ASSERT_TRUE(cancel("mgen_cancelled"));

    const auto seen = overview();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->queued, 3U);
    EXPECT_EQ(seen->pausing, 1U);
    EXPECT_EQ(seen->submitting, 1U);
    EXPECT_EQ(seen->running, 2U);
    EXPECT_EQ(seen->in_flight(), 3U);
}

TEST_P(JobStore, OverviewCountsAJobUnderAFreshLeaseAsInFlight) {
    created_with_lease("mgen_1");
    EXPECT_EQ(overview()->submitting, 1U);
    created_queued("mgen_2");
    ASSERT_EQ(claim()->jobs.size(), 1U);
    EXPECT_EQ(overview()->submitting, 2U);
    EXPECT_EQ(overview()->queued, 0U);
}

TEST_P(JobStore, OverviewKnowsTheAgeOfTheOldestThatWaits) {
    created_queued("mgen_1", {"org_b", "usr_bob"});
    pass(10 * second);
    created_queued("mgen_2");
    pass(5 * second);
    const auto seen = overview();
    ASSERT_TRUE(seen->oldest_wait);
    EXPECT_GE(*seen->oldest_wait, 15 * second);
    EXPECT_LT(*seen->oldest_wait, 25 * second);
}

TEST_P(JobStore, OverviewsOldestMayBeOneThatPauses) {
    const auto pauses = created_with_lease("mgen_1");
    ASSERT_TRUE(save(pauses, waiting(), 60 * second));
    pass(30 * second);
    created_queued("mgen_2");
    EXPECT_GE(overview()->oldest_wait.value_or(milliseconds{0}), 30 * second);
}

TEST_P(JobStore, OverviewsOldestIsNobodyWhenAllThatLiveHaveASlot) {
    accepted("mgen_1", 60 * second);
    submitting("mgen_2");
    pass(10 * second);
    EXPECT_FALSE(overview()->oldest_wait);
}

TEST_P(JobStore, OverviewSaysHowLateTheMostOverdueLookIs) {
    accepted("mgen_1", 5 * second);
    accepted("mgen_2", 8 * second);
    EXPECT_EQ(overview()->look_lag, milliseconds{0});
    pass(9 * second);
    const auto late = overview()->look_lag;
    EXPECT_GE(late, 4 * second);
    EXPECT_LT(late, 14 * second);
    ASSERT_EQ(claim()->jobs.size(), 2U);
    EXPECT_EQ(overview()->look_lag, milliseconds{0}) << "both are being looked at";
}

TEST_P(JobStore, OverviewDoesNotTakeAHastenedLookForALateOne) {
    accepted("mgen_1", 60 * second);
    ASSERT_TRUE(summon({.job_id = "mgen_1", .task_id = "task_mgen_1", .id = "evt_1"}));
    EXPECT_EQ(overview()->look_lag, milliseconds{0});
    EXPECT_EQ(overview()->running, 1U);
}

TEST_P(JobStore, OverviewLooksAtSoManyOrganizationsAndNoMore) {
    for (std::size_t each = 0; each <= overview_window; ++each) {
        const std::string number = std::to_string(each);
        created_queued("mgen_" + number, {"org_" + number, "usr_ann"});
    }
    const auto seen = overview();
    EXPECT_EQ(seen->queued, overview_window + 1);
    EXPECT_TRUE(seen->oldest_wait);
}

TEST_P(JobStore, OverviewChangesNothing) {
    limits.max_in_flight = 1;
    created_queued("mgen_1");
    created_queued("mgen_2", {"org_b", "usr_bob"});
    ASSERT_TRUE(overview());
    EXPECT_EQ(claimed_ids(), std::vector<std::string>{"mgen_1"});
}

}  // namespace contract
