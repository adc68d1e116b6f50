// The rows of design section 5 that concern a running task and its audio, as decisions.
#include "gateway/work/endings.hpp"
#include "tests/unit/work/fixtures.hpp"

#include <gtest/gtest.h>

namespace gateway::work {
namespace {

using namespace std::chrono_literals;

look_verdict looked(const job& watched, task_answer::any answer) {
    return after_look(watched, answer, {}, a_policy());
}

verdict decided(const job& watched, task_answer::any answer) {
    return std::get<verdict>(looked(watched, std::move(answer)));
}

verdict fetched(const job& watched, fetch_answer::any answer,
                result<stored_audio> kept = make_error_code(errc::internal)) {
    clip of;
    of.clip_id = "clip-1";
    of.audio_url = "https://cdn.example/x.m4a";
    return after_fetch(watched, of, answer, kept, a_policy());
}

TEST(AfterLook, APendingTaskIsLookedAtAgainWithinTheSchedule) {
    const verdict v = decided(a_running_job(40s), task_answer::pending{});
    EXPECT_EQ(v.next.status, job_status::running);
    EXPECT_GE(v.look_in, 4s);
    EXPECT_LE(v.look_in, 6s);
}

TEST(AfterLook, ALateTaskIsLookedAtLessOften) {
    const verdict v = decided(a_running_job(10min), task_answer::pending{});
    EXPECT_GE(v.look_in, 9s);
    EXPECT_LE(v.look_in, 11s);
}

TEST(AfterLook, APendingTaskPastItsDeadlineFailsTheJob) {
    const verdict v = decided(a_running_job(15min), task_answer::pending{});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_EQ(v.next.task_id, "task-1");
    EXPECT_EQ(v.next.credits_are, credit_outcome::unknown);
}

TEST(AfterLook, TheLastLookIsNotLaterThanTheDeadline) {
    EXPECT_LE(decided(a_running_job(15min - 1s), task_answer::pending{}).look_in, 1s);
}

TEST(AfterLook, ASuccessGivesItsFirstClipToFetchEvenPastTheDeadline) {
    task_answer::succeeded done;
    done.clips = {clip{"clip-1", "https://a", {}}, clip{"clip-2", "https://b", {}}};
    EXPECT_EQ(std::get<clip>(looked(a_running_job(24h), done)).clip_id, "clip-1");
}

TEST(AfterLook, SuccessWithoutAudioIsBoundedInTime) {
    job ready = a_running_job(50s);
    const verdict first = decided(ready, task_answer::ready_without_audio{});
    EXPECT_EQ(first.next.status, job_status::running);
    EXPECT_EQ(first.next.music_ready_at, ready.as_of);
    ready.state = first.next;
    ready.as_of += 61s;
    EXPECT_EQ(decided(ready, task_answer::ready_without_audio{}).next.status, job_status::failed);
}

TEST(AfterLook, AFailedTaskFailsTheJobAndItsCreditsAreReturned) {
    const verdict v =
        decided(a_running_job(30s), task_answer::failed{"node 7 at http://internal exploded", false, {}});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_EQ(v.next.credits_are, credit_outcome::refunded);
    EXPECT_EQ(v.next.error_message.find("internal exploded"), std::string::npos);
}

TEST(AfterLook, AFailureThatWasNotRefundedStaysCharged) {
    EXPECT_EQ(decided(a_running_job(30s), task_answer::failed{"", false, false}).next.credits_are,
              credit_outcome::charged);
}

TEST(AfterLook, ARefusedTaskEndsAsRefused) {
    const verdict v = decided(a_running_job(30s), task_answer::refused{"copyrighted lyrics", {}});
    EXPECT_EQ(v.next.status, job_status::refused);
    EXPECT_EQ(v.next.refusal_reason, "copyrighted lyrics");
    EXPECT_EQ(v.next.progress, progress_of(a_running_job(30s)));
}

TEST(AfterLook, AnUnknownTaskIsForgivenWithinTheGrace) {
    const verdict v = decided(a_running_job(29s), task_answer::lost{});
    EXPECT_EQ(v.next.status, job_status::running);
    EXPECT_EQ(v.next.lost_looks, 0);
}

TEST(AfterLook, AnUnknownTaskIsLostAfterThreeLooksInARow) {
    job watched = a_running_job(31s);
    for (int i = 0; i < 2; ++i) {
        watched.state = decided(watched, task_answer::lost{}).next;
        ASSERT_EQ(watched.state.status, job_status::running);
    }
    EXPECT_EQ(decided(watched, task_answer::lost{}).next.status, job_status::failed);
}

TEST(AfterLook, ALookThatFindsTheTaskAgainForgetsTheLostOnes) {
    job watched = a_running_job(31s);
    watched.state.lost_looks = 2;
    EXPECT_EQ(decided(watched, task_answer::pending{}).next.lost_looks, 0);
}

TEST(AfterLook, TroubleOnThePollBacksOffAndKeepsTheJobRunning) {
    job watched = a_running_job(31s);
    milliseconds longest{0};
    for (int i = 0; i < 8; ++i) {
        const verdict v = decided(watched, task_answer::transient{"html", {}});
        ASSERT_EQ(v.next.status, job_status::running);
        longest = std::max(longest, v.look_in);
        watched.state = v.next;
    }
    EXPECT_GE(longest, 30s);
    EXPECT_LE(longest, 60s);
}

TEST(AfterLook, AThrottledPollSlowsTheBackendDown) {
    const verdict v = decided(a_running_job(31s), task_answer::throttled{9s});
    EXPECT_GE(v.look_in, 9s);
    EXPECT_LT(v.look_in, 11s);
    ASSERT_TRUE(v.gate && std::holds_alternative<throttle>(*v.gate));
}

TEST(AfterLook, ARejectedKeyKeepsTheJobOpenAndRaisesAnAlarm) {
    const verdict v = decided(a_running_job(31s), task_answer::access_denied{"401"});
    EXPECT_EQ(v.next.status, job_status::running);
    EXPECT_TRUE(v.alarm);
    EXPECT_TRUE(v.gate && std::holds_alternative<shut_access>(*v.gate));
}

TEST(AfterLook, AWrongBaseUrlIsAnAlarmNotALostTask) {
    const verdict v = decided(a_running_job(31s), task_answer::misconfigured{"404 html"});
    EXPECT_EQ(v.next.status, job_status::running);
    EXPECT_EQ(v.next.lost_looks, 0);
    EXPECT_TRUE(v.alarm);
}

TEST(AfterLook, A410OnThePollFailsTheJobAndRetiresTheEngine) {
    const verdict v = decided(a_running_job(31s), task_answer::retired{"gone"});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_TRUE(v.gate && std::holds_alternative<retire_engine>(*v.gate));
}

TEST(AfterFetch, KeptAudioMakesTheJobSucceed) {
    const stored_audio audio{"m4a", "audio/mp4", 1234, 20.5};
    const verdict v = fetched(a_running_job(50s), fetch_answer::fetched{}, audio);
    EXPECT_EQ(v.next.status, job_status::succeeded);
    EXPECT_EQ(v.next.progress, 100);
    EXPECT_EQ(v.next.audio, audio);
    EXPECT_EQ(v.next.clip_id, "") << "the task says which it was";
}

TEST(AfterFetch, AudioThatIsNotThereYetIsWaitedForAboutAMinute) {
    job ready = a_running_job(50s);
    const verdict soon = fetched(ready, fetch_answer::not_there_yet{});
    EXPECT_EQ(soon.next.status, job_status::running);
    ready.state = soon.next;
    ready.as_of += 60s;
    EXPECT_EQ(fetched(ready, fetch_answer::not_there_yet{}).next.status, job_status::failed);
}

TEST(AfterFetch, BytesThatAreNoAudioAreTreatedAsNotThereYet) {
    EXPECT_EQ(
        fetched(a_running_job(50s), fetch_answer::fetched{}, make_error_code(errc::not_audio)).next.status,
        job_status::running);
}

TEST(AfterFetch, AFailingNetworkIsRetriedForMinutes) {
    job ready = a_running_job(50s);
    ready.state.music_ready_at = ready.as_of;
    ready.as_of += 4min;
    EXPECT_EQ(fetched(ready, fetch_answer::failed{"cut"}).next.status, job_status::running);
    ready.as_of += 1min;
    EXPECT_EQ(fetched(ready, fetch_answer::failed{"cut"}).next.status, job_status::failed);
}

TEST(AfterFetch, AFullDiskIsAnAlarmAndTheMusicWaits) {
    const verdict v =
        fetched(a_running_job(50s), fetch_answer::fetched{}, make_error_code(errc::archive_failed));
    EXPECT_EQ(v.next.status, job_status::running);
    EXPECT_TRUE(v.alarm);
}

TEST(AfterFetch, ToolsThatRefuseAClipAreAskedTwiceWhateverThePollsWentThrough) {
    job ready = a_running_job(50s);
    ready.state.setbacks = 7;
    const verdict again = fetched(ready, fetch_answer::fetched{}, make_error_code(errc::audio_work_failed));
    EXPECT_EQ(again.next.status, job_status::running);
    EXPECT_TRUE(again.alarm);
    ready.state = again.next;
    const verdict end = fetched(ready, fetch_answer::fetched{}, make_error_code(errc::audio_work_failed));
    EXPECT_EQ(end.next.status, job_status::failed);
    EXPECT_EQ(end.next.error_message, message::audio_unusable);
}

TEST(AfterFetch, AFullDiskIsNoRefusalOfTheTools) {
    job ready = a_running_job(50s);
    for (int attempt = 1; attempt <= 10; ++attempt)
        ready.state = fetched(ready, fetch_answer::fetched{}, make_error_code(errc::archive_failed)).next;
    const verdict first = fetched(ready, fetch_answer::fetched{}, make_error_code(errc::audio_work_failed));
    EXPECT_EQ(first.next.status, job_status::running);
}

TEST(AfterFetch, AForbiddenHostFailsTheJobAndTellsTheOperator) {
    const verdict v = fetched(a_running_job(50s), fetch_answer::forbidden_host{"10.0.0.1"});
    EXPECT_EQ(v.next.status, job_status::failed);
    EXPECT_TRUE(v.alarm);
    EXPECT_EQ(v.next.error_message.find("10.0.0.1"), std::string::npos);
}

}  // namespace
}  // namespace gateway::work
