// Section 12.6 of reference/producer-api: what is announced, how it is signed, and how often.
#include "simulator_fixture.hpp"

#include "webhook_receiver.hpp"

#include <boost/json/parse.hpp>

#include <ctime>

namespace simulator_test {

class SimulatorWebhook : public Simulator {
protected:
    webhook_receiver receiver;

    std::string body_with_webhook() const {
        return R"({"task_type":"create_music","sound":"waltz","webhook_secret":"shh","webhook_url":")" +
               receiver.url() + R"("})";
    }

    // Runs one task with this webhook behaviour to its end.
    std::string run(const std::string& webhook, const std::string& result = "success") {
        by_default(R"({"task":{"pending_ms":0,"running_ms":0,"result":")" + result + R"("},"webhook":)" +
                   webhook + "}");
        return created(body_with_webhook());
    }
};

TEST_F(SimulatorWebhook, AnnouncesSuccessSignedOverTimestampAndBody) {
    const auto id = run("{}");
    const auto hook = receiver.next();
    EXPECT_EQ(hook.target, "/hook");
    EXPECT_EQ(hook.headers.at("x-webhook-event"), "song.completed");
    EXPECT_EQ(hook.headers.at("idempotency-key"), hook.headers.at("x-webhook-id"));
    EXPECT_EQ(hook.headers.at("content-type"), "application/json");
    const auto stamp = hook.headers.at("x-webhook-timestamp");
    EXPECT_LE(std::abs(std::stoll(stamp) - std::time(nullptr)), 5);
    EXPECT_EQ(hook.headers.at("x-webhook-signature"), "sha256=" + hmac_hex("shh", stamp + "." + hook.body));
    const auto body = boost::json::parse(hook.body);
    EXPECT_EQ(body.at("task_id"), id.c_str());
    EXPECT_EQ(body.at("event"), "song.completed");
    EXPECT_EQ(body.at("data").as_array()[0].at("state"), "succeeded");
    EXPECT_EQ(body.at("data").as_array()[0].at("clip_id"), only_task().at("clip_ids").as_array()[0]);
}

TEST_F(SimulatorWebhook, AnnouncesFailure) {
    run("{}", "timeout");
    const auto hook = receiver.next();
    const auto body = boost::json::parse(hook.body);
    EXPECT_EQ(hook.headers.at("x-webhook-event"), "song.failed");
    EXPECT_EQ(body.at("type"), "timeout");
    EXPECT_TRUE(body.at("refund_processed").as_bool());
    EXPECT_EQ(body.at("platform"), "producer");
}

TEST_F(SimulatorWebhook, DeliversADuplicateWithTheSameEventId) {
    run(R"({"mode":"duplicate"})");
    const auto first = receiver.next();
    const auto second = receiver.next();
    EXPECT_EQ(first.headers.at("x-webhook-id"), second.headers.at("x-webhook-id"));
    EXPECT_EQ(first.body, second.body);
}

TEST_F(SimulatorWebhook, SignsWronglyLateOrTheOldWayOnRequest) {
    run(R"({"mode":"wrong_signature"})");
    const auto wrong = receiver.next();
    const auto stamp = wrong.headers.at("x-webhook-timestamp");
    EXPECT_NE(wrong.headers.at("x-webhook-signature"), "sha256=" + hmac_hex("shh", stamp + "." + wrong.body));

    run(R"({"mode":"stale_timestamp"})");
    const auto stale = receiver.next();
    const auto old = stale.headers.at("x-webhook-timestamp");
    EXPECT_GT(std::time(nullptr) - std::stoll(old), 300);
    EXPECT_EQ(stale.headers.at("x-webhook-signature"), "sha256=" + hmac_hex("shh", old + "." + stale.body));

    run(R"({"mode":"old_signature"})");
    const auto early = receiver.next();
    EXPECT_EQ(early.headers.at("x-signature"), hmac_hex("shh", early.body));
    EXPECT_FALSE(early.headers.contains("x-webhook-signature"));
}

TEST_F(SimulatorWebhook, SendsGarbageCorrectlySigned) {
    run(R"({"mode":"garbage"})");
    const auto hook = receiver.next();
    EXPECT_ANY_THROW(boost::json::parse(hook.body));
    const auto stamp = hook.headers.at("x-webhook-timestamp");
    EXPECT_EQ(hook.headers.at("x-webhook-signature"), "sha256=" + hmac_hex("shh", stamp + "." + hook.body));
}

TEST_F(SimulatorWebhook, HoldsALateOneBackUntilAPollHasSeenTheEnd) {
    const auto id = run(R"({"mode":"late"})");
    ASSERT_TRUE(eventually([&] { return counted("unfinished_tasks") == 0; }));
    EXPECT_EQ(receiver.received(), 0U);
    poll_to_success(id);
    receiver.next();
}

TEST_F(SimulatorWebhook, DeliversAnEarlyOneBeforeTheCreateIsAnswered) {
    const auto id = run(R"({"mode":"early"})");
    EXPECT_EQ(receiver.received(), 1U);
    EXPECT_EQ(boost::json::parse(receiver.next().body).at("task_id"), id.c_str());
    poll_to_success(id);
    EXPECT_EQ(receiver.received(), 1U);
}

TEST_F(SimulatorWebhook, BringsATaskHomeWhoseCreateWasNeverAnswered) {
    by_default(R"({"create":{"answer":"cut_after"},"task":{"pending_ms":0,"running_ms":50}})");
    EXPECT_EQ(create(body_with_webhook()).how, reply::cut);
    EXPECT_EQ(boost::json::parse(receiver.next().body).at("task_id"), only_task().at("task_id"));
}

TEST_F(SimulatorWebhook, TriesAgainUntilItIsTakenAndRecordsEveryAttempt) {
    receiver.answer_next_with({500, 503});
    run(R"({"attempts":4,"retry_ms":20})");
    ASSERT_TRUE(eventually([&] { return state().at("webhooks").as_array().size() == 3; }));
    const auto records = state().at("webhooks").as_array();
    EXPECT_EQ(records[0].at("status"), 500);
    EXPECT_EQ(records[1].at("status"), 503);
    EXPECT_EQ(records[2].at("status"), 200);
    EXPECT_EQ(records[2].at("attempt"), 3);
    EXPECT_EQ(receiver.next().headers.at("x-webhook-id"), receiver.next().headers.at("x-webhook-id"));
}

TEST_F(SimulatorWebhook, GivesUpAfterItsAttemptsWhenNobodyListens) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0},"webhook":{"attempts":2,"retry_ms":10}})");
    created(R"({"task_type":"create_music","sound":"x","webhook_url":"http://127.0.0.1:1/x"})");
    ASSERT_TRUE(eventually([&] { return state().at("webhooks").as_array().size() == 2; }));
    EXPECT_TRUE(state().at("webhooks").as_array()[0].at("status").is_null());
    EXPECT_FALSE(state().at("webhooks").as_array()[0].at("error").is_null());
    EXPECT_EQ(counted("webhooks_pending"), 0U);
}

TEST_F(SimulatorWebhook, StaysSilentWithModeNoneAndSendsOneOnRequest) {
    const auto id = run(R"({"mode":"none"})");
    poll_to_success(id);
    EXPECT_EQ(receiver.received(), 0U);
    EXPECT_EQ(control("POST", "tasks/" + id + "/webhook", R"({"mode":"once"})").status, 200);
    EXPECT_EQ(receiver.received(), 1U);
    EXPECT_EQ(control("POST", "tasks/" + created() + "/webhook", "{}").status, 409);
}

TEST_F(SimulatorWebhook, DeliversOverHttpsToACertificateOfTheReceiversOwn) {
    webhook_receiver secure{webhook_receiver::https};
    by_default(R"({"task":{"pending_ms":0,"running_ms":0}})");
    created(R"({"task_type":"create_music","sound":"x","webhook_url":")" + secure.url() + R"("})");
    const auto stamp_and_body = secure.next();
    EXPECT_NE(stamp_and_body.headers.at("x-webhook-signature"),
              "sha256=" +
                  hmac_hex("", stamp_and_body.headers.at("x-webhook-timestamp") + "." + stamp_and_body.body));
}

}  // namespace simulator_test
