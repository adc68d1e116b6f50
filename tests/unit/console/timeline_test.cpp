// A job's timeline by a table of records: what is on record, and nothing that is not.
#include "gateway/console/timeline.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gateway;
using namespace gateway::console;

store_time at(int seconds) {
    return store_time{milliseconds{1'790'000'000'000 + 1'000 * seconds}};
}

job created(job_state state = {}) {
    job made;
    made.id = "mgen_0123456789ab";
    made.created_at = at(0);
    made.as_of = at(100);
    made.state = std::move(state);
    if (is_terminal(made.state.status))
        made.ended_at = at(50);
    return made;
}

job_state accepted() {
    job_state state;
    state.status = job_status::running;
    state.step = submission::accepted;
    state.submissions = 1;
    state.task_id = "task-7";
    state.first_tried_at = at(1);
    state.accepted_at = at(2);
    state.typical = milliseconds{40'000};
    state.credits = 10;
    state.credits_are = credit_outcome::charged;
    return state;
}

struct row {
    std::string claim;
    job of;
    std::vector<step> wanted;
};

std::vector<row> table() {
    std::vector<row> rows;
    const auto created_step = step{"created", at(0), "Created by the client; promised from here on"};
    const auto submitted_step = step{"submitted", at(1), "Sent to the music service"};
    const auto accepted_step =
        step{"accepted", at(2), "Accepted by the music service as task task-7, for 10 credits"};

    rows.push_back({"AQueuedJobWasCreated", created(), {created_step}});

    job_state submitting;
    submitting.step = submission::submitting;
    submitting.submissions = 1;
    submitting.first_tried_at = at(1);
    rows.push_back({"AJobInTheCallWasSubmitted", created(submitting), {created_step, submitted_step}});

    job_state back = submitting;
    back.step = submission::waiting;
    rows.push_back(
        {"AJobThatWasSentBackWaitsToBeSentAgain",
         created(back),
         {created_step, {"submitted", at(1), "First sent to the music service; it waits to be sent again"}}});

    job_state lost = submitting;
    lost.unknown_since = at(26);
    rows.push_back({"ALostAnswerIsToldWithWhatItMayHaveCost",
                    created(lost),
                    {created_step,
                     submitted_step,
                     {"answer_lost", at(26),
                      "The answer to the paid call was lost: it may have been accepted and charged"}}});

    job_state second = accepted();
    second.clips = {{"task-6", "m4a", 60}};
    second.earlier_credits = 10;
    rows.push_back({"AFurtherClipStandsBehindWhatIsKept",
                    created(second),
                    {created_step,
                     {"clips_kept", std::nullopt, "1 clip is kept; another one is made"},
                     submitted_step,
                     accepted_step,
                     {"expected", at(42), "Usually ready by then", false}}});

    rows.push_back({"ARunningJobSaysWhenItIsExpected",
                    created(accepted()),
                    {created_step,
                     submitted_step,
                     accepted_step,
                     {"expected", at(42), "Usually ready by then", false}}});

    job_state unmeasured = accepted();
    unmeasured.typical = milliseconds{0};
    rows.push_back({"WithoutATypicalTimeNothingIsExpected",
                    created(unmeasured),
                    {created_step, submitted_step, accepted_step}});

    job_state done = accepted();
    done.status = job_status::succeeded;
    done.music_ready_at = at(45);
    done.audio = stored_audio{"m4a", "audio/mp4", 53'324, 20.4};
    rows.push_back(
        {"ASuccessEndsWithItsAudioAndItsPrice",
         created(done),
         {created_step,
          submitted_step,
          accepted_step,
          {"music_ready", at(45), "The music service says that the music is ready"},
          {"succeeded", at(50), "The audio is in the archive: m4a, 54 kB, 20 s (10 credits charged)"}}});

    job_state twice = done;
    twice.submissions = 2;
    twice.audio->bytes = 2'345'678;
    twice.audio->duration_seconds.reset();
    twice.music_ready_at.reset();
    rows.push_back(
        {"TwoSubmissionsAreCounted",
         created(twice),
         {created_step,
          {"submitted", at(1), "First sent to the music service, 2 times in all"},
          accepted_step,
          {"succeeded", at(50), "The audio is in the archive: m4a, 2.3 MB (10 credits charged)"}}});

    job_state failed = accepted();
    failed.status = job_status::failed;
    failed.error_message = "The music could not be generated.";
    failed.credits = 1;
    failed.credits_are = credit_outcome::refunded;
    rows.push_back({"AFailureEndsWithItsMessageAndWhatCameBack",
                    created(failed),
                    {created_step,
                     submitted_step,
                     {"accepted", at(2), "Accepted by the music service as task task-7, for 1 credit"},
                     {"failed", at(50), "The music could not be generated. (1 credit given back)"}}});

    job_state refused;
    refused.status = job_status::refused;
    refused.refusal_reason = "artist names";
    rows.push_back(
        {"ARefusalEndsWithItsReason", created(refused), {created_step, {"refused", at(50), "artist names"}}});

    job_state cancelled = submitting;
    cancelled.status = job_status::cancelled;
    cancelled.progress = 7;
    cancelled.credits = 10;
    cancelled.credits_are = credit_outcome::unknown;
    rows.push_back({"ACancelledCallLeavesItsCreditsAtStake",
                    created(cancelled),
                    {created_step,
                     submitted_step,
                     {"cancelled", at(50),
                      "Cancelled at 7 % (10 credits at stake: whether they were charged is not known)"}}});

    job_state late = cancelled;
    late.task_id = "task-7";
    late.credits_are = credit_outcome::charged;
    rows.push_back(
        {"ATaskThatCameToLightLateHasNoTime",
         created(late),
         {created_step,
          submitted_step,
          {"accepted", std::nullopt, "Accepted by the music service as task task-7, for 10 credits"},
          {"cancelled", at(50), "Cancelled at 7 % (10 credits charged)"}}});

    auto old = created(refused);
    old.ended_at.reset();
    rows.push_back(
        {"AnOldRecordDoesNotSayWhenItEnded", old, {created_step, {"refused", std::nullopt, "artist names"}}});

    job_state healed = accepted();
    healed.unknown_since = at(26);
    healed.accepted_at = at(30);
    healed.typical = milliseconds{0};
    rows.push_back({"StepsComeInTheOrderOfTime",
                    created(healed),
                    {created_step,
                     submitted_step,
                     {"answer_lost", at(26),
                      "The answer to the paid call was lost: it may have been accepted and charged"},
                     {"accepted", at(30), accepted_step.text}}});
    return rows;
}

class Timeline : public testing::TestWithParam<row> {};

TEST_P(Timeline, TellsWhatIsOnRecord) {
    const auto made = timeline_of(GetParam().of);
    ASSERT_EQ(made.size(), GetParam().wanted.size());
    for (std::size_t each = 0; each < made.size(); ++each) {
        EXPECT_EQ(made[each].what, GetParam().wanted[each].what) << each;
        EXPECT_EQ(made[each].at, GetParam().wanted[each].at) << made[each].what;
        EXPECT_EQ(made[each].text, GetParam().wanted[each].text);
        EXPECT_EQ(made[each].done, GetParam().wanted[each].done) << made[each].what;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, Timeline, testing::ValuesIn(table()),
                         [](const auto& info) { return info.param.claim; });

}  // namespace
