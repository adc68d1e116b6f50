// Leases, fences, renewals, and what becomes of a job whose worker went away.
#include "tests/contract/job_store_contract.hpp"

namespace contract {

using namespace gateway;
using ids = std::vector<std::string>;

TEST_P(JobStore, JobUnderItsFirstLeaseIsLeftAloneUntilThatEnds) {
    const auto held = created_with_lease("mgen_1");
    EXPECT_EQ(held.job_id, "mgen_1");
    EXPECT_GT(held.fence, 0U);
    pass(limits.lease - milliseconds{1'000});
    EXPECT_TRUE(claimed_ids().empty());
    pass(milliseconds{1'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, LapsedLeaseBeforeSubmittingQueuesTheJobAgainAtTheHead) {
    limits.max_in_flight = 1;
    created_with_lease("mgen_1");
    created_queued("mgen_2");
    pass(limits.lease);
    const auto outcome = claim();
    EXPECT_EQ(ids_of(outcome->jobs), ids{"mgen_1"});
    EXPECT_EQ(outcome->jobs.front().value.state.step, submission::waiting);
    EXPECT_EQ(outcome->queued, 1U);
}

TEST_P(JobStore, LapsedLeaseBeforeSubmittingGivesTheSlotBack) {
    limits.max_in_flight = 1;
    created_with_lease("mgen_1");
    pass(limits.lease);
    claim_terms leave_queues;
    leave_queues.start_queued = false;
    const auto outcome = claim(leave_queues);
    EXPECT_TRUE(outcome->jobs.empty());
    EXPECT_EQ(outcome->queued, 1U);
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, LapsedLeaseWhileSubmittingHandsTheJobOutAsItIs) {
    const auto old = submitting("mgen_1");
    EXPECT_TRUE(claimed_ids().empty());
    pass(limits.lease);
    claim_terms leave_queues;
    leave_queues.start_queued = false;
    const auto outcome = claim(leave_queues);
    ASSERT_EQ(ids_of(outcome->jobs), ids{"mgen_1"});
    EXPECT_EQ(outcome->jobs.front().value.state.step, submission::submitting);
    EXPECT_GT(outcome->jobs.front().held.fence, old.fence);
    EXPECT_EQ(outcome->queued, 0U);
}

TEST_P(JobStore, LapsedLeaseOfAnAcceptedJobHandsItOutForAPoll) {
    accepted("mgen_1", milliseconds{5'000});
    pass(milliseconds{5'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
    EXPECT_TRUE(claimed_ids().empty());
    pass(limits.lease);
    const auto again = claim();
    ASSERT_EQ(ids_of(again->jobs), ids{"mgen_1"});
    EXPECT_EQ(again->jobs.front().value.state.task_id, "task_mgen_1");
}

TEST_P(JobStore, StaleFenceIsRefusedAndChangesNothing) {
    const auto old = submitting("mgen_1");
    pass(limits.lease);
    const auto outcome = claim();
    const auto held = lease_on(*outcome, "mgen_1");
    const auto before = find("mgen_1")->state;
    EXPECT_EQ(save(old, ended(), milliseconds{0}).error(), errc::lease_lost);
    EXPECT_EQ(save(old, waiting(), milliseconds{0}).error(), errc::lease_lost);
    EXPECT_EQ(renew(old, milliseconds{60'000}).error(), errc::lease_lost);
    EXPECT_EQ(find("mgen_1")->state, before);
    EXPECT_TRUE(save(held, ended(), milliseconds{0}));
}

TEST_P(JobStore, LapsedLeaseThatNobodyTookOverStillWrites) {
    const auto held = submitting("mgen_1");
    pass(limits.lease + milliseconds{1'000});
    auto running = state(job_status::running, submission::accepted);
    running.task_id = "task_1";
    EXPECT_TRUE(save(held, running, milliseconds{5'000}));
    EXPECT_EQ(find("mgen_1")->state, running);
    EXPECT_TRUE(claimed_ids().empty());
}

TEST_P(JobStore, FenceGrowsWithEachLease) {
    auto last = submitting("mgen_1").fence;
    for (int each = 0; each < 5; ++each) {
        pass(limits.lease);
        const auto outcome = claim();
        const auto held = lease_on(*outcome, "mgen_1");
        EXPECT_GT(held.fence, last);
        last = held.fence;
    }
}

TEST_P(JobStore, RenewedLeaseLastsFromNow) {
    const auto held = submitting("mgen_1");
    pass(limits.lease - milliseconds{1'000});
    ASSERT_TRUE(renew(held, milliseconds{30'000}));
    pass(milliseconds{29'000});
    EXPECT_TRUE(claimed_ids().empty());
    pass(milliseconds{1'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, RenewingKeepsAnAcceptedJobToo) {
    const auto held = accepted("mgen_1", milliseconds{1'000});
    ASSERT_TRUE(renew(held, milliseconds{10'000}));
    pass(milliseconds{9'000});
    EXPECT_TRUE(claimed_ids().empty());
    pass(milliseconds{1'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, RenewOfAnEndedOrUnknownJobSaysSo) {
    const auto held = created_with_lease("mgen_1");
    ASSERT_TRUE(cancel("mgen_1"));
    EXPECT_EQ(renew(held, milliseconds{1'000}).error(), errc::job_ended);
    EXPECT_EQ(renew({"mgen_none", 1}, milliseconds{1'000}).error(), errc::job_ended);
    EXPECT_EQ(save({"mgen_none", 1}, waiting(), milliseconds{0}).error(), errc::job_ended);
}

TEST_P(JobStore, GivenBackJobCannotBeRenewed) {
    const auto held = created_with_lease("mgen_1");
    ASSERT_TRUE(save(held, waiting(), milliseconds{10'000}));
    EXPECT_EQ(renew(held, milliseconds{60'000}).error(), errc::lease_lost);
}

TEST_P(JobStore, SavedJobIsDueAgainAfterLookIn) {
    accepted("mgen_1", milliseconds{7'000});
    const auto early = claim();
    EXPECT_TRUE(early->jobs.empty());
    ASSERT_TRUE(early->next_due_in);
    EXPECT_LE(*early->next_due_in, milliseconds{7'000});
    EXPECT_GT(*early->next_due_in, milliseconds{4'000});
    pass(milliseconds{7'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, LeaseStaysWithTheCallerAfterASave) {
    const auto held = accepted("mgen_1", milliseconds{7'000});
    EXPECT_TRUE(save(held, state(job_status::running, submission::accepted), milliseconds{1'000}));
    EXPECT_TRUE(save(held, ended(), milliseconds{0}));
}

TEST_P(JobStore, GivenBackJobMayBeSavedAgainUnderItsLease) {
    const auto held = created_with_lease("mgen_1");
    ASSERT_TRUE(save(held, waiting(), milliseconds{10'000}));
    EXPECT_TRUE(save(held, waiting(), milliseconds{0}));
    EXPECT_TRUE(save(held, waiting(), milliseconds{1'000}));
    EXPECT_TRUE(save(held, ended(job_status::failed), milliseconds{0}));
    EXPECT_EQ(claim()->queued, 0U);
}

TEST_P(JobStore, GivenBackJobIsQueuedAtTheHeadAfterItsPause) {
    limits.max_in_flight = 1;
    const auto held = created_with_lease("mgen_1");
    created_queued("mgen_2");
    created_queued("mgen_3");
    ASSERT_TRUE(save(held, waiting(), milliseconds{10'000}));
    claim_terms one;
    one.most = 1;
    const auto meanwhile = claim(one);
    ASSERT_EQ(ids_of(meanwhile->jobs), ids{"mgen_2"});
    EXPECT_EQ(meanwhile->queued, 2U);
    ASSERT_TRUE(meanwhile->next_due_in);
    EXPECT_LE(*meanwhile->next_due_in, milliseconds{10'000});
    pass(milliseconds{10'000});
    ASSERT_TRUE(save(meanwhile->jobs.front().held, ended(), milliseconds{0}));
    EXPECT_EQ(claimed_ids(one), ids{"mgen_1"});
}

TEST_P(JobStore, JobGivenBackWithoutAPauseIsQueuedAtTheHeadAtOnce) {
    limits.max_in_flight = 1;
    const auto held = created_with_lease("mgen_1");
    created_queued("mgen_2");
    ASSERT_TRUE(save(held, waiting(), milliseconds{0}));
    const auto next = claim();
    EXPECT_EQ(ids_of(next->jobs), ids{"mgen_1"});
    EXPECT_GT(next->jobs.front().held.fence, held.fence);
    EXPECT_EQ(save(held, waiting(), milliseconds{0}).error(), errc::lease_lost);
}

TEST_P(JobStore, NothingIsDueWhenNothingIsScheduled) {
    limits.max_in_flight = 1;
    EXPECT_FALSE(claim()->next_due_in);
    created_queued("mgen_1");
    const auto claimed = claim();
    EXPECT_EQ(claimed->jobs.size(), 1U);
    EXPECT_FALSE(claimed->next_due_in) << "what was handed out just now is not waited for";
    const auto other = claim();
    ASSERT_TRUE(other->next_due_in) << "another's lease may lapse";
    EXPECT_LE(*other->next_due_in, limits.lease);
}

TEST_P(JobStore, ClaimHandsOutNoMoreThanAsked) {
    limits.max_in_flight = 0;
    for (int each = 0; each < 10; ++each)
        accepted("mgen_" + std::to_string(each), milliseconds{1'000});
    for (int each = 10; each < 20; ++each)
        created_queued("mgen_" + std::to_string(each));
    pass(milliseconds{1'000});
    claim_terms few;
    few.most = 7;
    const auto first = claim(few);
    EXPECT_EQ(first->jobs.size(), 7U);
    ASSERT_TRUE(first->next_due_in);
    EXPECT_EQ(*first->next_due_in, milliseconds{0});
    const auto second = claimed_ids(few);
    EXPECT_EQ(second.size(), 7U);
    EXPECT_EQ(second.front(), "mgen_7") << "what is due comes before what is queued";
    EXPECT_EQ(claimed_ids(few).size(), 6U);
}

TEST_P(JobStore, FirstVisitIsStoredWithTheJob) {
    auto fresh = order("mgen_1");
    fresh.first = first_visit{gateway::submitting(job_state{}, 10), limits.submit_lease};
    const auto made = create(fresh);
    ASSERT_TRUE(made && made->first_lease);
    const auto stored = find("mgen_1");
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->state.step, submission::submitting);
    EXPECT_EQ(stored->state.submissions, 1);
    EXPECT_EQ(stored->state.credits, 10);
    EXPECT_EQ(stored->state.credits_are, credit_outcome::unknown);
    EXPECT_EQ(stored->state.first_tried_at, stored->created_at);
    EXPECT_EQ(made->stored.state, stored->state);
    pass(limits.submit_lease - milliseconds{1'000});
    EXPECT_TRUE(claimed_ids().empty());
    pass(milliseconds{1'000});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, RecalledCreationQueuesAsIfNothingHadBegun) {
    auto fresh = order("mgen_1");
    fresh.first = first_visit{gateway::submitting(job_state{}, 10), limits.submit_lease};
    ASSERT_TRUE(create(fresh)->first_lease);
    ASSERT_TRUE(recall("mgen_1"));
    EXPECT_EQ(find("mgen_1")->state, job_state{});
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, RecallLeavesAloneWhatSomebodyElseTookOver) {
    ASSERT_TRUE(recall("mgen_none"));
    auto fresh = order("mgen_1");
    fresh.first = first_visit{gateway::submitting(job_state{}, 10), limits.submit_lease};
    ASSERT_TRUE(create(fresh)->first_lease);
    pass(limits.submit_lease);
    ASSERT_EQ(claimed_ids(), ids{"mgen_1"});
    const auto before = find("mgen_1")->state;
    ASSERT_TRUE(recall("mgen_1"));
    EXPECT_EQ(find("mgen_1")->state, before);
    EXPECT_TRUE(claimed_ids().empty());

    const auto held = created_with_lease("mgen_2");
    ASSERT_TRUE(save(held, ended(), milliseconds{0}));
    ASSERT_TRUE(recall("mgen_2"));
    EXPECT_EQ(find("mgen_2")->state.status, ended().status);
}

}  // namespace contract
