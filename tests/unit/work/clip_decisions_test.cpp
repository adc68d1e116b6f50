// Decisions about music that takes more than one clip.
#include "gateway/work/decisions.hpp"
#include "gateway/work/endings.hpp"
#include "tests/unit/work/fixtures.hpp"

#include <gtest/gtest.h>

namespace gateway::work {

namespace {

const clip made{"clip-1", "https://cdn/a.m4a", 60.0, {}, "7"};
const stored_audio kept{"m4a", "audio/mp4", 1'000, 60.0};

engine studio() {
    return a_policy().engines.front();
}

job a_focus_job(std::size_t clips) {
    job of = a_running_job(milliseconds{10'000});
    of.request.mode = generation_mode::focus;
    of.request.duration_seconds = 240;
    for (std::size_t each = 0; each < clips; ++each)
        of.state.clips.push_back({"task-" + std::to_string(each), "m4a", 60});
    of.state.call = static_cast<int>(clips);
    of.state.earlier_credits = 10 * static_cast<int>(clips);
    return of;
}

verdict failing(const job& of, std::string_view message) {
    verdict v;
    v.next = failed(of, message);
    v.next.credits_are = credit_outcome::refunded;
    return v;
}

}  // namespace

TEST(AfterPart, NextClipIsAFreshCallOnTheSameBill) {
    const auto after = after_part(a_focus_job(1), made, kept, {60, 59.5}, studio());
    ASSERT_TRUE(after);
    const job_state& next = after->next;
    EXPECT_EQ(next.status, job_status::running);
    EXPECT_EQ(next.step, submission::waiting);
    EXPECT_EQ(next.call, 2);
    EXPECT_EQ(next.task_id, "") << "what upstream says of the settled call is no news";
    EXPECT_EQ(next.submissions, 0);
    EXPECT_FALSE(next.accepted_at);
    ASSERT_EQ(next.clips.size(), 2U);
    EXPECT_EQ(next.clips.back(), (kept_clip{"task-1", "m4a", 59.5}));
    EXPECT_EQ(next.earlier_credits, 20);
    EXPECT_EQ(next.credits, 0);
    EXPECT_EQ(next.clips_planned, 5);
    EXPECT_EQ(credits_spent(next), 20);
}

TEST(AfterPart, LastClipLeavesTheAudioWork) {
    const auto after = after_part(a_focus_job(4), made, kept, {60, 60}, studio());
    ASSERT_TRUE(after);
    EXPECT_TRUE(after->next.mastering);
    EXPECT_EQ(after->next.step, submission::accepted);
    EXPECT_EQ(after->next.clips.size(), 5U);
    EXPECT_EQ(credits_spent(after->next), 50);
}

TEST(AfterPart, OnlyClipThatIsWhatWasAskedForStaysAsItIs) {
    EXPECT_FALSE(after_part(a_running_job(milliseconds{1}), made, kept, {60, 59.8}, studio()));
}

TEST(AfterMaster, SucceedsWithTheFileAsItWasDelivered) {
    job of = a_focus_job(5);
    of.state.mastering = true;
    const stored_audio master{"m4a", "audio/mp4", 5'000, 240.02};
    const verdict v = after_master(of, master);
    EXPECT_EQ(v.next.status, job_status::succeeded);
    EXPECT_EQ(v.next.audio, master);
    EXPECT_FALSE(v.next.mastering);
    EXPECT_TRUE(v.next.clips.empty());
    EXPECT_EQ(v.next.earlier_credits, 50);
}

TEST(AfterMaster, ToolsThatRefuseAreAskedThreeTimes) {
    job of = a_focus_job(5);
    of.state.mastering = true;
    const result<stored_audio> refused = make_error_code(errc::audio_work_failed);
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const verdict v = after_master(of, refused);
        EXPECT_EQ(v.next.status, attempt < 3 ? job_status::running : job_status::failed);
        EXPECT_TRUE(v.alarm);
        of.state = v.next;
    }
    EXPECT_EQ(of.state.error_message, message::audio_unusable);
    EXPECT_EQ(of.state.clips.size(), 5U) << "they lie in the archive";
}

TEST(AfterMaster, TroubleOfTheArchiveIsNoRefusalOfTheTools) {
    job of = a_focus_job(5);
    of.state.mastering = true;
    const result<stored_audio> full = make_error_code(errc::archive_failed);
    const result<stored_audio> refused = make_error_code(errc::audio_work_failed);
    for (int attempt = 1; attempt <= 10; ++attempt)
        of.state = after_master(of, full).next;
    EXPECT_EQ(after_master(of, refused).next.status, job_status::running);
}

TEST(AfterMaster, ArchiveInTroubleIsWaitedFor) {
    job of = a_focus_job(5);
    of.state.mastering = true;
    of.state.setbacks = 20;
    of.state.music_ready_at = noon;
    const result<stored_audio> full = make_error_code(errc::archive_failed);
    EXPECT_EQ(after_master(of, full).next.status, job_status::running);
    of.as_of = noon + milliseconds{16 * 60'000};
    EXPECT_EQ(after_master(of, full).next.status, job_status::failed);
    const result<stored_audio> its_turn_never_came = make_error_code(errc::deadline_exceeded);
    EXPECT_EQ(after_master(of, its_turn_never_came).next.status, job_status::running)
        << "paid for: it waits longer";
}

TEST(WithoutTheClip, FocusReplacesAFailedClipOnce) {
    const job of = a_focus_job(2);
    const verdict again = or_without_the_clip(of, failing(of, message::generation_failed), studio());
    EXPECT_EQ(again.next.status, job_status::running);
    EXPECT_EQ(again.next.step, submission::waiting);
    EXPECT_TRUE(again.next.replacing);
    EXPECT_EQ(again.next.call, 3);
    EXPECT_EQ(again.next.clips.size(), 2U);
    EXPECT_EQ(again.next.error_message, "");
    EXPECT_EQ(again.next.earlier_credits, 20) << "the failed call was refunded";

    job second = of;
    second.state.replacing = true;
    const verdict end = or_without_the_clip(second, failing(second, message::generation_failed), studio());
    EXPECT_EQ(end.next.status, job_status::failed);
    EXPECT_EQ(credits_spent(end.next), 20) << "what was spent stays on record";
}

TEST(WithoutTheClip, FocusReplacesItsFirstClipToo) {
    const job of = a_focus_job(0);
    EXPECT_TRUE(or_without_the_clip(of, failing(of, message::no_audio), studio()).next.replacing);
}

TEST(WithoutTheClip, FailureThatIsNotTheClipsOwnEndsAFocusJob) {
    const job of = a_focus_job(2);
    const verdict end = or_without_the_clip(of, failing(of, message::engine_retired), studio());
    EXPECT_EQ(end.next.status, job_status::failed);
}

TEST(WithoutTheClip, CreationDoesWithoutAFurtherOne) {
    job of = a_focus_job(1);
    of.request.mode = generation_mode::creation;
    of.state.replacing = true;
    const verdict shorter = or_without_the_clip(of, failing(of, message::generation_failed), studio());
    EXPECT_EQ(shorter.next.status, job_status::running);
    EXPECT_TRUE(shorter.next.mastering);
    const verdict broke = or_without_the_clip(of, failing(of, message::no_credits), studio());
    EXPECT_TRUE(broke.next.mastering) << "whatever the reason: the first clip is paid for";
}

// A call that is lost leaves no moment behind from which the music was ready.
TEST(WithoutTheClip, ArchiveInTroubleIsNotWaitedForForEverAfterALostClip) {
    job of = a_focus_job(1);
    of.request.mode = generation_mode::creation;
    of.state.replacing = true;
    of.state.music_ready_at.reset();
    of.state = or_without_the_clip(of, failing(of, message::lost_upstream), studio()).next;
    const result<stored_audio> full = make_error_code(errc::archive_failed);
    EXPECT_EQ(after_master(of, full).next.status, job_status::running);
    of.as_of += milliseconds{16 * 60'000};
    EXPECT_EQ(after_master(of, full).next.status, job_status::failed);
}

TEST(WithoutTheClip, CreationOfOneClipFailsAsEver) {
    const job of = a_running_job(milliseconds{1'000});
    EXPECT_EQ(or_without_the_clip(of, failing(of, message::generation_failed), studio()).next.status,
              job_status::failed);
}

TEST(WithoutTheClip, PaidCallsAreBounded) {
    job of = a_focus_job(2);
    of.state.call = 2 * studio().max_clips_per_job;
    EXPECT_EQ(or_without_the_clip(of, failing(of, message::generation_failed), studio()).next.status,
              job_status::failed);
}

TEST(NextStep, FinishedClipsAreMastered) {
    job of = a_focus_job(5);
    of.state.mastering = true;
    EXPECT_TRUE(std::holds_alternative<step::master>(next_step(of, {}, a_policy())));
}

TEST(NextStep, LyricsAreAskedForOnce) {
    work_policy policy = a_policy();
    policy.engines.front().write_lyrics = true;
    job of = a_queued_job();
    const auto first = next_step(of, {}, policy);
    const auto* ask = std::get_if<step::ask_for_lyrics>(&first);
    ASSERT_NE(ask, nullptr);
    EXPECT_TRUE(ask->asked.lyrics_asked);
    EXPECT_EQ(ask->asked.earlier_credits, 1);
    of.state = ask->asked;
    EXPECT_TRUE(std::holds_alternative<step::submit>(next_step(of, {}, policy)));

    const std::vector<std::function<void(job&)>> nobody_sings{
        [](job& quiet) { quiet.request.instrumental = true; },
        [](job& given) { given.request.lyrics = "la"; },
        [](job& seeded) { seeded.request.seed.lyrics = "la"; },
    };
    for (const auto& change : nobody_sings) {
        job without = a_queued_job();
        change(without);
        EXPECT_TRUE(std::holds_alternative<step::submit>(next_step(without, {}, policy)));
    }
}

}  // namespace gateway::work
