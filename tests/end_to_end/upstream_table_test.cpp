// Every row of the table of what the producer's answers become: the job, and the next create for its engine.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace end_to_end;
namespace json = boost::json;

// What a client reads when a job failed.
namespace message {
constexpr const char* failed = "The music could not be generated. Please try again.";
constexpr const char* timed_out = "The generation took too long and was stopped. Please try again.";
constexpr const char* no_credits = "The music service has no credits left. Please try again later.";
constexpr const char* retired = "This engine has been retired. Please choose another engine.";
constexpr const char* not_accepted = "The music service did not accept the request.";
constexpr const char* lost = "The music service no longer knows this generation. Please try again.";
}  // namespace message

// A behaviour whose create is answered with this error.
std::string answering(const std::string& reply) {
    return R"({"create": {"answer": )" + reply + "}}";
}

class Table : public StageOnStore {
protected:
    void SetUp() override { start(); }

    void expect_next_create_accepted() { EXPECT_EQ(alice().create(an_order()).status, 202); }

    json::object expect_failed(const std::string& id, const std::string& why) {
        const auto job = alice().wait_for(id, "failed");
        EXPECT_EQ(text(job, "error_message"), why);
        for (const char* empty : {"result_track_id", "refusal_reason", "playback_url", "track"})
            EXPECT_TRUE(job.at(empty).is_null()) << empty;
        EXPECT_LE(job.at("progress").as_int64(), 95);
        return job;
    }

    // The log is written behind the gateway's back, so a line may come a moment after what it tells of.
    void expect_logged(const std::string& words) {
        EXPECT_TRUE(eventually([&] { return gateway->log().find(words) != std::string::npos; })) << words;
    }
    void expect_alarm() { expect_logged("\"level\":\"error\""); }

    std::string metrics() const { return ask(gateway->admin(), {"GET", "/metrics"}).body; }
};
ON_BOTH_STORES(Table);

TEST_P(Table, AnAcceptedTaskMakesTheJobRun) {
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto job = alice().wait_for(alice().created(an_order()), "running");
    EXPECT_LE(job.at("progress").as_int64(), 95);
    EXPECT_TRUE(job.at("playback_url").is_null());
    expect_next_create_accepted();
}

TEST_P(Table, SuccessIsArchivedAndPlayable) {
    const auto id = alice().created(an_order());
    const auto job = alice().wait_for(id, "succeeded");
    EXPECT_EQ(job.at("progress").as_int64(), 100);
    EXPECT_EQ(text(job, "result_track_id"), "mtrack_" + id.substr(5));
    EXPECT_TRUE(job.at("error_message").is_null());
    const auto track = job.at("track").as_object();
    EXPECT_EQ(text(track, "id"), text(job, "result_track_id"));
    EXPECT_EQ(text(track, "playback_url"), text(job, "playback_url"));
    EXPECT_EQ(text(track, "mime_type"), "audio/mp4");
    const auto played = play(text(job, "playback_url"));
    EXPECT_EQ(played.status, 200);
    EXPECT_GT(played.body.size(), 1000U);
}

TEST_P(Table, AFailedTaskFailsTheJob) {
    simulator->by_default(R"({"task": {"result": "failed", "message": "worker 17 at 10.1.2.3 crashed"}})");
    expect_failed(alice().created(an_order()), message::failed);
    EXPECT_EQ(simulator->state().at("credits").at("refunded").as_int64(), 10);
    expect_next_create_accepted();
}

TEST_P(Table, ATimedOutTaskFailsTheJob) {
    simulator->by_default(R"({"task": {"result": "timeout"}})");
    expect_failed(alice().created(an_order()), message::timed_out);
    expect_next_create_accepted();
}

TEST_P(Table, AContentRefusalRefusesTheJob) {
    struct row {
        const char* behaviour;
        const char* reason;
    };
    for (
        const auto& [behaviour, reason] :
        {row{R"({"create": {"answer": {"status": 400, "error": "lyrics contain inappropriate words: foo"}}})",
             "foo"},
         row{R"({"create": {"answer": {"status": 403, "error": "description names the artist Bar"}}})",
             "Bar"},
         row{R"({"task": {"result": "refused"}})", "moderation"},
         row{R"({"task": {"result": "failed", "message": "Lyrics rejected: COPYRIGHT of Baz"}})", "Baz"}}) {
        SCOPED_TRACE(behaviour);
        simulator->by_default(behaviour);
        const auto job = alice().wait_for(alice().created(an_order()), "refused");
        EXPECT_NE(text(job, "refusal_reason").find(reason), std::string::npos) << text(job, "refusal_reason");
        EXPECT_TRUE(job.at("error_message").is_null());
    }
    simulator->by_default("{}");
    expect_next_create_accepted();
}

TEST_P(Table, ARefusalNamesNoAddressOfTheProducer) {
    simulator->by_default(answering(
        R"({"status": 400, "error": "lyrics: inappropriate, see https://api.aimusicapi.ai/rules and 10.0.0.7:8080"})"));
    const auto reason = text(alice().wait_for(alice().created(an_order()), "refused"), "refusal_reason");
    EXPECT_NE(reason.find("inappropriate"), std::string::npos) << reason;
    for (const char* address : {"http", "aimusicapi", "10.0.0.7"})
        EXPECT_EQ(reason.find(address), std::string::npos) << reason;
}

TEST_P(Table, ABadRequestOfOursFailsTheJobAndIsLogged) {
    simulator->by_default(answering(R"({"status": 400, "error": "mv is not one of our models"})"));
    const auto job = expect_failed(alice().created(an_order()), message::not_accepted);
    EXPECT_EQ(json::serialize(job).find("models"), std::string::npos);
    expect_alarm();
    expect_logged("mv is not one of our models");
    expect_next_create_accepted();
}

TEST_P(Table, AWrongKeyKeepsTheJobQueuedAndAnswersServiceUnavailable) {
    simulator->set_switches(R"({"unauthorized": true})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return alice().create(an_order()).status == 503; }));
    const auto reply = alice().create(an_order());
    expect_error(reply, 503, "SERVICE_UNAVAILABLE", "server_error");
    EXPECT_GE(std::stoi(reply.header("retry-after")), 1);
    EXPECT_LE(std::stoi(reply.header("retry-after")), 30);
    EXPECT_EQ(alice().status(id), "queued");
    expect_alarm();
    simulator->set_switches(R"({"unauthorized": false})");
    alice().wait_for(id, "succeeded");
    EXPECT_TRUE(eventually([&] { return alice().create(an_order()).status == 202; }));
}

TEST_P(Table, AForbiddenWithoutContentWordsIsAWrongKeyToo) {
    config.set("producer.credits.check_every", "60s");
    restart_gateway();
    simulator->rule("{}", answering(R"({"status": 403, "error": "your plan lacks this product"})"), 1);
    const auto id = alice().created(an_order());
    // Not by creating: one that still slipped through would succeed, and open the gate again.
    ASSERT_TRUE(
        eventually([&] { return metrics().find(R"(gate_shut{gate="access"} 1)") != std::string::npos; }));
    expect_error(alice().create(an_order()), 503, "SERVICE_UNAVAILABLE", "server_error");
    EXPECT_EQ(alice().status(id), "queued");
    alice().wait_for(id, "succeeded");
    EXPECT_TRUE(eventually([&] { return alice().create(an_order()).status == 202; }))
        << "one success opens the gate";
}

TEST_P(Table, WithoutCreditsJobsFailUntilThereAreEnoughAgain) {
    config.set("producer.max_in_flight", "1");
    restart_gateway();
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto first = alice().created(an_order());
    alice().wait_for(first, "running");
    std::vector<std::string> behind;
    for (int i = 0; i < 4; ++i)
        behind.push_back(alice().created(an_order()));
    EXPECT_EQ(alice().status(behind.back()), "queued");
    simulator->set_credits(9);
    simulator->finish(text(simulator->task(), "task_id"));
    for (const auto& id : behind)
        expect_failed(id, message::no_credits);
    EXPECT_EQ(alice().wait_for_end(first).at("progress").as_int64(), 100);
    EXPECT_EQ(simulator->count("creates_accepted"), 1);
    const auto received = simulator->count("creates_received");
    EXPECT_EQ(received, 2) << "those behind fail without being sent";

    const auto reply = alice().create(an_order());
    expect_error(reply, 402, "INSUFFICIENT_CREDITS", "client_error");
    expect_alarm();
    EXPECT_TRUE(always([&] { return alice().create(an_order()).status == 402; }, milliseconds{2500}))
        << "9 are not enough";
    EXPECT_EQ(simulator->count("creates_received"), received);

    simulator->by_default("{}");
    simulator->set_credits(4, 6);
    ASSERT_TRUE(eventually([&] { return alice().create(an_order()).status == 202; }))
        << "4 and 6 extra are enough";
}

TEST_P(Table, AForbiddenThatSpeaksOfCreditsIsOutOfCreditsToo) {
    config.set("producer.credits.check_every", "60s");
    restart_gateway();
    simulator->by_default(answering(R"({"status": 403, "error": "No active subscription"})"));
    expect_failed(alice().created(an_order()), message::no_credits);
    expect_error(alice().create(an_order()), 402, "INSUFFICIENT_CREDITS", "client_error");
}

TEST_P(Table, QueuedJobsWaitForNewCreditsWhenSoConfigured) {
    config.set("producer.credits.hold", "1m");
    restart_gateway();
    simulator->set_credits(0);
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return alice().create(an_order()).status == 402; }));
    EXPECT_EQ(alice().status(id), "queued");
    simulator->set_credits(100);
    alice().wait_for(id, "succeeded");
}

TEST_P(Table, ARetiredEngineFailsTheJobAndLeavesTheList) {
    simulator->rule(R"({"mv": "FUZZ-2.0"})", answering(R"({"status": 410})"));
    const auto hall = [] {
        auto order = an_order();
        order["engine"] = "hall";
        return order;
    }();
    EXPECT_EQ(alice().engines().json().at("engines").as_array().size(), 2U);
    expect_failed(alice().created(an_order()), message::retired);
    expect_error(alice().create(an_order()), 410, "ENGINE_RETIRED", "client_error");
    expect_alarm();
    const auto left = alice().engines().json().at("engines").as_array();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(text(left[0].as_object(), "engine_key"), "hall");
    alice().wait_for(alice().created(hall), "succeeded");
}

TEST_P(Table, AThrottledCreateStaysQueuedAndSlowsTheWholeBackendDown) {
    simulator->set_switches(R"({"throttle": {"what": "creates", "retry_after": "6", "times": 1}})");
    const auto first = alice().created(an_order("one"));
    // The producer has counted the create before the gateway has read the answer.
    const std::string throttled = R"(music_gateway_gate_shut{gate="throttle"} 1)";
    ASSERT_TRUE(eventually([&] {
        return ask(gateway->admin(), {"GET", "/metrics"}).body.find(throttled) != std::string::npos;
    }));
    const auto second = alice().created(an_order("two"));
    EXPECT_TRUE(always([&] { return simulator->count("creates_received") == 1; }, milliseconds{1500}));
    EXPECT_EQ(alice().status(first), "queued");
    EXPECT_EQ(alice().status(second), "queued");
    alice().wait_for(first, "succeeded");
    alice().wait_for(second, "succeeded");
    EXPECT_EQ(simulator->count("creates_accepted"), 2);
}

TEST_P(Table, AThrottledCreateWithoutRetryAfterBacksOff) {
    simulator->set_switches(R"({"throttle": {"what": "creates", "times": 1}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_received") == 1; }));
    EXPECT_EQ(alice().status(id), "queued");
    expect_next_create_accepted();
    alice().wait_for(id, "succeeded");
}

TEST_P(Table, TheProvidersOwnBadGatewayMayBeSentAgain) {
    simulator->rule("{}", answering(R"({"status": 502})"), 1);
    alice().wait_for(alice().created(an_order()), "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 2);
    EXPECT_EQ(simulator->count("creates_accepted"), 1);
}

TEST_P(Table, AProducerThatCannotBeReachedKeepsTheJobQueued) {
    simulator->stop();
    const auto id = alice().created(an_order());
    EXPECT_TRUE(always([&] { return alice().status(id) == "queued"; }, milliseconds{1500}));
    simulator->restart();
    alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
}

// After which nobody knows whether a task was started, and paid for.
constexpr std::array lost_answers{
    R"({"status": 500})",
    R"({"status": 500, "accepts": true})",
    R"({"status": 502, "body": "<html>Bad Gateway</html>"})",
    R"({"status": 504, "body": "upstream timed out", "content_type": "text/plain"})",
    R"({"status": 504})",
    R"("no_task_id")",
    R"("not_json")",
    R"("cut_before")",
    R"("cut_after")",
    R"("cut_mid")",
    R"("hang")",
    R"("hang_after")",
};

TEST_P(Table, AnUnknownOutcomeIsNeverSentAgain) {
    for (const char* answer : lost_answers)
        simulator->rule(json::serialize(json::object{{"sound_contains", "<" + std::string{answer} + ">"}}),
                        answering(answer));
    std::vector<std::string> ids;
    for (const char* answer : lost_answers)
        ids.push_back(alice().created(an_order("<" + std::string{answer} + ">")));
    for (const auto& id : ids) {
        const auto job = alice().wait_for(id, "failed");
        EXPECT_NE(text(job, "error_message").find("nothing is charged twice"), std::string::npos)
            << text(job, "error_message");
    }
    const auto state = simulator->state();
    EXPECT_EQ(state.at("creates_received").as_int64(), static_cast<std::int64_t>(ids.size()));
    for (const auto& each : state.at("creates_by_key").as_array())
        EXPECT_EQ(each.at("received").as_int64(), 1) << json::serialize(each);
    const std::string counted =
        R"(music_gateway_unknown_outcomes_total{then="failed"} )" + std::to_string(ids.size());
    EXPECT_NE(metrics().find(counted + "\n"), std::string::npos) << metrics();
    expect_next_create_accepted();
}

TEST_P(Table, AnUnknownOutcomeIsSentOnceMoreWhenSoConfigured) {
    config.set("producer.unknown_outcome.then", "resubmit");
    restart_gateway();
    simulator->rule(R"({"sound_contains": "once"})", answering(R"("cut_after")"), 1);
    simulator->rule(R"({"sound_contains": "always"})", answering(R"("cut_after")"));
    const auto healed = alice().created(an_order("once"));
    const auto hopeless = alice().created(an_order("always"));
    alice().wait_for(healed, "succeeded");
    alice().wait_for(hopeless, "failed");
    EXPECT_EQ(simulator->count("creates_received"), 4);
}

TEST_P(Table, TroubleOnAPollLeavesTheJobRunning) {
    const std::vector<std::string> faults{"500", "502_html", "504_html", "not_json", "hang",
                                          "cut", "huge",     "429",      "404_html"};
    for (const auto& fault : faults)
        simulator->rule(R"({"sound_contains": "<)" + fault + R"(>"})",
                        R"({"poll": {"faults": [{"kind": ")" + fault + R"("}]}})");
    std::vector<std::string> ids;
    for (const auto& fault : faults)
        ids.push_back(alice().created(an_order("<" + fault + ">")));
    expect_next_create_accepted();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        SCOPED_TRACE(faults[i]);
        EXPECT_EQ(text(alice().wait_for(ids[i], "succeeded"), "status"), "succeeded");
    }
}

TEST_P(Table, AWrongKeyOnAPollLeavesTheJobRunning) {
    simulator->by_default(R"({"poll": {"faults": [{"kind": "401"}]}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("polls") >= 1; }));
    expect_alarm();
    EXPECT_EQ(alice().status(id), "running");
    alice().wait_for(id, "succeeded");
}

TEST_P(Table, AnUnknownTaskWithinTheGraceIsLookedAtAgain) {
    simulator->by_default(
        R"({"poll": {"faults": [{"kind": "404_json", "times": 3}, {"kind": "400_task_not_found", "times": 3}]}})");
    alice().wait_for(alice().created(an_order()), "succeeded");
}

TEST_P(Table, AJobThatNeverFinishesFailsAtItsDeadline) {
    config.set("producer.poll.deadline", "2s");
    restart_gateway();
    simulator->by_default(R"({"task": {"result": "never"}})");
    expect_failed(alice().created(an_order()), message::timed_out);
}

class SlowTable : public Table {};
INSTANTIATE_TEST_SUITE_P(Store, SlowTable, testing::Values(store_kind::redis), name_of_store);

// The grace is thirty seconds, and nothing shortens it.
TEST_P(SlowTable, ALostTaskFailsTheJobAfterTheGrace) {
    simulator->by_default(R"({"task": {"lost_after_ms": 0}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    const auto begun = std::chrono::steady_clock::now();
    alice().wait_for(id, "failed", milliseconds{60'000});
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::seconds{25});
    expect_failed(id, message::lost);
}

}  // namespace
