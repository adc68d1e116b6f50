// Sections 12.2 to 12.4 of reference/producer-api: how a task looks when it is polled.
#include "simulator_fixture.hpp"

namespace simulator_test {

namespace {

std::string first_clip_text(const reply& answer, const char* member) {
    const auto document = answer.json();
    const auto* value = document.at("data").as_array().at(0).as_object().if_contains(member);
    return value && value->is_string() ? std::string{value->get_string().c_str()} : std::string{};
}

bool has_clips(const reply& answer) {
    return !answer.json().at("data").as_array().empty();
}

}  // namespace

TEST_F(Simulator, GoesFromPendingOverRunningToSuccess) {
    by_default(R"({"task":{"pending_ms":800,"running_ms":800}})");
    const auto id = created();
    const auto pending = poll(id);
    EXPECT_EQ(pending.status, 200);
    EXPECT_EQ(pending.text("status"), "PENDING");
    EXPECT_EQ(pending.json().at("data"), boost::json::array{});
    const auto running = poll_until(id, [](const reply& a) { return a.text("status") != "PENDING"; });
    EXPECT_EQ(running.text("status"), "RUNNING");
    EXPECT_EQ(running.json().at("data"), boost::json::array{});
    const auto success = poll_until(id, [](const reply& a) { return a.text("status") != "RUNNING"; });
    EXPECT_EQ(success.text("status"), "SUCCESS");
    EXPECT_EQ(success.text("message"), "success");
    EXPECT_EQ(first_clip_text(success, "state"), "succeeded");
    EXPECT_EQ(first_clip_text(success, "clip_id").size(), 36U);
    EXPECT_TRUE(first_clip_text(success, "audio_url").starts_with(cdn + "/producer/"));
    EXPECT_TRUE(first_clip_text(success, "created_at").ends_with("Z"));
}

TEST_F(Simulator, EndsATaskThatFailedTimedOutOrWasRefused) {
    const auto end = [&](const std::string& plan) {
        by_default(R"({"task":{"pending_ms":0,"running_ms":0,)" + plan + "}}");
        return poll_until(created(), [](const reply& a) { return a.text("status") == "FAILED"; });
    };
    const auto failed = end(R"("result":"failed")");
    EXPECT_EQ(failed.status, 200);
    EXPECT_EQ(failed.text("type"), "failed");
    EXPECT_EQ(failed.json().at("data"), boost::json::array{});
    const auto timeout = end(R"("result":"timeout","failed_http_status":504)");
    EXPECT_EQ(timeout.status, 504);
    EXPECT_EQ(timeout.text("type"), "timeout");
    EXPECT_NE(end(R"("result":"refused")").text("message").find("moderation"), std::string::npos);
    EXPECT_EQ(end(R"("result":"failed","message":"artist names")").text("message"), "artist names");
}

TEST_F(Simulator, LetsTheDataLagBehindTheStatus) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"lag_ms":800}})");
    const auto id = created();
    const auto early = poll_until(id, [](const reply& a) { return a.text("status") == "SUCCESS"; });
    EXPECT_FALSE(has_clips(early));
    EXPECT_EQ(poll_until(id, has_clips).text("status"), "SUCCESS");
}

TEST_F(Simulator, LeavesOutAndBendsMembersOfTheClip) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"wav_url":false,"nulls":true}})");
    const auto nulls = poll_to_success(created()).json().at("data").as_array()[0].as_object();
    EXPECT_FALSE(nulls.contains("wav_url"));
    for (const char* member : {"sound", "duration", "seed"})
        EXPECT_TRUE(nulls.at(member).is_null()) << member;
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"duration_as":"string","seconds":5}})");
    EXPECT_EQ(first_clip_text(poll_to_success(created()), "duration"), "6.0000");
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"data_as":"object","state_word":"completed"}})");
    const auto object = poll_until(created(), [](const reply& a) { return a.json().at("data").is_object(); });
    EXPECT_EQ(object.json().at("data").at("state"), "completed");
    EXPECT_TRUE(object.json().at("data").at("duration").is_number());
}

TEST_F(Simulator, MakesSeveralClipsOfWhichSomeFailed) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"clips":3,"failed_clips":1}})");
    const auto clips = poll_to_success(created()).json().at("data").as_array();
    ASSERT_EQ(clips.size(), 3U);
    EXPECT_EQ(clips[0].at("state"), "failed");
    EXPECT_EQ(clips[0].at("audio_url"), "");
    EXPECT_EQ(clips[1].at("state"), "succeeded");
    EXPECT_NE(clips[1].at("clip_id"), clips[2].at("clip_id"));
}

TEST_F(Simulator, SpeaksTheOlderDialect) {
    by_default(R"({"task":{"dialect":"older","pending_ms":0,"running_ms":800}})");
    const auto id = created();
    const auto early = poll(id);
    EXPECT_EQ(early.status, 202);
    EXPECT_EQ(early.text("type"), "not_ready");
    const auto success = poll_to_success(id);
    EXPECT_FALSE(success.json().as_object().contains("status"));
    EXPECT_EQ(success.json().at("code"), 200);
    EXPECT_EQ(first_clip_text(success, "wav_url"), "");
    by_default(R"({"task":{"dialect":"older","pending_ms":0,"running_ms":0,"result":"failed"}})");
    const auto failed = poll_until(created(), [](const reply& a) { return a.status != 202; });
    EXPECT_EQ(failed.text("type"), "failed");
    EXPECT_FALSE(failed.json().as_object().contains("status"));
}

TEST_F(Simulator, TellsTheStateByTheClipAlone) {
    by_default(
        R"({"task":{"clip_state_only":true,"pending_ms":800,"running_ms":800,"early_audio_url":true}})");
    const auto id = created();
    const auto pending = poll(id);
    EXPECT_FALSE(pending.json().as_object().contains("status"));
    EXPECT_EQ(first_clip_text(pending, "state"), "pending");
    EXPECT_FALSE(first_clip_text(pending, "audio_url").empty());
    const auto running =
        poll_until(id, [](const reply& a) { return first_clip_text(a, "state") != "pending"; });
    EXPECT_EQ(first_clip_text(running, "state"), "running");
    poll_to_success(id);
    by_default(R"({"task":{"clip_state_only":true,"pending_ms":0,"running_ms":0,"result":"failed"}})");
    poll_until(created(), [](const reply& a) { return first_clip_text(a, "state") == "failed"; });
}

TEST_F(Simulator, AnswersPollsWithEveryFaultInTurnAndThenWithTheTruth) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0},"poll":{"faults":[
        {"kind":"404_json"},{"kind":"404_html"},{"kind":"400_task_not_found"},{"kind":"401"},
        {"kind":"429","retry_after":"2","times":2},{"kind":"500"},{"kind":"502_html"},
        {"kind":"504_json_timeout"},{"kind":"504_html"},{"kind":"hang"},{"kind":"cut"},{"kind":"not_json"}]}})");
    const auto id = created();
    const auto lost = poll(id);
    EXPECT_EQ(lost.status, 404);
    EXPECT_EQ(lost.text("type"), "not_found");
    const auto page = poll(id);
    EXPECT_EQ(page.status, 404);
    EXPECT_TRUE(page.headers.at("content-type").starts_with("text/html"));
    const auto unknown = poll(id);
    EXPECT_EQ(unknown.status, 400);
    EXPECT_EQ(unknown.text("error"), "task not found");
    EXPECT_EQ(poll(id).status, 401);
    EXPECT_EQ(poll(id).headers.at("retry-after"), "2");
    EXPECT_EQ(poll(id).status, 429);
    EXPECT_EQ(poll(id).text("type"), "internal_error");
    EXPECT_EQ(poll(id).status, 502);
    EXPECT_EQ(poll(id).text("type"), "timeout");
    const auto platform = poll(id);
    EXPECT_EQ(platform.status, 504);
    EXPECT_ANY_THROW(platform.json());
    EXPECT_EQ(poll(id, milliseconds{150}).how, reply::silent);
    EXPECT_EQ(poll(id).how, reply::cut);
    EXPECT_ANY_THROW(poll(id).json());
    EXPECT_EQ(poll(id).text("status"), "SUCCESS");
    EXPECT_EQ(only_task().at("polls"), 14);
    EXPECT_EQ(counted("polls"), 14U);
}

TEST_F(Simulator, CanAnswerAPollWithMoreThanAnybodyShouldRead) {
    by_default(R"({"poll":{"faults":[{"kind":"huge"}]}})");
    const auto huge = poll(created());
    EXPECT_EQ(huge.how, reply::cut);  // the test's own limit of 64 MiB
    EXPECT_EQ(huge.headers.at("content-length"), std::to_string(256U << 20));
}

TEST_F(Simulator, LosesATaskAfterAWhile) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"lost_after_ms":1000}})");
    const auto id = created();
    poll_to_success(id);
    const auto lost = poll_until(id, [](const reply& a) { return a.status != 200; });
    EXPECT_EQ(lost.status, 404);
    EXPECT_EQ(lost.text("type"), "not_found");
}

TEST_F(Simulator, DoesNotKnowTasksItNeverMade) {
    EXPECT_EQ(poll("0b7c7a52-4f0e-4c8e-9c41-5a0c2f9d1e77").status, 404);
    EXPECT_EQ(counted("polls_of_unknown_tasks"), 1U);
}

TEST_F(Simulator, MeasuresThePaceOfPolls) {
    by_default(R"({"task":{"result":"never"}})");
    const auto id = created();
    for (int i = 0; i < 5; ++i)
        poll(id);
    EXPECT_GE(counted("max_polls_per_second"), 2U);
    EXPECT_EQ(state().at("polls_by_task").at(id), 5);
}

}  // namespace simulator_test
