// Upstream speaks of a job by itself, and what is learned of one that has already ended.
#include "tests/contract/job_store_contract.hpp"

namespace contract {

using namespace gateway;
using ids = std::vector<std::string>;

namespace {

task_event event_about(const std::string& job, const std::string& id = "evt_1") {
    task_event event;
    event.job_id = job;
    event.task_id = "task_" + job;
    event.id = id;
    return event;
}

}  // namespace

TEST_P(JobStore, EventOfAnUnknownJobIsNotFound) {
    EXPECT_EQ(summon(event_about("mgen_none")).error(), errc::not_found);
}

TEST_P(JobStore, EventTakesTheLeaseOfAJobThatIsBeingSubmitted) {
    const auto old = submitting("mgen_1");
    const auto heard = summon(event_about("mgen_1"));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->what, summons::kind::taken);
    EXPECT_EQ(heard->value.id, "mgen_1");
    EXPECT_EQ(heard->value.state.step, submission::submitting);
    ASSERT_TRUE(heard->held);
    EXPECT_GT(heard->held->fence, old.fence);
    EXPECT_EQ(save(old, waiting(), milliseconds{0}).error(), errc::lease_lost);

    auto running = state(job_status::running, submission::accepted);
    running.task_id = "task_mgen_1";
    ASSERT_TRUE(save(*heard->held, running, milliseconds{0}));
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, EventTakesAQueuedJobOutOfTheQueueAndGivesItASlot) {
    limits.max_in_flight = 1;
    created_with_lease("mgen_1");
    created_queued("mgen_2");
    const auto heard = summon(event_about("mgen_2"));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->what, summons::kind::taken);
    ASSERT_TRUE(heard->held);
    claim_terms anything;
    anything.ignore_slots = true;
    EXPECT_TRUE(claimed_ids(anything).empty());
    EXPECT_EQ(claim()->queued, 0U);
    pass(limits.lease);
    EXPECT_TRUE(claimed_ids(anything).size() == 2);
}

// A late or repeated webhook of an earlier clip must not be taken for the answer to the present call.
TEST_P(JobStore, EventOfASettledCallChangesNothing) {
    const auto held = submitting("mgen_1");
    auto second = before_next_call(state(job_status::running, submission::accepted));
    ASSERT_TRUE(save(held, second, milliseconds{0}));
    EXPECT_EQ(summon(event_about("mgen_1"))->what, summons::kind::repeated)
        << "it queues for its second call";
    auto of_now = event_about("mgen_1", "evt_2");
    of_now.call = 1;
    const auto heard = summon(of_now);
    EXPECT_EQ(heard->what, summons::kind::taken);
    auto running = heard->value.state;
    running.step = submission::accepted;
    running.task_id = of_now.task_id;
    ASSERT_TRUE(save(*heard->held, running, milliseconds{40'000}));
    EXPECT_EQ(summon(event_about("mgen_1", "evt_3"))->what, summons::kind::repeated);
    of_now.id = "evt_4";
    EXPECT_EQ(summon(of_now)->what, summons::kind::look_now);
}

// Between two clips the job queues, keeps what it has, and is still running for its client.
TEST_P(JobStore, RunningJobMayQueueForItsNextCall) {
    limits.max_in_flight = 1;
    const auto held = submitting("mgen_1");
    auto running = state(job_status::running, submission::accepted);
    running.task_id = "task_1";
    running.clips = {{"task_1", "m4a", 60}};
    ASSERT_TRUE(save(held, before_next_call(running), milliseconds{0}));
    const auto handed_out = claim();
    ASSERT_EQ(handed_out->jobs.size(), 1U);
    EXPECT_EQ(handed_out->jobs.front().value.state.status, job_status::running);
    EXPECT_EQ(handed_out->jobs.front().value.state.step, submission::waiting);
    EXPECT_EQ(handed_out->jobs.front().value.state.clips, running.clips);
    EXPECT_EQ(handed_out->jobs.front().value.state.task_id, "");
}

TEST_P(JobStore, EventOfAnAcceptedJobMakesItDueAtOnce) {
    accepted("mgen_1", milliseconds{40'000});
    const auto heard = summon(event_about("mgen_1"));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->what, summons::kind::look_now);
    EXPECT_FALSE(heard->held);
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
    EXPECT_TRUE(claimed_ids().empty());
}

TEST_P(JobStore, JobThatAnEventSpeaksOfIsLookedAtBeforeAllOthers) {
    limits.max_in_flight = 0;
    for (const char* id : {"mgen_1", "mgen_2", "mgen_3"})
        accepted(id, milliseconds{1'000});
    pass(milliseconds{5'000});
    ASSERT_EQ(summon(event_about("mgen_3"))->what, summons::kind::look_now);
    claim_terms one;
    one.most = 1;
    EXPECT_EQ(claimed_ids(one), ids{"mgen_3"});
}

TEST_P(JobStore, SameEventIsHeardOnce) {
    const auto held = accepted("mgen_1", milliseconds{40'000});
    ASSERT_EQ(summon(event_about("mgen_1"))->what, summons::kind::look_now);
    const auto visit = claim();
    ASSERT_EQ(ids_of(visit->jobs), ids{"mgen_1"});
    ASSERT_TRUE(save(lease_on(*visit, "mgen_1"), visit->jobs.front().value.state, milliseconds{40'000}));
    EXPECT_EQ(summon(event_about("mgen_1"))->what, summons::kind::repeated);
    EXPECT_TRUE(claimed_ids().empty());
    EXPECT_EQ(summon(event_about("mgen_1", "evt_2"))->what, summons::kind::look_now);
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, EventOfAnotherTaskThanTheAcceptedOneChangesNothing) {
    accepted("mgen_1", milliseconds{40'000});
    auto event = event_about("mgen_1");
    event.task_id = "task_of_an_earlier_call";
    EXPECT_EQ(summon(event)->what, summons::kind::other_task);
    EXPECT_TRUE(claimed_ids().empty());
    EXPECT_EQ(find("mgen_1")->state.task_id, "task_mgen_1");
}

TEST_P(JobStore, EventDuringAVisitLeavesTheVisitorItsLeaseAndBringsTheNextVisitForward) {
    accepted("mgen_1", milliseconds{5'000});
    pass(milliseconds{5'000});
    const auto visit = claim();
    ASSERT_EQ(ids_of(visit->jobs), ids{"mgen_1"});
    EXPECT_EQ(summon(event_about("mgen_1"))->what, summons::kind::look_now);
    EXPECT_TRUE(claimed_ids().empty()) << "one visit at a time";
    const auto seen = visit->jobs.front().value.state;
    ASSERT_TRUE(save(lease_on(*visit, "mgen_1"), seen, milliseconds{40'000}));
    EXPECT_EQ(claimed_ids(), ids{"mgen_1"});
}

TEST_P(JobStore, EventSignedOutsideTheWindowOfTheStoresClockIsStale) {
    accepted("mgen_1", milliseconds{40'000});
    const auto now = find("mgen_1")->as_of;
    for (const auto off : {std::chrono::seconds{-400}, std::chrono::seconds{400}}) {
        auto event = event_about("mgen_1");
        event.signed_at = now + off;
        EXPECT_EQ(summon(event)->what, summons::kind::stale) << off.count();
    }
    EXPECT_TRUE(claimed_ids().empty());
    auto event = event_about("mgen_1");
    event.signed_at = now - std::chrono::seconds{200};
    EXPECT_EQ(summon(event)->what, summons::kind::look_now);
}

TEST_P(JobStore, EventOfAnEndedJobChangesNothing) {
    const auto held = submitting("mgen_1");
    ASSERT_TRUE(save(held, ended(), milliseconds{0}));
    const auto before = find("mgen_1")->state;
    const auto heard = summon(event_about("mgen_1"));
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->what, summons::kind::ended);
    EXPECT_FALSE(heard->held);
    EXPECT_EQ(find("mgen_1")->state, before);
    EXPECT_TRUE(claimed_ids().empty());
}

TEST_P(JobStore, WhatIsLearnedOfTheTaskOfAnEndedJobIsFilledInOnce) {
    const auto held = cancelled_in_the_call("mgen_1");

    auto late = state(job_status::running, submission::accepted);
    late.task_id = "task_1";
    late.credits = 10;
    late.credits_are = credit_outcome::charged;
    EXPECT_EQ(save(held, late, milliseconds{0}).error(), errc::job_ended);
    auto known = find("mgen_1")->state;
    EXPECT_EQ(known.status, job_status::cancelled);
    EXPECT_EQ(known.step, submission::submitting);
    EXPECT_EQ(known.task_id, "task_1");
    EXPECT_EQ(known.credits_are, credit_outcome::charged);

    late.task_id = "task_2";
    late.credits = 0;
    late.credits_are = credit_outcome::none;
    EXPECT_EQ(save(held, late, milliseconds{0}).error(), errc::job_ended);
    EXPECT_EQ(find("mgen_1")->state, known) << "what is known stays";
}

TEST_P(JobStore, UnknownCreditsOfAnEndedJobMayTurnOutToBeNone) {
    const auto held = cancelled_in_the_call("mgen_1");
    auto refused = state(job_status::queued, submission::waiting);
    EXPECT_EQ(save(held, refused, milliseconds{0}).error(), errc::job_ended);
    EXPECT_EQ(find("mgen_1")->state.credits_are, credit_outcome::none);
    EXPECT_EQ(find("mgen_1")->state.credits, 0);
}

}  // namespace contract
