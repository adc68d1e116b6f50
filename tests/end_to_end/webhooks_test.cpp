// The producer calls back: tasks whose answer was lost come home, and finished ones are seen at once
// (reference/producer-api 8 and 12, point 6).
#include "tests/support/free_port.hpp"
#include "tests/support/stage.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <array>
#include <ctime>

namespace {

using namespace end_to_end;
namespace json = boost::json;

constexpr const char* hook_secret = "hook-secret-5e0d4a77";

std::string hmac_hex(const std::string& key, const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    std::string hex;
    for (unsigned each = 0; each < size; ++each) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[digest[each] >> 4];
        hex += digits[digest[each] & 0xF];
    }
    return hex;
}

class Webhooks : public StageOnStore {
protected:
    void SetUp() override {
        const std::string address = "127.0.0.1:" + std::to_string(tests::free_port());
        config.set("listen", address);
        config.set("producer.webhook.public_url", door_to("http://" + address));
        config.set("producer.webhook.secret", hook_secret);
        // Nobody looks for a minute: what is seen earlier was announced.
        for (const char* key : {"producer.poll.first", "producer.poll.every", "producer.poll.up_to"})
            config.set(key, "60s");
        config.set("producer.unknown_outcome.wait", "60s");
        start({"--allow-http-webhooks"});
    }

    // A delivery of our own making, to where the last create asked for it, rightly signed unless changed.
    struct delivery {
        std::string event_id = "evt_1";
        std::string timestamp = std::to_string(std::time(nullptr));
        std::string secret;
        std::string body;
    };
    delivery about_last_order(const std::string& task_id) const {
        delivery made;
        made.secret = text(simulator->last_order(), "webhook_secret");
        made.body = json::serialize(json::object{{"code", 200},
                                                 {"message", "success"},
                                                 {"task_id", task_id},
                                                 {"platform", "producer"},
                                                 {"event", "song.completed"},
                                                 {"data", json::array{}}});
        return made;
    }
    http_reply deliver(const delivery& what, const std::string& target) const {
        const auto signature = "sha256=" + hmac_hex(what.secret, what.timestamp + "." + what.body);
        return ask(gateway->url(), {"POST",
                                    target,
                                    {{"Content-Type", "application/json"},
                                     {"X-Webhook-Id", what.event_id},
                                     {"X-Webhook-Timestamp", what.timestamp},
                                     {"X-Webhook-Signature", signature}},
                                    what.body});
    }
    std::string hook_target() const { return target_of(text(simulator->last_order(), "webhook_url")); }

    std::int64_t polls() const { return simulator->count("polls"); }
    std::string metrics_text() const { return ask(gateway->admin(), {"GET", "/metrics"}).body; }
};

TEST_P(Webhooks, FinishedTaskIsSeenAtOnce) {
    const auto id = alice().created(an_order());
    alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
    EXPECT_LE(polls(), 2);
}

TEST_P(Webhooks, FailedTaskIsSeenAtOnce) {
    simulator->by_default(R"({"task": {"result": "failed"}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "failed");
    EXPECT_NE(metrics_text().find(R"(music_gateway_credits_total{outcome="refunded"} 10)"),
              std::string::npos);
}

TEST_P(Webhooks, AddressIsShortEnoughAndTheSecretIsEachJobsOwn) {
    alice().wait_for(alice().created(an_order("one")), "succeeded");
    const auto first = simulator->last_order();
    alice().wait_for(alice().created(an_order("two")), "succeeded");
    const auto second = simulator->last_order();
    EXPECT_LE(text(first, "webhook_url").size(), 1024U);
    EXPECT_NE(text(first, "webhook_url"), text(second, "webhook_url"));
    EXPECT_NE(text(first, "webhook_secret"), text(second, "webhook_secret"));
    EXPECT_EQ(gateway->log().find(text(first, "webhook_secret")), std::string::npos);
    EXPECT_EQ(gateway->log().find(hook_secret), std::string::npos);
    ASSERT_TRUE(eventually([&] { return gateway->log().find("/hooks/producer/") != std::string::npos; }));
    const auto target = target_of(text(first, "webhook_url"));
    EXPECT_EQ(gateway->log().find(target.substr(target.rfind('/'))), std::string::npos);
}

// Each way to lose the answer of a create that was carried out.
struct lost_answer {
    const char* name;
    const char* create;
};
constexpr std::array lost_answers{
    lost_answer{"TimeOut", R"("hang_after")"},
    lost_answer{"ResetAfterSending", R"("cut_after")"},
    lost_answer{"CutInTheMiddle", R"("cut_mid")"},
    lost_answer{"Status500", R"({"status": 500, "accepts": true})"},
    lost_answer{"Status504", R"({"status": 504, "accepts": true, "body": "gateway time-out"})"},
    lost_answer{"Html502", R"({"status": 502, "accepts": true, "body": "<h1>Bad gateway</h1>"})"},
    lost_answer{"NoTaskId", R"("no_task_id")"},
    lost_answer{"NotJson", R"("not_json")"}};

TEST_P(Webhooks, JobWhoseAnswerWasLostSucceedsAfterOneCreate) {
    for (const auto& [name, create] : lost_answers) {
        const std::string prompt = std::string{"lost by "} + name;
        simulator->rule(
            R"({"sound_contains": ")" + prompt + R"("})",
            std::string{R"({"create": {"answer": )"} + create + R"(}, "task": {"running_ms": 300}})");
        const auto id = alice().created(an_order(prompt));
        alice().wait_for(id, "succeeded");
    }
    EXPECT_EQ(simulator->count("creates_received"), static_cast<std::int64_t>(lost_answers.size()));
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
}

TEST_P(Webhooks, OneThatArrivesBeforeTheCreateIsAnsweredIsTaken) {
    config.set("producer.poll.every", "200ms").set("producer.poll.up_to", "400ms");  // the music comes later
    restart_gateway();
    simulator->by_default(R"({"webhook": {"mode": "early"}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
}

TEST_P(Webhooks, RepeatedDeliveryCausesNoFurtherLook) {
    simulator->by_default(R"({"task": {"running_ms": 60000}, "webhook": {"mode": "none"}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    const auto made = about_last_order(text(simulator->task(), "task_id"));
    ASSERT_EQ(deliver(made, hook_target()).status, 200);
    ASSERT_TRUE(eventually([&] { return polls() == 1; }));
    const auto again = deliver(made, hook_target());
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(text(again.json().as_object(), "status"), "repeated");
    EXPECT_TRUE(always([&] { return polls() == 1; }, milliseconds{500}));
    EXPECT_EQ(alice().status(id), "running") << "a delivery is a reason to look, not the truth";
}

TEST_P(Webhooks, DeliveryAfterTheEndChangesNothing) {
    simulator->by_default(R"({"webhook": {"mode": "duplicate"}})");
    const auto id = alice().created(an_order());
    const auto track = [](json::object job) {
        job.at("track").as_object().erase("playback_url");  // a new one at each reading
        return json::serialize(job.at("track"));
    };
    const auto before = track(alice().wait_for(id, "succeeded"));
    auto late = about_last_order(text(simulator->task(), "task_id"));
    late.event_id = "evt_late";
    EXPECT_EQ(deliver(late, hook_target()).status, 200);
    EXPECT_EQ(alice().status(id), "succeeded");
    EXPECT_EQ(track(alice().job(id)), before);
}

TEST_P(Webhooks, ForgedStaleAndGarbledOnesAreRefusedAndChangeNothing) {
    simulator->by_default(R"({"create": {"answer": "cut_after"}, "task": {"running_ms": 60000},
                              "webhook": {"mode": "none"}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 1; }));
    const auto good = about_last_order(text(simulator->task(), "task_id"));
    const auto target = hook_target();

    auto wrong = good;
    wrong.secret = hook_secret;
    const auto refused = deliver(wrong, target);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.header("www-authenticate"), "Webhook-Signature");
    for (const int off : {-400, 400}) {
        auto stale = good;
        stale.timestamp = std::to_string(std::time(nullptr) + off);
        EXPECT_EQ(deliver(stale, target).status, 401) << off;
    }
    auto timeless = good;
    timeless.timestamp = "yesterday";
    EXPECT_EQ(deliver(timeless, target).status, 401);
    for (const char* body :
         {"", "[]", "{", "\xFF\xFE", R"({"event": "song.completed"})", R"({"task_id": 7})"}) {
        auto garbled = good;
        garbled.body = body;
        EXPECT_EQ(deliver(garbled, target).status, 400) << body;
    }
    EXPECT_EQ(ask(gateway->url(), {"POST", target, {}, good.body}).status, 401) << "unsigned";

    auto other_end = target;
    other_end.back() = other_end.back() == '0' ? '1' : '0';
    for (const std::string& nobodys : {other_end, std::string{"/hooks/producer/"}, target + "0",
                                       "/hooks/producer/" + std::string(2000, 'a')})
        EXPECT_EQ(deliver(good, nobodys).status, 404) << nobodys;
    const auto get = ask(gateway->url(), {"GET", target});
    EXPECT_EQ(get.status, 405);
    EXPECT_EQ(get.header("allow"), "POST");

    EXPECT_EQ(alice().status(id), "queued");
    EXPECT_EQ(deliver(good, target).status, 200);
    alice().wait_for(id, "running");
}

TEST_P(Webhooks, SimulatorsOwnForgeriesLeaveTheJobToItsPolls) {
    config.set("producer.poll.first", "200ms").set("producer.poll.every", "200ms");
    config.set("producer.poll.up_to", "400ms");
    restart_gateway();
    for (const char* mode :
         {"wrong_signature", "stale_timestamp", "old_signature", "garbage", "late", "none"}) {
        simulator->by_default(std::string{R"({"webhook": {"mode": ")"} + mode + R"(", "attempts": 1}})");
        alice().wait_for(alice().created(an_order(mode)), "succeeded");
    }
}

TEST_P(Webhooks, TaskOfAJobThatWasGivenUpIsPutOnRecord) {
    config.set("producer.unknown_outcome.wait", "300ms");
    restart_gateway();
    simulator->by_default(R"({"create": {"answer": "cut_after"}, "webhook": {"mode": "none"}})");
    const auto id = alice().created(an_order());
    const auto failed = alice().wait_for(id, "failed");
    EXPECT_NE(text(failed, "error_message").find("charged twice"), std::string::npos);
    EXPECT_NE(metrics_text().find(R"(music_gateway_credits_total{outcome="unknown"} 10)"), std::string::npos);

    const auto task_id = text(simulator->task(), "task_id");
    EXPECT_EQ(deliver(about_last_order(task_id), hook_target()).status, 200);
    EXPECT_EQ(alice().status(id), "failed") << "terminal never changes";
    EXPECT_NE(metrics_text().find(R"(music_gateway_credits_total{outcome="settled"} 10)"), std::string::npos);
    EXPECT_NE(metrics_text().find(R"(music_gateway_credits_total{outcome="charged"} 10)"), std::string::npos);
    EXPECT_TRUE(eventually([&] {
        const auto log = gateway->log();
        const auto line = log.find("late_news");
        return line != std::string::npos && log.find(task_id, line) != std::string::npos;
    }));
    EXPECT_EQ(text(deliver(about_last_order(task_id), hook_target()).json().as_object(), "status"),
              "repeated");
}

ON_BOTH_STORES(Webhooks);

class WebhooksOnRedis : public Webhooks {};

TEST_P(WebhooksOnRedis, TaskOfAProcessThatWasKilledInTheCallComesHome) {
    simulator->by_default(R"({"create": {"delay_ms": 60000}, "task": {"running_ms": 1500},
                              "webhook": {"attempts": 40, "retry_ms": 250}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 1; }));
    gateway->process().kill();
    restart_gateway();
    alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
}

TEST_P(WebhooksOnRedis, WhileTheStoreIsAwayTheProducerIsAskedToDeliverAgain) {
    simulator->by_default(R"({"create": {"answer": "cut_after"}, "task": {"running_ms": 60000},
                              "webhook": {"mode": "none"}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 1; }));
    const auto made = about_last_order(text(simulator->task(), "task_id"));
    redis->stop();
    const auto refused = deliver(made, hook_target());
    EXPECT_EQ(refused.status, 503);
    EXPECT_FALSE(refused.header("retry-after").empty());
    redis->start();
    EXPECT_TRUE(eventually([&] { return deliver(made, hook_target()).status == 200; }));
    EXPECT_TRUE(eventually([&] {
        const auto now = alice().get(id);  // another thread's link may come back a little later
        return now.status == 200 && text(now.json().as_object(), "status") == "running";
    }));
}

INSTANTIATE_TEST_SUITE_P(Store, WebhooksOnRedis, testing::Values(store_kind::redis), name_of_store);

class WebhooksOff : public Stage {};

TEST_F(WebhooksOff, NothingIsAskedForAndNobodyIsAtHome) {
    start();
    alice().wait_for(alice().created(an_order()), "succeeded");
    EXPECT_FALSE(simulator->last_order().contains("webhook_url"));
    EXPECT_FALSE(simulator->last_order().contains("webhook_secret"));
    expect_error(
        ask(gateway->url(), {"POST", "/hooks/producer/0123456789ab-0123456789abcdef0123456789abcdef"}), 404);
}

}  // namespace
