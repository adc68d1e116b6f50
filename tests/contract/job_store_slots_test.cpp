// Slots, queues, turns, and the poll budget: what is shared fairly.
#include "tests/contract/job_store_contract.hpp"

#include <algorithm>
#include <map>

namespace contract {

using namespace gateway;
using enum create_outcome::kind;
using ids = std::vector<std::string>;

TEST_P(JobStore, FirstLeaseIsGivenWhileSlotsAreFree) {
    limits.max_in_flight = 2;
    EXPECT_TRUE(create(order("mgen_1"))->first_lease);
    EXPECT_TRUE(create(order("mgen_2"))->first_lease);
    EXPECT_FALSE(create(order("mgen_3"))->first_lease);
    EXPECT_EQ(claim()->queued, 1U);
}

TEST_P(JobStore, FirstLeaseIsNotGivenWhileSomebodyWaits) {
    created_queued("mgen_1", {"org_b", "usr_bob"});
    EXPECT_FALSE(create(order("mgen_2"))->first_lease);
}

TEST_P(JobStore, FirstLeaseIsNotGivenToWhoMayNotStart) {
    auto what = order("mgen_1");
    what.first.reset();
    EXPECT_FALSE(create(what)->first_lease);
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, FirstLeaseRespectsTheOrganizationsShare) {
    limits.in_flight_per_organization = 1;
    EXPECT_TRUE(create(order("mgen_1"))->first_lease);
    EXPECT_FALSE(create(order("mgen_2"))->first_lease);
    limits.max_in_flight = 0;
    EXPECT_FALSE(create(order("mgen_3", {"org_b", "usr_bob"}))->first_lease) << "somebody waits";
    EXPECT_EQ(claimed_ids(), ids{"mgen_3"});
}

TEST_P(JobStore, FullQueueRefusesAndWritesNothing) {
    limits.queued_per_organization = 2;
    created_queued("mgen_1");
    created_queued("mgen_2");
    auto what = order("mgen_3");
    what.key = claim_on("k");
    const auto refused = create(what);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->what, queue_full);
    EXPECT_EQ(find("mgen_3").error(), errc::not_found);
    EXPECT_EQ(find_replay(ann, *what.key).error(), errc::not_found);
    EXPECT_EQ(listed_ids().size(), 2U);
    EXPECT_EQ(create(order("mgen_4", {"org_b", "usr_bob"}))->what, created)
        << "each organization has its own";
    ASSERT_TRUE(cancel("mgen_1"));
    EXPECT_EQ(create(what)->what, created);
}

TEST_P(JobStore, JobsThatSitOutAPauseCountAsWaiting) {
    limits.queued_per_organization = 1;
    const auto held = created_with_lease("mgen_1");
    ASSERT_TRUE(save(held, waiting(), milliseconds{60'000}));
    auto what = order("mgen_2");
    what.first.reset();
    EXPECT_EQ(create(what)->what, queue_full);
    EXPECT_EQ(claim()->queued, 1U);
}

TEST_P(JobStore, QueuedJobsAreClaimedOldestFirstAsSlotsAllow) {
    limits.max_in_flight = 2;
    for (const char* id : {"mgen_1", "mgen_2", "mgen_3"})
        created_queued(id);
    const auto first = claim();
    EXPECT_EQ(ids_of(first->jobs), (ids{"mgen_1", "mgen_2"}));
    EXPECT_EQ(first->queued, 1U);
    EXPECT_TRUE(claimed_ids().empty());
    ASSERT_TRUE(save(lease_on(*first, "mgen_2"), ended(), milliseconds{0}));
    EXPECT_EQ(claimed_ids(), ids{"mgen_3"});
}

TEST_P(JobStore, SlotIsKeptThroughSubmittingAndAccepted) {
    limits.max_in_flight = 1;
    const auto held = accepted("mgen_1", milliseconds{1'000});
    created_queued("mgen_2");
    EXPECT_TRUE(claimed_ids().empty());
    pass(milliseconds{1'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
    pass(limits.lease);
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
    EXPECT_EQ(save(held, ended(), milliseconds{0}).error(), errc::lease_lost);
    EXPECT_TRUE(claimed_ids().empty());
}

TEST_P(JobStore, CancelFreesTheSlotAndLeavesTheSchedule) {
    limits.max_in_flight = 1;
    accepted("mgen_1", milliseconds{1'000});
    created_queued("mgen_2");
    ASSERT_TRUE(cancel("mgen_1"));
    EXPECT_EQ(claimed_ids(), ids{"mgen_2"});
    pass(limits.lease * 2);
    EXPECT_EQ(claimed_ids(), ids{"mgen_2"});
}

TEST_P(JobStore, CancelLeavesTheQueueAndThePause) {
    created_queued("mgen_1");
    created_queued("mgen_2");
    ASSERT_TRUE(cancel("mgen_1"));
    const auto outcome = claim();
    EXPECT_EQ(ids_of(outcome->jobs), ids{"mgen_2"});
    ASSERT_TRUE(save(lease_on(*outcome, "mgen_2"), waiting(), milliseconds{1'000}));
    ASSERT_TRUE(cancel("mgen_2"));
    pass(milliseconds{1'000});
    const auto after = claim();
    EXPECT_TRUE(after->jobs.empty());
    EXPECT_EQ(after->queued, 0U);
    EXPECT_FALSE(after->next_due_in);
}

TEST_P(JobStore, NoSlotLeaksWhateverBecomesOfTheJobs) {
    limits.max_in_flight = 3;
    for (int round = 0; round < 5; ++round) {
        const std::string base = "mgen_" + std::to_string(round);
        const auto a = created_with_lease(base + "a");
        const auto b = submitting(base + "b");
        accepted(base + "c", milliseconds{1});
        ASSERT_TRUE(save(a, waiting(), milliseconds{0}));
        ASSERT_TRUE(cancel(base + "a"));
        ASSERT_TRUE(save(b, ended(job_status::failed), milliseconds{0}));
        pass(milliseconds{1});
        const auto polled = claim();
        ASSERT_TRUE(save(lease_on(*polled, base + "c"), ended(), milliseconds{0}));
    }
    for (int each = 0; each < 3; ++each)
        EXPECT_TRUE(create(order("mgen_last" + std::to_string(each)))->first_lease) << each;
    EXPECT_FALSE(create(order("mgen_last3"))->first_lease);
}

TEST_P(JobStore, OrganizationsTakeTurns) {
    limits.max_in_flight = 0;
    const job_owner bob{"org_b", "usr_bob"}, cid{"org_c", "usr_cid"};
    for (int each = 0; each < 20; ++each)
        created_queued("mgen_a" + std::to_string(each));
    created_queued("mgen_b0", bob);
    created_queued("mgen_b1", bob);
    created_queued("mgen_c0", cid);
    claim_terms one;
    one.most = 1;
    ids order_of_claims;
    for (int each = 0; each < 6; ++each)
        for (const std::string& id : claimed_ids(one))
            order_of_claims.push_back(id);
    EXPECT_EQ(order_of_claims, (ids{"mgen_a0", "mgen_b0", "mgen_c0", "mgen_a1", "mgen_b1", "mgen_a2"}));
}

TEST_P(JobStore, TurnsAreTakenWithinOneClaimToo) {
    limits.max_in_flight = 4;
    for (int each = 0; each < 10; ++each)
        created_queued("mgen_a" + std::to_string(each));
    created_queued("mgen_b0", {"org_b", "usr_bob"});
    EXPECT_EQ(claimed_ids(), (ids{"mgen_a0", "mgen_b0", "mgen_a1", "mgen_a2"}));
}

TEST_P(JobStore, OrganizationStaysWithinItsShare) {
    limits.max_in_flight = 10;
    limits.in_flight_per_organization = 2;
    for (int each = 0; each < 5; ++each)
        created_queued("mgen_a" + std::to_string(each));
    created_queued("mgen_b0", {"org_b", "usr_bob"});
    const auto first = claim();
    EXPECT_EQ(ids_of(first->jobs), (ids{"mgen_a0", "mgen_b0", "mgen_a1"}));
    EXPECT_TRUE(claimed_ids().empty());
    ASSERT_TRUE(save(lease_on(*first, "mgen_a0"), ended(), milliseconds{0}));
    EXPECT_EQ(claimed_ids(), ids{"mgen_a2"});
}

TEST_P(JobStore, ManyOrganizationsAtTheirShareDoNotHideTheOneBehindThem) {
    limits.max_in_flight = 0;
    limits.in_flight_per_organization = 1;
    for (int each = 0; each < 300; ++each) {
        const job_owner owner{"org_" + std::to_string(each), "usr"};
        created_queued("mgen_first" + std::to_string(each), owner);
        created_queued("mgen_second" + std::to_string(each), owner);
    }
    claim_terms all;
    all.most = 300;
    EXPECT_EQ(claimed_ids(all).size(), 300U);
    created_queued("mgen_late", ann);
    ids found;
    for (int each = 0; each < 10 && found.empty(); ++each)
        found = claimed_ids();
    EXPECT_EQ(found, ids{"mgen_late"});
}

TEST_P(JobStore, QueuesAreLeftAloneWhenAsked) {
    created_queued("mgen_1");
    claim_terms paused;
    paused.start_queued = false;
    EXPECT_TRUE(claimed_ids(paused).empty());
    paused.ignore_slots = true;
    EXPECT_TRUE(claimed_ids(paused).empty());
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, QueuedJobsAreHandedOutWithoutSlotsToBeFailed) {
    limits.max_in_flight = 1;
    limits.in_flight_per_organization = 1;
    accepted("mgen_0", milliseconds{60'000});
    for (const char* id : {"mgen_1", "mgen_2", "mgen_3"})
        created_queued(id);
    claim_terms to_fail;
    to_fail.ignore_slots = true;
    const auto outcome = claim(to_fail);
    EXPECT_EQ(outcome->jobs.size(), 3U);
    for (const claimed_job& each : outcome->jobs)
        EXPECT_TRUE(save(each.held, ended(job_status::failed), milliseconds{0}));
    EXPECT_FALSE(create(order("mgen_4"))->first_lease) << "mgen_0 still has the slot";
    ASSERT_TRUE(cancel("mgen_0"));
    EXPECT_EQ(claimed_ids(), ids{"mgen_4"});
}

TEST_P(JobStore, SlotThatWasGivenBackIsNotTakenAgainWithoutRoom) {
    limits.max_in_flight = 1;
    const auto sleepy = created_with_lease("mgen_1");
    created_queued("mgen_2");
    ASSERT_TRUE(save(sleepy, waiting(), milliseconds{60'000}));
    EXPECT_EQ(claimed_ids(), ids{"mgen_2"});
    EXPECT_EQ(save(sleepy, state(job_status::queued, submission::submitting), limits.lease).error(),
              errc::lease_lost);
    EXPECT_EQ(find("mgen_1")->state, waiting());
}

TEST_P(JobStore, PollsNeverExceedTheirBudgetInAnySecond) {
    limits.max_in_flight = 0;
    limits.max_polls_per_second = 7;
    for (int each = 0; each < 60; ++each)
        accepted("mgen_" + std::to_string(each), milliseconds{1});
    pass(milliseconds{10'000});
    std::vector<store_time> starts;  // by the store's own clock, so that a slow machine proves nothing
    for (int looks = 0; starts.size() < 60 && looks < 500; ++looks) {
        const auto outcome = claim();
        ASSERT_TRUE(outcome);
        for (const claimed_job& each : outcome->jobs) {
            EXPECT_LE(each.start_in, milliseconds{250});
            EXPECT_GE(each.start_in, milliseconds{0});
            starts.push_back(each.value.as_of + under_test->unseen() + each.start_in);
        }
        if (starts.size() < 60) {
            ASSERT_TRUE(outcome->next_due_in);
            EXPECT_LE(*outcome->next_due_in, milliseconds{1'000});
        }
        pass(milliseconds{100});
    }
    ASSERT_EQ(starts.size(), 60U);
    // as_of is cut to whole milliseconds, start_in rounded up to them.
    for (std::size_t each = 0; each + 7 < starts.size(); ++each)
        EXPECT_GE(starts[each + 7] - starts[each], milliseconds{1'000 - 2}) << each;
}

TEST_P(JobStore, PollsAreSpacedEvenlyAndBookedAtMostAQuarterSecondAhead) {
    limits.max_in_flight = 0;
    limits.max_polls_per_second = 10;
    for (int each = 0; each < 8; ++each)
        accepted("mgen_" + std::to_string(each), milliseconds{1});
    pass(milliseconds{60'000});
    const auto outcome = claim();
    ASSERT_EQ(outcome->jobs.size(), 3U) << "now and twice a good 100 ms later; no burst after the quiet";
    EXPECT_EQ(outcome->jobs[0].start_in, milliseconds{0});
    EXPECT_EQ(outcome->jobs[1].start_in, milliseconds{105});
    EXPECT_EQ(outcome->jobs[2].start_in, milliseconds{210});
    ASSERT_TRUE(outcome->next_due_in);
    EXPECT_EQ(*outcome->next_due_in, milliseconds{65});
}

TEST_P(JobStore, SpentPollBudgetHoldsNothingElseUp) {
    limits.max_in_flight = 0;
    limits.max_polls_per_second = 0.01;
    for (const char* id : {"mgen_1", "mgen_2", "mgen_3"})
        accepted(id, milliseconds{1});
    submitting("mgen_lapsed");
    pass(limits.lease);
    created_queued("mgen_queued");
    const auto outcome = claim();
    EXPECT_EQ(ids_of(outcome->jobs), (ids{"mgen_lapsed", "mgen_1", "mgen_queued"}));
    ASSERT_TRUE(outcome->next_due_in);
    EXPECT_GT(*outcome->next_due_in, milliseconds{1'000}) << "a caller told 0 would spin";
}

}  // namespace contract
