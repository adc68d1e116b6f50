// A group of Redis servers behind three sentinels, whose primary is switched, killed or frozen under a light
// load.
#include "tests/support/redis_sentinel.hpp"
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <sstream>
#include <thread>

namespace {

using namespace end_to_end;
namespace json = boost::json;
using std::chrono::steady_clock;

constexpr milliseconds a_lease_and_more{75'000};  // as in restarts_test.cpp
constexpr std::chrono::seconds recovery{5};       // beyond the fail-over itself

class Sentinel : public Stage {
protected:
    tests::redis_group group;

    void SetUp() override {
        config.set("store.kind", "redis").set("store.redis.url", group.url());
        config.set("limits.request_timeout", "3s");
        start();
        simulator->by_default(R"({"task": {"running_ms": 500}})");
    }

    void TearDown() override {
        load_.reset();
        Stage::TearDown();
    }

    struct promise {
        std::string id;
        steady_clock::time_point asked;
        steady_clock::time_point answered;
    };

    // A create every 50 ms until stop_load(); each is answered 202, or 503 as it should be.
    void start_load() {
        load_ = std::make_unique<std::jthread>([this](const std::stop_token& stop) {
            for (int each = 0; !stop.stop_requested(); ++each) {
                const auto asked = steady_clock::now();
                const auto made = alice().create(an_order("piece " + std::to_string(each)),
                                                 {{"Idempotency-Key", "load-" + std::to_string(each)}});
                if (made.status == 202) {
                    const std::lock_guard lock{mutex_};
                    promises_.push_back(
                        {std::string{made.json().at("id").as_string()}, asked, steady_clock::now()});
                } else {
                    expect_error(made, 503, "SERVICE_UNAVAILABLE", "server_error");
                }
                std::this_thread::sleep_for(milliseconds{50});  // the load's pace
            }
        });
    }
    std::vector<promise> stop_load() {
        load_.reset();
        return promises_;
    }
    std::size_t promised() {
        const std::lock_guard lock{mutex_};
        return promises_.size();
    }
    bool promised_after(steady_clock::time_point moment) {
        const std::lock_guard lock{mutex_};
        return !promises_.empty() && promises_.back().asked > moment;
    }

    void wait_for_load() {
        const auto before = promised();
        ASSERT_TRUE(eventually([&] { return promised() >= before + 10; }));
    }

    // When some sentinel was first seen to name the second server.
    steady_clock::time_point moment_of_the_switch() {
        EXPECT_TRUE(eventually([&] {
            for (std::size_t each = 0; each < 3; ++each)
                if (group.primary_port(each) == group.second().port())
                    return true;
            return false;
        }));
        return steady_clock::now();
    }

    // Those that Redis itself has lost, of all that were promised; all others end well.
    std::vector<promise> lost_of(const std::vector<promise>& promises) {
        std::vector<promise> lost;
        for (const promise& each : promises) {
            if (alice().get(each.id).status == 404) {
                lost.push_back(each);
                continue;
            }
            const auto ended = alice().wait_for_end(each.id, a_lease_and_more);
            EXPECT_TRUE(text(ended, "status") == "succeeded" ||
                        text(ended, "error_message").find("nothing is charged twice") != std::string::npos)
                << json::serialize(ended);
        }
        EXPECT_LE(simulator->count("most_tasks_per_key"), most_tasks_);
        return lost;
    }

    // Nobody but the sentinels, and the asking test, is connected to it.
    static bool is_left_alone(const tests::redis_server& server) {
        std::istringstream lines{server.command({"CLIENT", "LIST", "TYPE", "normal"})};
        int others = 0;
        for (std::string line; std::getline(lines, line);)
            others += !line.empty() && line.find(" name=sentinel-") == std::string::npos &&
                      line.find(" cmd=client|list") == std::string::npos;
        return others == 0;
    }

    std::string warnings() const {
        const auto said = ask(gateway->admin(), {"GET", "/readyz"}).json().as_object();
        return said.contains("warnings") ? json::serialize(said.at("warnings")) : std::string{};
    }

    // What Redis has lost may be the mark that a job was being submitted: it is then submitted again.
    std::int64_t most_tasks_ = 2;

private:
    std::mutex mutex_;
    std::vector<promise> promises_;
    std::unique_ptr<std::jthread> load_;
};

// The old primary is well and is not told for seconds: what it is given after the replica has been promoted
// is lost. That ends with the sentinels' word, which reaches the last of them within two seconds (sentinel.c:
// SENTINEL_PUBLISH_PERIOD).
TEST_F(Sentinel, PromotionUnderLoadIsFollowedWithinSeconds) {
    start_load();
    wait_for_load();
    const auto begun = steady_clock::now();
    group.promote();
    const auto switched = moment_of_the_switch();
    ASSERT_TRUE(eventually([&] { return promised_after(switched); }));
    EXPECT_LT(steady_clock::now() - switched, recovery);
    EXPECT_TRUE(eventually([&] { return is_left_alone(group.first()); }))
        << group.first().command({"CLIENT", "LIST"});
    const auto left = steady_clock::now();
    EXPECT_LT(left - switched, recovery);
    group.first().command({"CONFIG", "RESETSTAT"});
    wait_for_load();
    const auto promises = stop_load();
    for (const promise& each : lost_of(promises)) {
        EXPECT_GT(each.answered, begun) << each.id << " had been replicated";
        EXPECT_LT(each.asked, left) << each.id << " was promised by the new primary";
    }
    EXPECT_EQ(group.first().command({"INFO", "errorstats"}).find("READONLY"), std::string::npos)
        << "nobody tries to write to the one that was demoted";
}

TEST_F(Sentinel, KilledPrimaryIsReplacedAndCreatesRecover) {
    start_load();
    wait_for_load();
    const auto killed = steady_clock::now();
    group.first().kill();
    const auto switched = moment_of_the_switch();
    ASSERT_TRUE(eventually([&] { return promised_after(switched); }));
    EXPECT_LT(steady_clock::now() - switched, recovery);
    wait_for_load();
    const auto promises = stop_load();
    for (const promise& each : lost_of(promises)) {
        EXPECT_LT(each.asked, killed) << each.id << " was promised by the new primary";
        EXPECT_GT(each.answered, killed - milliseconds{500}) << each.id << " had long been replicated";
    }
}

// With store.redis.replicas a promise waits for the replica's word, and none is made while there is none:
// until the old primary has become a replica of the new one, which sentinels see to after some eight seconds.
class SentinelAndReplicas : public Sentinel {
protected:
    SentinelAndReplicas() {
        config.set("store.redis.replicas", "1");
        most_tasks_ = 1;
    }

    void expect_nothing_lost_after(steady_clock::time_point switched) {
        ASSERT_TRUE(eventually([&] { return promised_after(switched); }));
        wait_for_load();
        const auto promises = stop_load();
        for (const promise& each : lost_of(promises))
            ADD_FAILURE() << each.id << " was promised and is gone";
        EXPECT_EQ(warnings(), "");
    }
};

TEST_F(SentinelAndReplicas, PromotionUnderLoadLosesNoPromise) {
    start_load();
    wait_for_load();
    group.promote();
    expect_nothing_lost_after(moment_of_the_switch());
}

TEST_F(SentinelAndReplicas, KilledPrimaryTakesNoPromiseAlong) {
    start_load();
    wait_for_load();
    group.first().kill();
    const auto switched = moment_of_the_switch();
    group.first().start();
    expect_nothing_lost_after(switched);
}

TEST_F(Sentinel, FrozenPrimaryThatComesBackIsNotWrittenTo) {
    start_load();
    wait_for_load();
    group.first().freeze();
    const auto switched = moment_of_the_switch();
    ASSERT_TRUE(eventually([&] { return promised_after(switched); }));
    EXPECT_LT(steady_clock::now() - switched, recovery);
    group.first().thaw();
    const auto thawed = steady_clock::now();
    wait_for_load();
    EXPECT_TRUE(eventually([&] { return is_left_alone(group.first()); }));
    const auto promises = stop_load();
    for (const promise& each : lost_of(promises))
        EXPECT_LT(each.asked, thawed) << each.id << " was promised by the old primary";
}

TEST_F(Sentinel, SettingsOfThePromotedServerAreCheckedToo) {
    ASSERT_TRUE(eventually([&] { return warnings().find("min-replicas-to-write 0") != std::string::npos; }));
    EXPECT_EQ(warnings().find("appendonly"), std::string::npos) << warnings();
    group.second().command({"CONFIG", "SET", "appendonly", "no"});
    group.promote();
    EXPECT_TRUE(eventually([&] { return warnings().find("appendonly no") != std::string::npos; }))
        << warnings();
}

TEST_F(Sentinel, SentinelsAwayDoNotStopTheWork) {
    // Once each thread has found its primary.
    ASSERT_TRUE(eventually([&] {
        const auto log = gateway->log();
        const auto found = log.find("store_connected");
        return found != std::string::npos && log.find("store_connected", found + 1) != std::string::npos;
    }));
    for (auto& each : group.sentinels())
        each.kill();
    for (int each = 0; each < 5; ++each)
        alice().wait_for(alice().created(an_order("piece " + std::to_string(each))), "succeeded");
    EXPECT_EQ(ask(gateway->admin(), {"GET", "/readyz"}).status, 200);
}

}  // namespace
