// Jobs that take more than one clip, or audio work, from their claim to their end.
#include "tests/unit/work/worker_fixture.hpp"

#include "gateway/work/endings.hpp"

namespace gateway::work {

namespace {

class Clips : public Worker {
protected:
    void SetUp() override {
        workshop.here = true;
        Worker::SetUp();
        // One task per call, whoever asks.
        backend.on_create = [this](job asked) -> asio::awaitable<create_answer::any> {
            co_return create_answer::accepted{"task-" + asked.id + "-" + std::to_string(asked.state.call)};
        };
    }
    static generation_request focus(int seconds) {
        generation_request request = a_queued_job().request;
        request.mode = generation_mode::focus;
        request.duration_seconds = seconds;
        return request;
    }
};

TEST_F(Clips, FocusIsMadeOfAsManyAsItsLengthNeeds) {
    order("mgen_00000000000a", focus(240));
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(backend.created.size(), 5U);
    ASSERT_EQ(workshop.ordered.size(), 1U);
    EXPECT_EQ(workshop.ordered.front().clips.size(), 5U);
    EXPECT_EQ(workshop.ordered.front().length_seconds, 240);
    EXPECT_TRUE(workshop.ordered.front().even_loudness);
    const job_state end = state_of("mgen_00000000000a");
    EXPECT_EQ(end.audio->duration_seconds, 240);
    EXPECT_EQ(credits_spent(end), 50);
    ASSERT_TRUE(tests::run_until(context, [&] { return archive.removed.size() == 5; }))
        << "parts are of no more use";
    EXPECT_EQ(archive.removed.front(), "mclip0_00000000000a");
}

TEST_F(Clips, ClipThatFailsIsReplacedOnce) {
    int failures = 1;
    backend.on_look = [&, good = backend.on_look](std::string task_id) -> task_answer::any {
        if (task_id.ends_with("-1") && failures-- > 0)
            return task_answer::failed{"upstream could not", false, true};
        return good(std::move(task_id));
    };
    order("mgen_00000000000a", focus(120));
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(backend.created.size(), 4U) << "three, and one in place of the second";
    EXPECT_EQ(workshop.ordered.front().clips.size(), 3U);
    EXPECT_EQ(credits_spent(state_of("mgen_00000000000a")), 30) << "the failed one was refunded";
}

TEST_F(Clips, FocusJobFailsWhenTheReplacementFailsTooAndSaysWhatWasSpent) {
    backend.on_look = [good = backend.on_look](std::string task_id) -> task_answer::any {
        if (!task_id.ends_with("-0"))
            return task_answer::failed{"upstream could not", false, true};
        return good(std::move(task_id));
    };
    order("mgen_00000000000a", focus(120));
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::failed));
    EXPECT_EQ(backend.created.size(), 3U);
    EXPECT_EQ(state_of("mgen_00000000000a").error_message, message::generation_failed);
    EXPECT_EQ(credits_spent(state_of("mgen_00000000000a")), 10);
    EXPECT_TRUE(workshop.ordered.empty());
}

TEST_F(Clips, CancelStopsFurtherOnes) {
    const std::string id = "mgen_00000000000a";
    bool second_is_pending = true;
    backend.on_look = [&, good = backend.on_look](std::string task_id) -> task_answer::any {
        if (second_is_pending && task_id.ends_with("-1"))
            return task_answer::pending{};
        return good(std::move(task_id));
    };
    order(id, focus(240));
    ASSERT_TRUE(tests::run_until(context, [&] { return backend.created.size() == 2; }));
    ASSERT_TRUE(tests::await(context, store.cancel(ann, id, 0, {}, soon())));
    second_is_pending = false;
    // A job behind it, from start to end, is time enough for what must not happen.
    order("mgen_00000000000b");
    ASSERT_TRUE(comes_to("mgen_00000000000b", job_status::succeeded));
    EXPECT_EQ(backend.created.size(), 3U);
    EXPECT_EQ(state_of(id).status, job_status::cancelled);
}

TEST_F(Clips, TooLongAClipIsCut) {
    archive.seconds = workshop.clip_seconds = 171;
    order("mgen_00000000000a");
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    ASSERT_EQ(workshop.ordered.size(), 1U);
    EXPECT_EQ(workshop.ordered.front().length_seconds, 60);
    EXPECT_FALSE(workshop.ordered.front().even_loudness);
    EXPECT_EQ(state_of("mgen_00000000000a").audio->duration_seconds, 60);
    EXPECT_EQ(backend.fetched.size(), 1U);
}

TEST_F(Clips, ClipThatIsAsLongAsItHasToBeNeedsNoAudioWork) {
    archive.seconds = 60;
    order("mgen_00000000000a");
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(workshop.measured, 0);
    EXPECT_EQ(archive.begun, std::vector<std::string>{"mtrack_00000000000a"});
}

TEST_F(Clips, ClipThatDoesNotSayItsLengthIsMeasuredAndBecomesTheTrackUnchanged) {
    archive.seconds = std::nullopt;
    order("mgen_00000000000a");
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(workshop.measured, 1);
    EXPECT_TRUE(workshop.ordered.empty());
    EXPECT_EQ(archive.begun.back(), "mtrack_00000000000a");
    EXPECT_EQ(backend.fetched.size(), 1U);
}

TEST_F(Clips, WithoutToolsEverythingIsDeliveredAsItIs) {
    workshop.here = false;
    order("mgen_00000000000a", focus(240));
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(backend.created.size(), 1U);
}

TEST_F(Clips, WebhookOfASettledCallChangesNothing) {
    const std::string id = "mgen_00000000000a";
    backend.on_look = [good = backend.on_look](std::string task_id) -> task_answer::any {
        if (task_id.ends_with("-1"))
            return task_answer::pending{};
        return good(std::move(task_id));
    };
    order(id, focus(120));
    ASSERT_TRUE(tests::run_until(context, [&] { return state_of(id).task_id == "task-" + id + "-1"; }));
    task_event late;
    late.job_id = id;
    late.call = 0;
    late.task_id = "task-" + id + "-0";
    late.id = "event-0";
    const auto outcome = tests::await(context, under_test->hear(late, soon()));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(*outcome, heard::repeated);
    EXPECT_EQ(state_of(id).task_id, "task-" + id + "-1");
}

class Lyrics : public Clips {
    void SetUp() override {
        with_lyrics = true;
        Clips::SetUp();
    }
};

TEST_F(Lyrics, AreWrittenBeforeThePaidCall) {
    std::string sung;
    backend.on_create = [&](job asked) -> asio::awaitable<create_answer::any> {
        sung = asked.state.written_lyrics;
        co_return create_answer::accepted{"task"};
    };
    order("mgen_00000000000a");
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(sung, "[Verse]\nRain");
    EXPECT_EQ(backend.asked_for_lyrics, 1);
    EXPECT_EQ(credits_spent(state_of("mgen_00000000000a")), 11);
}

TEST_F(Lyrics, MusicIsMadeWithoutThemWhenNobodyWritesAny) {
    backend.on_lyrics = []() -> lyrics_answer::any { return lyrics_answer::none{"no idea"}; };
    order("mgen_00000000000a");
    ASSERT_TRUE(comes_to("mgen_00000000000a", job_status::succeeded));
    EXPECT_EQ(backend.asked_for_lyrics, 1);
    EXPECT_EQ(backend.created.size(), 1U);
}

}  // namespace

}  // namespace gateway::work
