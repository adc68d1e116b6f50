// The rows of design section 5 that concern the paid call, as decisions.
#include "tests/unit/work/fixtures.hpp"

#include <gtest/gtest.h>

namespace gateway::work {
namespace {

using namespace std::chrono_literals;

verdict answered(const job& begun, create_answer::any answer, const gates& backend = {},
                 const work_policy& policy = a_policy()) {
    return after_create(begun, answer, backend, policy.engines.front(), policy, 40s);
}

template <class Change>
bool changes_gate(const verdict& v) {
    return v.gate && std::holds_alternative<Change>(*v.gate);
}

TEST(NextStep, AWaitingJobIsStoredAsSubmittingBeforeTheCall) {
    const step::any next = next_step(a_queued_job(), {}, a_policy());
    const auto& submit = std::get<step::submit>(next);
    EXPECT_EQ(submit.begun.step, submission::submitting);
    EXPECT_EQ(submit.begun.submissions, 1);
    EXPECT_EQ(submit.begun.status, job_status::queued);
    EXPECT_EQ(submit.begun.first_tried_at, noon);
    EXPECT_EQ(submit.begun.credits_are, credit_outcome::unknown);
}

TEST(NextStep, TheFirstAttemptIsRememberedThroughLaterOnes) {
    job again = a_queued_job();
    again.state.first_tried_at = noon - 1min;
    const step::any next = next_step(again, {}, a_policy());
    EXPECT_EQ(std::get<step::submit>(next).begun.first_tried_at, noon - 1min);
}

TEST(NextStep, AJobOfAnEngineNoLongerConfiguredFails) {
    job orphan = a_queued_job();
    orphan.request.engine = "gone";
    const step::any next = next_step(orphan, {}, a_policy());
    EXPECT_EQ(std::get<step::settle>(next).next.status, job_status::failed);
}

TEST(NextStep, AJobOfARetiredEngineFails) {
    gates backend;
    backend.retired = {"studio/FUZZ-2.0"};
    const step::any next = next_step(a_queued_job(), backend, a_policy());
    EXPECT_EQ(std::get<step::settle>(next).next.status, job_status::failed);
}

TEST(NextStep, AnotherModelOfTheSameEngineIsNotRetired) {
    gates backend;
    backend.retired = {"studio/FUZZ-1.0"};
    EXPECT_TRUE(std::holds_alternative<step::submit>(next_step(a_queued_job(), backend, a_policy())));
}

TEST(NextStep, JobsBehindAShutCreditGateFailAtOnceByDefault) {
    gates backend;
    backend.credits_shut_for = 0ms;
    const step::any next = next_step(a_queued_job(), backend, a_policy());
    EXPECT_EQ(std::get<step::settle>(next).next.status, job_status::failed);
}

TEST(NextStep, JobsBehindAShutCreditGateWaitWhileTheHoldLasts) {
    work_policy policy = a_policy();
    policy.credits_hold = 60s;
    gates backend;
    backend.credits_shut_for = 20s;
    const step::any next = next_step(a_queued_job(), backend, policy);
    const auto& settled = std::get<step::settle>(next);
    EXPECT_EQ(settled.next.status, job_status::queued);
    EXPECT_EQ(settled.look_in, 40s);
}

TEST(NextStep, ASubmissionWhoseProcessDiedWaitsForNews) {
    const step::any next = next_step(a_submitting_job(), {}, a_policy());
    const auto& settled = std::get<step::settle>(next);
    EXPECT_EQ(settled.next.step, submission::submitting);
    EXPECT_EQ(settled.next.unknown_since, noon);
    EXPECT_EQ(settled.look_in, 5min);
    EXPECT_TRUE(settled.unknown);
}

TEST(NextStep, ALostAnswerFailsTheJobWhenTheWaitIsOver) {
    job lost = a_submitting_job();
    lost.state.unknown_since = noon;
    lost.as_of = noon + 5min;
    const step::any next = next_step(lost, {}, a_policy());
    const auto& settled = std::get<step::settle>(next);
    EXPECT_EQ(settled.next.status, job_status::failed);
    EXPECT_EQ(settled.next.credits_are, credit_outcome::unknown);
    EXPECT_FALSE(settled.next.error_message.empty());
}

TEST(NextStep, ALostAnswerLeadsToOneResubmissionWhenTheOperatorPrefersThat) {
    work_policy policy = a_policy();
    policy.resubmit_unknown = true;
    job lost = a_submitting_job();
    lost.state.unknown_since = noon;
    lost.as_of = noon + 5min;
    const step::any once = next_step(lost, {}, policy);
    EXPECT_EQ(std::get<step::settle>(once).next.step, submission::waiting);
    lost.state = submitting(std::get<step::settle>(once).next, 10);
    lost.state.unknown_since = noon;
    const step::any twice = next_step(lost, {}, policy);
    const job_state& ended = std::get<step::settle>(twice).next;
    EXPECT_EQ(ended.status, job_status::failed);
    EXPECT_EQ(ended.error_message.find("not repeated"), std::string::npos) << "it was";
}

TEST(NextStep, CallsThatWereAnsweredAreNoRepetitionsOfALostOne) {
    job lost = a_submitting_job();
    lost.state.submissions = 5;  // throttled, say
    lost.state.unknown_since = noon;
    lost.as_of = noon + 5min;
    const step::any failed = next_step(lost, {}, a_policy());
    EXPECT_NE(std::get<step::settle>(failed).next.error_message.find("not repeated"), std::string::npos);
    work_policy policy = a_policy();
    policy.resubmit_unknown = true;
    const step::any again = next_step(lost, {}, policy);
    EXPECT_EQ(std::get<step::settle>(again).next.step, submission::waiting);
}

TEST(NextStep, AnAcceptedJobIsLookedAtEvenLongAfterItsDeadline) {
    EXPECT_TRUE(std::holds_alternative<step::look>(next_step(a_running_job(24h), {}, a_policy())));
}

TEST(AfterCreate, AnAcceptedJobRunsAndKeepsItsTask) {
    const verdict v = answered(a_submitting_job(), create_answer::accepted{"task-1"});
    EXPECT_EQ(v.next.status, job_status::running);
    EXPECT_EQ(v.next.step, submission::accepted);
    EXPECT_EQ(v.next.task_id, "task-1");
    EXPECT_EQ(v.next.credits_are, credit_outcome::charged);
    EXPECT_EQ(v.next.typical, 40s);
    EXPECT_GE(v.look_in, 40s);
    EXPECT_LE(v.look_in, 45s);
    EXPECT_FALSE(v.gate);
}

TEST(AfterCreate, AnAcceptedJobEndsAThrottleAndAnAccessAlarm) {
    gates backend;
    backend.throttles = 2;
    EXPECT_TRUE(
        changes_gate<open_access>(answered(a_submitting_job(), create_answer::accepted{"t"}, backend)));
    backend = {};
    backend.access_retry_in = -1s;
    EXPECT_TRUE(
        changes_gate<open_access>(answered(a_submitting_job(), create_answer::accepted{"t"}, backend)));
}

TEST(AfterCreate, WhatWasNotDeliveredIsSentAgainLater) {
    const verdict v = answered(a_submitting_job(), create_answer::not_delivered{"refused"});
    EXPECT_EQ(v.next.status, job_status::queued);
    EXPECT_EQ(v.next.step, submission::waiting);
    EXPECT_EQ(v.next.credits_are, credit_outcome::none);
    EXPECT_GT(v.look_in, 0ms);
}

TEST(AfterCreate, AnUpstreamThatStaysUnreachableFailsTheJobAtItsDeadline) {
    job late = a_submitting_job();
    late.as_of = noon + 15min;
    const verdict v = answered(late, create_answer::not_delivered{"refused"});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_EQ(v.next.credits_are, credit_outcome::none);
}

TEST(AfterCreate, TheProvidersOwn502IsRetriedAFewTimesOnly) {
    job begun = a_submitting_job();
    for (int attempt = 1; attempt < 6; ++attempt) {
        const verdict v = answered(begun, create_answer::upstream_fault{"down"});
        ASSERT_EQ(v.next.step, submission::waiting) << attempt;
        ASSERT_GE(v.look_in, 1s) << attempt;
        begun.state = v.next;
    }
    EXPECT_EQ(answered(begun, create_answer::upstream_fault{"down"}).next.status, job_status::failed);
}

TEST(AfterCreate, A502AfterWhatElseSetTheJobBackIsItsFirst) {
    job begun = a_submitting_job();
    for (int attempt = 1; attempt <= 20; ++attempt) {
        begun.state = answered(begun, create_answer::not_delivered{"refused"}).next;
        begun.state = answered(begun, create_answer::throttled{1s}).next;
    }
    const verdict first = answered(begun, create_answer::upstream_fault{"down"});
    EXPECT_EQ(first.next.status, job_status::queued);
    EXPECT_LE(first.look_in, 3s) << "nor does it wait as after the twentieth";
    EXPECT_EQ(answered(begun, create_answer::accepted{"task"}).next.faults, 0);
}

TEST(AfterCreate, A429KeepsTheJobQueuedAndSlowsTheWholeBackendDown) {
    const verdict v = answered(a_submitting_job(), create_answer::throttled{7s});
    EXPECT_EQ(v.next.status, job_status::queued);
    EXPECT_EQ(v.next.step, submission::waiting);
    ASSERT_TRUE(changes_gate<throttle>(v));
    EXPECT_GE(std::get<throttle>(*v.gate).pause, 7s);
    EXPECT_LT(std::get<throttle>(*v.gate).pause, 8500ms) << "spread, but not much longer than asked for";
}

TEST(AfterCreate, A429WithoutRetryAfterPausesLongerEachTime) {
    gates calm;
    gates throttled;
    throttled.throttles = 4;
    const verdict first = answered(a_submitting_job(), create_answer::throttled{}, calm);
    const verdict fifth = answered(a_submitting_job(), create_answer::throttled{}, throttled);
    EXPECT_LE(std::get<throttle>(*first.gate).pause, 2s);
    EXPECT_GE(std::get<throttle>(*fifth.gate).pause, 16s);
}

TEST(AfterCreate, RefusedContentEndsTheJobAsRefusedWithTheReason) {
    const verdict v =
        answered(a_submitting_job(), create_answer::content_refused{"lyrics contain an artist's name"});
    EXPECT_EQ(v.next.status, job_status::refused);
    EXPECT_EQ(v.next.refusal_reason, "lyrics contain an artist's name");
    EXPECT_EQ(v.next.credits_are, credit_outcome::none);
}

TEST(AfterCreate, AnotherBadRequestIsOurFaultAndAnAlarm) {
    const verdict v = answered(a_submitting_job(), create_answer::invalid{"bad mv"});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_TRUE(v.alarm);
    EXPECT_EQ(v.next.error_message.find("mv"), std::string::npos) << "upstream's words are not for users";
}

TEST(AfterCreate, NoCreditsFailTheJobAndShutTheGate) {
    const verdict v = answered(a_submitting_job(), create_answer::out_of_credits{"balance too low"});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_TRUE(changes_gate<shut_credits>(v));
    EXPECT_TRUE(v.alarm);
}

TEST(AfterCreate, NoCreditsKeepTheJobQueuedWhenAHoldIsConfigured) {
    work_policy policy = a_policy();
    policy.credits_hold = 1min;
    const verdict v = answered(a_submitting_job(), create_answer::out_of_credits{""}, {}, policy);
    EXPECT_EQ(v.next.status, job_status::queued);
    EXPECT_EQ(v.next.step, submission::waiting);
    EXPECT_TRUE(changes_gate<shut_credits>(v));
}

TEST(AfterCreate, ARejectedKeyKeepsTheJobQueuedAndRaisesAnAlarm) {
    const verdict v = answered(a_submitting_job(), create_answer::access_denied{"unauthorized"});
    EXPECT_EQ(v.next.status, job_status::queued);
    EXPECT_EQ(v.next.step, submission::waiting);
    EXPECT_TRUE(changes_gate<shut_access>(v));
    EXPECT_TRUE(v.alarm);
}

TEST(AfterCreate, A410FailsTheJobAndRetiresTheEngineWithItsModel) {
    const verdict v = answered(a_submitting_job(), create_answer::retired{"gone"});
    EXPECT_EQ(v.next.status, job_status::failed);
    ASSERT_TRUE(changes_gate<retire_engine>(v));
    EXPECT_EQ(std::get<retire_engine>(*v.gate).retirement, "studio/FUZZ-2.0");
}

TEST(AfterCreate, AnUnknownOutcomeIsNeverSentAgainByItself) {
    const verdict v = answered(a_submitting_job(), create_answer::unknown_outcome{"timed out"});
    EXPECT_EQ(v.next.status, job_status::queued);
    EXPECT_EQ(v.next.step, submission::submitting);
    EXPECT_EQ(v.next.unknown_since, noon);
    EXPECT_EQ(v.look_in, 5min);
    EXPECT_TRUE(v.unknown);
}

}  // namespace
}  // namespace gateway::work
