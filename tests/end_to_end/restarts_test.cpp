// Nothing accepted is lost and nothing is generated twice: gateways that are killed, asked to stop, or
// several.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <set>
#include <thread>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Restarts : public Stage {
protected:
    Restarts() : Stage{store_kind::redis} {}
    void SetUp() override { start(); }

    void kill_and_start_again() {
        gateway->process().kill();
        restart_gateway();
    }

    void expect_one_task() {
        EXPECT_EQ(simulator->count("creates_accepted"), 1);
        EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
    }

    int readiness() const {
        const auto reply = try_ask(gateway->admin(), {"GET", "/readyz"});
        return reply ? reply->status : 0;
    }
};

// Beyond a lease, which is at most half a minute, and what follows it.
constexpr milliseconds a_lease_and_more{75'000};

TEST_F(Restarts, AJobKilledInTheQueueIsStartedByTheNextProcess) {
    simulator->set_switches(R"({"throttle": {"what": "creates", "retry_after": "6", "times": 1}})");
    const auto id = alice().created(an_order());
    // From then on orders queue; one that was just being sent would have an unknown outcome.
    ASSERT_TRUE(eventually([&] {
        const auto metrics = ask(gateway->admin(), {"GET", "/metrics"}).body;
        return metrics.find(R"(music_gateway_upstream_answers_total{call="create",kind="throttled"} 1)") !=
                   std::string::npos &&
               redis->command({"HLEN", "mg:{jobs}:waiting"}) == "1";
    }));
    const auto queued = alice().created(an_order("another"));
    kill_and_start_again();
    alice().wait_for(id, "succeeded", a_lease_and_more);
    alice().wait_for(queued, "succeeded", a_lease_and_more);
    EXPECT_EQ(simulator->count("creates_accepted"), 2);
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
}

TEST_F(Restarts, AJobKilledAtOnceAfterItsAnswerIsNotLost) {
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(alice().created(an_order("piece " + std::to_string(i))));
    kill_and_start_again();
    for (const auto& id : ids) {
        const auto job = alice().wait_for_end(id, a_lease_and_more);
        EXPECT_TRUE(text(job, "status") == "succeeded" ||
                    text(job, "error_message").find("nothing is charged twice") != std::string::npos)
            << json::serialize(job);
    }
    EXPECT_LE(simulator->count("most_tasks_per_key"), 1);
}

TEST_F(Restarts, AJobKilledWhileSubmittingIsNeverSentTwice) {
    simulator->by_default(R"({"create": {"delay_ms": 60000}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 1; }));
    kill_and_start_again();
    const auto job = alice().wait_for(id, "failed", a_lease_and_more);
    EXPECT_NE(text(job, "error_message").find("nothing is charged twice"), std::string::npos);
    expect_one_task();
    EXPECT_EQ(simulator->count("creates_received"), 1);
}

TEST_F(Restarts, AJobKilledWhileRunningGoesOn) {
    simulator->by_default(R"({"task": {"running_ms": 2500}})");
    const auto id = alice().created(an_order());
    const auto before = alice().wait_for(id, "running").at("progress").as_int64();
    ASSERT_TRUE(eventually([&] { return simulator->count("polls") >= 2; }));
    kill_and_start_again();
    EXPECT_GE(alice().job(id).at("progress").as_int64(), before);
    alice().wait_for(id, "succeeded", a_lease_and_more);
    expect_one_task();
}

TEST_F(Restarts, AJobKilledWhileFetchingIsFetchedAgain) {
    simulator->by_default(R"({"cdn": {"slow_bytes_per_s": 15000, "times": 1}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->state().at("cdn").at("requests").as_int64() == 1; }));
    kill_and_start_again();
    const auto job = alice().wait_for(id, "succeeded", a_lease_and_more);
    expect_one_task();
    const auto clip = std::string{simulator->task().at("clip_ids").as_array().front().as_string()};
    EXPECT_EQ(play(text(job, "playback_url")).body,
              ask(simulator->cdn_url(), {"GET", "/producer/" + clip + ".m4a"}).body);
}

TEST_F(Restarts, AKilledIdempotencyKeyStillFindsItsJob) {
    const header_list key{{"Idempotency-Key", "across-the-kill"}};
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto id = alice().created(an_order(), key);
    alice().wait_for(id, "running");
    kill_and_start_again();
    EXPECT_EQ(alice().created(an_order(), key), id);
}

TEST_F(Restarts, EndedJobsAndShutGatesOutliveTheProcess) {
    const auto id = alice().created(an_order());
    const auto before = alice().wait_for(id, "succeeded");
    simulator->set_credits(0);
    alice().wait_for(alice().created(an_order()), "failed");
    config.set("producer.credits.check_every", "60s");
    kill_and_start_again();
    EXPECT_EQ(text(alice().job(id), "created_at"), text(before, "created_at"));
    EXPECT_EQ(play(text(alice().job(id), "playback_url")).status, 200);
    EXPECT_TRUE(eventually([&] { return alice().create(an_order()).status == 402; }));
}

TEST_F(Restarts, ATerminatedGatewayFinishesItsSubmissionsAndExitsWithZero) {
    simulator->by_default(R"({"create": {"delay_ms": 1500}, "task": {"running_ms": 1000}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 1; }));
    gateway->process().signal(SIGTERM);
    const auto ended = gateway->process().wait();
    ASSERT_TRUE(ended) << "it does not stop";
    EXPECT_EQ(ended->code, 0);
    EXPECT_NE(gateway->log().find("draining"), std::string::npos);
    restart_gateway();
    alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
}

TEST_F(Restarts, ATerminatedGatewaySaysThatItIsDraining) {
    simulator->by_default(R"({"create": {"delay_ms": 1900}})");
    alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_received") == 1; }));
    EXPECT_EQ(readiness(), 200);
    gateway->process().signal(SIGTERM);
    EXPECT_TRUE(eventually([&] { return readiness() == 503; }, milliseconds{1500}));
    EXPECT_EQ(gateway->process().stop().code, 0);
}

TEST_F(Restarts, AnIdleGatewayStopsAtOnce) {
    alice().wait_for(alice().created(an_order()), "succeeded");
    const auto begun = std::chrono::steady_clock::now();
    const auto ended = gateway->process().stop();
    EXPECT_EQ(ended.code, 0);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
}

TEST_F(Restarts, ATerminatedGatewayHandsItsRunningJobsBack) {
    simulator->by_default(R"({"task": {"running_ms": 1500}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    EXPECT_EQ(gateway->process().stop().code, 0);
    restart_gateway();
    alice().wait_for(id, "succeeded", milliseconds{10'000});
    expect_one_task();
}

TEST_F(Restarts, TwoGatewaysOnOneRedisShareTheWork) {
    config.set("producer.max_in_flight", "4");
    restart_gateway();
    const auto second = another_gateway("second");
    const music_client there{second->url(), raw_keys::alice};
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back((i % 2 ? there : alice()).created(an_order("piece " + std::to_string(i))));
    for (const auto& id : ids) {
        alice().wait_for(id, "succeeded");
        EXPECT_EQ(there.status(id), "succeeded") << "both see every job";
    }
    EXPECT_EQ(simulator->count("creates_received"), 20);
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
    EXPECT_LE(simulator->count("max_concurrent_seen"), 4) << "the limit holds for both together";
    for (const auto* each : {gateway.get(), second.get()})
        EXPECT_TRUE(eventually([&] { return each->log().find("\"submitted\"") != std::string::npos; }))
            << "both worked";
}

TEST_F(Restarts, OneKeyAtTwoGatewaysIsOneJob) {
    const auto second = another_gateway("second");
    const music_client there{second->url(), raw_keys::alice};
    std::mutex guard;
    std::set<std::string> ids;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i)
        threads.emplace_back([&, i] {
            const auto id = (i % 2 ? there : alice()).created(an_order(), {{"Idempotency-Key", "k"}});
            const std::lock_guard lock{guard};
            ids.insert(id);
        });
    threads.clear();
    ASSERT_EQ(ids.size(), 1U);
    alice().wait_for(*ids.begin(), "succeeded");
    expect_one_task();
}

TEST_F(Restarts, TheOtherGatewayTakesOverFromAKilledOne) {
    simulator->by_default(R"({"task": {"running_ms": 2000}})");
    const auto second = another_gateway("second");
    const music_client there{second->url(), raw_keys::alice};
    const auto id = alice().created(an_order());
    there.wait_for(id, "running");
    gateway->process().kill();
    there.wait_for(id, "succeeded", a_lease_and_more);
    expect_one_task();
}

TEST_F(Restarts, WhileRedisIsAwayCreatesAreUnavailableAndAllResumesByItself) {
    simulator->by_default(R"({"task": {"running_ms": 1500}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    redis->stop();
    ASSERT_TRUE(eventually([&] { return readiness() == 503; }));
    const auto reply = alice().create(an_order());
    expect_error(reply, 503, "SERVICE_UNAVAILABLE", "server_error");
    EXPECT_GE(std::stoi(reply.header("retry-after")), 1);
    EXPECT_EQ(alice().get(id).status, 503);
    EXPECT_EQ(ask(gateway->admin(), {"GET", "/healthz"}).status, 200) << "alive all the same";
    redis->start();
    ASSERT_TRUE(eventually([&] { return readiness() == 200; }));
    // Each thread has a link of its own, and connections are handed to the threads in turn: both must be
    // back.
    ASSERT_TRUE(eventually([&] {
        bool all = true;
        for (int i = 0; i < 4; ++i)
            all = alice().get(id).status == 200 && all;
        return all;
    }));
    alice().wait_for(id, "succeeded", a_lease_and_more);
    alice().wait_for(alice().created(an_order("afterwards")), "succeeded", a_lease_and_more);
    EXPECT_EQ(simulator->count("creates_accepted"), 2);
}

TEST_F(Restarts, ASilentRedisIsAwayToo) {
    redis->freeze();
    const auto reply = alice().create(an_order());
    expect_error(reply, 503, "SERVICE_UNAVAILABLE", "server_error");
    redis->thaw();
    EXPECT_TRUE(eventually([&] { return alice().create(an_order()).status == 202; }));
}

}  // namespace
