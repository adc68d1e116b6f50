// Redis away in all the ways that it can be: creates and reads are refused politely, nothing is answered 202
// that is not stored, work pauses and goes on by itself, and the gateway does not run hot meanwhile.
#include "tests/support/redis_process.hpp"
#include "tests/support/stage.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace {

using namespace end_to_end;
namespace json = boost::json;
using std::chrono::steady_clock;

constexpr milliseconds a_lease_and_more{75'000};  // as in restarts_test.cpp

// What the process has used of the processor so far, in all its threads.
milliseconds cpu_time_of(pid_t process) {
    std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    std::istringstream fields{text.substr(text.rfind(')') + 1)};  // the name may hold anything
    std::string skipped;
    for (int each = 3; each < 14; ++each)  // proc(5): 14 is utime, 15 stime
        fields >> skipped;
    long user = 0, system = 0;
    fields >> user >> system;
    return milliseconds{(user + system) * 1'000 / ::sysconf(_SC_CLK_TCK)};
}

class StoreOutage : public Stage {
protected:
    void SetUp() override {
        redis = std::make_unique<tests::redis_server>(tests::redis_server_options{
            .tcp = true,
            .arguments = {"--enable-debug-command", "yes", "--enable-protected-configs", "yes",
                          "--rdbcompression", "no", "--loading-process-events-interval-bytes", "1024"}});
        config.set("store.kind", "redis");
        config.set("store.redis.url", "redis://127.0.0.1:" + std::to_string(redis->port()));
        config.set("limits.request_timeout", "3s");
        start();
        simulator->by_default(R"({"task": {"running_ms": 1500}})");
    }

    // A job that goes on upstream while the store is away.
    std::string running_job() {
        const auto id = alice().created(an_order("begun before"));
        alice().wait_for(id, "running");
        return id;
    }

    http_reply readyz() const { return ask(gateway->admin(), {"GET", "/readyz"}); }

    static void expect_unavailable(const http_reply& reply) {
        expect_error(reply, 503, "SERVICE_UNAVAILABLE", "server_error");
        EXPECT_GE(std::atoi(reply.header("retry-after").c_str()), 1) << reply.body;
    }

    void expect_not_ready() {
        ASSERT_TRUE(eventually([&] { return readyz().status == 503; })) << readyz().body;
        const auto said = readyz().json();
        EXPECT_FALSE(said.at("reasons").as_array().empty()) << json::serialize(said);
        EXPECT_EQ(ask(gateway->admin(), {"GET", "/healthz"}).status, 200) << "alive all the same";
    }

    // On every thread: connections are handed to them in turn.
    void expect_away(const std::string& id) {
        expect_not_ready();
        for (int each = 0; each < 2; ++each) {
            expect_unavailable(alice().create(an_order("never made")));
            expect_unavailable(
                alice().create(an_order("never made either"), {{"Idempotency-Key", "while-away"}}));
            expect_unavailable(alice().get(id));
            expect_unavailable(alice().list());
            expect_unavailable(alice().cancel(id));
        }
    }

    void expect_back() {
        ASSERT_TRUE(eventually([&] { return readyz().status == 200; })) << readyz().body;
        ASSERT_TRUE(eventually([&] {
            bool all = true;
            for (int each = 0; each < 4; ++each)
                all = alice().list().status == 200 && all;
            return all;
        }));
    }

    // The job that was under way ends as if nothing had happened, a new one is made, and nothing besides.
    void expect_work_goes_on(const std::string& id) {
        alice().wait_for(id, "succeeded", a_lease_and_more);
        alice().wait_for(alice().created(an_order("made after")), "succeeded", a_lease_and_more);
        EXPECT_EQ(simulator->count("creates_accepted"), 2) << simulator->state();
        EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
    }

    // A busy loop would use all of the time, and more with two threads.
    void expect_idle() {
        const auto before = cpu_time_of(gateway->process().pid());
        const auto from = steady_clock::now();
        always([] { return true; }, milliseconds{2'000});
        const auto lasted = steady_clock::now() - from;
        EXPECT_LT(cpu_time_of(gateway->process().pid()) - before, lasted / 5);
    }

    bool is_loading() const {
        try {
            redis->command({"PING"});
        } catch (const std::runtime_error& refused) {
            return std::string{refused.what()}.find("LOADING") != std::string::npos;
        }
        return false;
    }

    long connections_received() const {
        const auto stats = redis->command({"INFO", "stats"});
        return std::stol(stats.substr(stats.find("total_connections_received:") + 27));
    }
};

TEST_F(StoreOutage, KilledRedisIsAwayAndAllGoesOnWhenItIsBack) {
    const auto id = running_job();
    redis->kill();
    expect_away(id);
    expect_idle();
    redis->start();
    expect_back();
    expect_work_goes_on(id);
}

TEST_F(StoreOutage, RedisRestartedEmptyKnowsNothingAndIsWorkedWithAfresh) {
    const auto id = running_job();
    redis->kill();
    redis->forget();
    redis->start();
    expect_back();
    EXPECT_EQ(alice().get(id).status, 404);
    EXPECT_EQ(alice().cancel(id).status, 404);
    const auto next = alice().created(an_order("made after"));
    alice().wait_for(next, "succeeded", a_lease_and_more);
    EXPECT_EQ(simulator->count("creates_accepted"), 2) << "what is forgotten is not made again";
    EXPECT_EQ(alice().list().json().at("jobs").as_array().size(), 1U);
    EXPECT_EQ(gateway->log().find("job_run_failed"), std::string::npos) << "nobody threw";
}

TEST_F(StoreOutage, RedisThatIsLoadingIsAway) {
    const auto id = running_job();
    redis->command({"DEBUG", "POPULATE", "400", "ballast", "2000"});  // something to load
    redis->command({"BGREWRITEAOF"});
    ASSERT_TRUE(eventually([&] {
        const auto state = redis->command({"INFO", "persistence"});
        return state.find("aof_rewrite_in_progress:0") != std::string::npos &&
               state.find("aof_base_size:0") == std::string::npos;
    }));
    redis->kill();
    redis->launch({"--key-load-delay", "100000"});  // 40 s, if it is let
    ASSERT_TRUE(eventually([&] { return is_loading(); }));
    expect_away(id);
    EXPECT_TRUE(
        eventually([&] { return gateway->log().find("the server answered LOADING") != std::string::npos; }));
    redis->command({"CONFIG", "SET", "key-load-delay", "0"});
    expect_back();
    expect_work_goes_on(id);
}

TEST_F(StoreOutage, RedisThatBecomesAReplicaIsAwayAndLeftAlone) {
    const auto id = running_job();
    redis->command({"REPLICAOF", "127.0.0.1", "1"});
    expect_away(id);
    const auto before = connections_received();
    expect_idle();
    EXPECT_LE(connections_received() - before, 20) << "of two threads in two seconds";
    redis->command({"REPLICAOF", "NO", "ONE"});
    expect_back();
    expect_work_goes_on(id);
}

TEST_F(StoreOutage, RedisOutOfMemoryTakesNothingAndGoesOnReading) {
    const auto id = running_job();
    redis->command({"CONFIG", "SET", "maxmemory", "1"});
    expect_not_ready();
    expect_unavailable(alice().create(an_order("never made")));
    EXPECT_EQ(alice().get(id).status, 200);
    EXPECT_EQ(alice().list().status, 200);
    expect_idle();
    redis->command({"CONFIG", "SET", "maxmemory", "0"});
    expect_back();
    expect_work_goes_on(id);
}

TEST_F(StoreOutage, RedisThatCanNotSaveTakesNothing) {
    const auto id = running_job();
    redis->command({"CONFIG", "SET", "dir", "/proc"});  // where nobody can write
    redis->command({"CONFIG", "SET", "save", "3600 1"});
    redis->command({"BGSAVE"});
    ASSERT_TRUE(eventually([&] {
        return redis->command({"INFO", "persistence"}).find("rdb_last_bgsave_status:err") !=
               std::string::npos;
    }));
    expect_not_ready();
    expect_unavailable(alice().create(an_order("never made")));
    EXPECT_EQ(alice().get(id).status, 200);
    redis->command({"CONFIG", "SET", "save", ""});
    expect_back();
    expect_work_goes_on(id);
}

TEST_F(StoreOutage, ScriptsForgottenAgainAndAgainAreNotNoticed) {
    std::atomic<bool> enough{false};
    std::jthread forgetful{[&] {
        while (!enough)
            redis->command({"SCRIPT", "FLUSH"});
    }};
    std::vector<std::string> ids;
    for (int each = 0; each < 10; ++each)
        ids.push_back(alice().created(an_order("piece " + std::to_string(each))));
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded", a_lease_and_more);
    enough = true;
    forgetful.join();
    EXPECT_EQ(simulator->count("creates_accepted"), 10);
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
    EXPECT_EQ(gateway->log().find("store_refused"), std::string::npos);
}

// The link stands, and nothing comes back.
TEST_F(StoreOutage, FrozenRedisIsAwayAndAllGoesOnWhenItThaws) {
    const auto id = running_job();
    redis->freeze();
    const auto from = steady_clock::now();
    expect_unavailable(alice().create(an_order("perhaps made"), {{"Idempotency-Key", "while-frozen"}}));
    expect_unavailable(alice().get(id));
    expect_unavailable(alice().list());
    EXPECT_LT(steady_clock::now() - from, std::chrono::seconds{15}) << "each within its own time";
    expect_not_ready();
    expect_idle();
    redis->thaw();
    expect_back();
    alice().wait_for(id, "succeeded", a_lease_and_more);
    // The command had left before the ice broke: carried out or not, it is one job under its key.
    const auto again = alice().created(an_order("perhaps made"), {{"Idempotency-Key", "while-frozen"}});
    alice().wait_for(again, "succeeded", a_lease_and_more);
    EXPECT_EQ(simulator->count("creates_accepted"), 2) << simulator->state();
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
}

TEST_F(StoreOutage, SlowRedisLosesNothingThatWasPromised) {
    const auto id = running_job();
    std::jthread sleeper{[&] { redis->command({"DEBUG", "SLEEP", "5"}); }};
    std::vector<std::string> promised;
    int refused = 0;
    const auto until = steady_clock::now() + std::chrono::seconds{7};
    for (int each = 0; steady_clock::now() < until; ++each) {
        const auto reply = alice().create(an_order("piece " + std::to_string(each)),
                                          {{"Idempotency-Key", "slow-" + std::to_string(each)}});
        if (reply.status == 202) {
            promised.emplace_back(reply.json().at("id").as_string());
            always([] { return true; }, milliseconds{200});  // a light load
        } else {
            expect_unavailable(reply);
            ++refused;
        }
    }
    sleeper.join();
    EXPECT_GE(refused, 1);
    EXPECT_FALSE(promised.empty());
    expect_back();
    alice().wait_for(id, "succeeded", a_lease_and_more);
    for (const auto& each : promised)
        alice().wait_for(each, "succeeded", a_lease_and_more);
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
}

TEST_F(StoreOutage, AwayOrHangingUpItIsTriedWithGrowingPauses) {
    redis->kill();
    boost::asio::io_context context;
    using boost::asio::ip::tcp;
    tcp::acceptor listener{context, {boost::asio::ip::address_v4::loopback(), redis->port()}};
    int accepted = 0;
    const std::function<void()> accept = [&] {
        listener.async_accept([&](boost::system::error_code failed, tcp::socket) {
            if (failed)
                return;
            ++accepted;  // and hang up
            accept();
        });
    };
    accept();
    const auto before = cpu_time_of(gateway->process().pid());
    context.run_for(std::chrono::seconds{4});
    EXPECT_GE(accepted, 4);
    EXPECT_LE(accepted, 24) << "of two threads: 50 to 100 ms, then twice as long each time, up to a second";
    EXPECT_LT(cpu_time_of(gateway->process().pid()) - before, milliseconds{800});
    listener.close();
    redis->start();
    expect_back();
}

TEST_F(StoreOutage, UnsafeSettingsAreSaidOnEachLinkAndUnsaidWhenTheyAreMended) {
    const auto warnings = [&] {
        const auto said = readyz().json().as_object();
        return said.contains("warnings") ? json::serialize(said.at("warnings")) : std::string{};
    };
    const auto settle = [&](const char* append_only, const char* policy, const char* fsync) {
        redis->command(
            {"CONFIG", "SET", "appendonly", append_only, "maxmemory-policy", policy, "appendfsync", fsync});
        redis->command({"CLIENT", "KILL", "TYPE", "normal"});
    };
    expect_back();
    EXPECT_EQ(warnings(), "");
    settle("no", "allkeys-lru", "everysec");
    ASSERT_TRUE(eventually([&] { return warnings().find("allkeys-lru") != std::string::npos; }));
    EXPECT_NE(warnings().find("appendonly no"), std::string::npos);
    EXPECT_EQ(readyz().status, 200) << "it works, though";
    EXPECT_NE(gateway->log().find("unsafe_store"), std::string::npos);
    settle("yes", "noeviction", "no");
    ASSERT_TRUE(eventually([&] { return warnings().find("appendfsync no") != std::string::npos; }));
    EXPECT_EQ(warnings().find("allkeys-lru"), std::string::npos);
    settle("yes", "noeviction", "always");
    EXPECT_TRUE(eventually([&] { return warnings().empty(); }));
}

}  // namespace
