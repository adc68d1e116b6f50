// Who keeps connections for nothing, in thousands, neither slows down those who have work nor makes the
// gateway grow; and when they leave, everything is as it was.
#include "tests/end_to_end/hostile_crowd.hpp"
#include "tests/integration/http/raw_client.hpp"
#include "tests/support/sanitized.hpp"
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <iterator>
#include <list>
#include <sstream>
#include <thread>

namespace {

using namespace end_to_end;
using gateway::http::testing::raw_answer;
using gateway::http::testing::raw_client;
using std::chrono::microseconds;

constexpr crowd_size the_crowd{.idle = 5'000, .slow_heads = 200, .slow_readers = 20};

// The gateway's own connections to the simulator, which come and go.
constexpr std::size_t upstreams = 6;

// Odd, for a median. Calm and crowded ones take turns, so that what else the machine does meets both.
constexpr int rounds = 7;
constexpr int gets = 1'500;
constexpr int creates = 400;

microseconds p99(std::vector<microseconds> took) {
    std::sort(took.begin(), took.end());
    return took[took.size() * 99 / 100];
}

microseconds median(std::vector<microseconds> of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

struct service_times {
    std::vector<microseconds> gets;  // the 99th percentile of each round
    std::vector<microseconds> creates;
};

class HostileConnections : public Stage {
protected:
    HostileConnections() { config.set("log.level", "warning"); }

    std::string address() const { return gateway->url().substr(gateway->url().find("//") + 2); }
    raw_client connect() const { return raw_client{address()}; }
    raw_client connect_from(const std::string& own) const { return raw_client{address(), 0, own}; }

    static std::string head(const std::string& line, const std::string& further = {}) {
        return line + " HTTP/1.1\r\nHost: music.test\r\nX-API-Key: " + raw_keys::alice + "\r\n" + further +
               "\r\n";
    }
    std::string get_request(const std::string& job) const {
        return head("GET " + alice().path("/generations/" + job));
    }
    std::string create_request() const {
        const auto body = boost::json::serialize(an_order());
        return head("POST " + alice().path("/generations"),
                    "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n") +
               body;
    }
    static unsigned status_of(const std::optional<raw_answer>& answer) { return answer ? answer->status : 0; }

    static microseconds time_of(raw_client& client, const std::string& request, unsigned status) {
        const auto begun = std::chrono::steady_clock::now();
        client.send(request);
        EXPECT_EQ(status_of(client.answer()), status);
        return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begun);
    }

    void measure(service_times& into, const std::string& job) {
        auto client = connect();
        std::vector<microseconds> took;
        for (int each = 0; each < gets; ++each)
            took.push_back(time_of(client, get_request(job), 200));
        into.gets.push_back(p99(took));
        took.clear();
        for (int each = 0; each < creates; ++each)
            took.push_back(time_of(client, create_request(), 202));
        into.creates.push_back(p99(took));
    }

    long resident_kib() const {
        std::ifstream status{"/proc/" + std::to_string(gateway->process().pid()) + "/status"};
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmRSS:"))
                return std::stol(line.substr(6));
        return -1;
    }
    std::size_t descriptors() const {
        const std::filesystem::directory_iterator all{"/proc/" + std::to_string(gateway->process().pid()) +
                                                      "/fd"};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    double cpu_seconds() const {
        std::ifstream file{"/proc/" + std::to_string(gateway->process().pid()) + "/stat"};
        const std::string all{std::istreambuf_iterator<char>{file}, {}};
        std::istringstream rest{all.substr(all.rfind(')') + 2)};
        std::vector<std::string> words{std::istream_iterator<std::string>{rest}, {}};
        return (std::stod(words.at(11)) + std::stod(words.at(12))) /
               static_cast<double>(::sysconf(_SC_CLK_TCK));
    }

    // Tasks that never end: creates cost nothing but their 202.
    std::string start_with_an_endless_job() {
        config.set("limits.queued_per_organization", "1000000").set("producer.max_in_flight", "1");
        start();
        simulator->by_default(R"({"task": {"running_ms": 3600000}})");
        const auto job = alice().created(an_order());
        alice().wait_for(job, "running");
        return job;
    }
};

class HostileCrowd : public HostileConnections {};

std::string shown(const std::vector<microseconds>& values) {
    std::string text;
    for (const auto each : values)
        text += " " + std::to_string(each.count());
    return text;
}

TEST_F(HostileCrowd, ThousandsOfIdleAndSlowOnesDisturbNobody) {
    const std::size_t wanted = the_crowd.idle + the_crowd.slow_heads + the_crowd.slow_readers + 500;
    ASSERT_GE(allow_descriptors(wanted), wanted) << "of this process and of the gateway, which inherits it";
    config.set("limits.request_timeout", "2s");  // slow heads are cut while they are watched
    const auto job = start_with_an_endless_job();
    service_times warming;
    measure(warming, job);
    const auto descriptors_before = descriptors();
    const long memory_before = resident_kib();

    service_times calm;
    service_times crowded;
    long highest = 0;
    long memory_of_first = 0;
    std::size_t cut = 0;
    for (int round = 0; round < rounds; ++round) {
        measure(calm, job);
        const hostile_crowd crowd{gateway->url(), the_crowd, get_request(job)};
        measure(crowded, job);
        EXPECT_TRUE(eventually([&] { return crowd.cut() >= the_crowd.slow_heads; })) << crowd.cut();
        highest = std::max(highest, resident_kib());
        memory_of_first = memory_of_first > 0 ? memory_of_first : highest;
        EXPECT_GE(descriptors(), descriptors_before + the_crowd.idle) << "they are still there";
        EXPECT_EQ(crowd.idle_cut(), 0U);
        cut += crowd.cut();
    }
    EXPECT_TRUE(eventually([&] { return descriptors() <= descriptors_before + upstreams; }))
        << descriptors() << " after, " << descriptors_before << " before";
    const long memory_after = resident_kib();

    const auto ratio = [](const std::vector<microseconds>& during, const std::vector<microseconds>& before) {
        return static_cast<double>(median(during).count()) / static_cast<double>(median(before).count());
    };
    std::cout << "p99 of each round in microseconds\n  get, calm:     " << shown(calm.gets)
              << "\n  get, crowded:  " << shown(crowded.gets) << "\n  create, calm:   " << shown(calm.creates)
              << "\n  create, crowded:" << shown(crowded.creates) << "\nmedians: get "
              << ratio(crowded.gets, calm.gets) << " times, create " << ratio(crowded.creates, calm.creates)
              << " times\nRSS in KiB: " << memory_before << " before, " << highest << " with them, "
              << memory_after << " after; slow heads cut " << cut << " times\n";
    if (tests::sanitized)
        return;
    // Where both are quick, what a neighbour of this machine does in a moment is more than three times as
    // much.
    constexpr microseconds quick{10'000};
    EXPECT_LE(median(crowded.gets), std::max(3 * median(calm.gets), quick));
    EXPECT_LE(median(crowded.creates), std::max(3 * median(calm.creates), quick));
    EXPECT_LT(highest, 150 * 1024);
    // To see thousands off touches a page or two itself.
    constexpr long of_farewells = 512;
    EXPECT_LE(memory_after, highest + of_farewells) << "they leave";
    // What the next ones take is what the first gave back; but the jobs that were created stay.
    constexpr long of_jobs = rounds * 2 * creates * 2;  // 2 KiB each, generously
    EXPECT_LE(highest, memory_of_first + of_jobs + (memory_of_first - memory_before) / 2);
}

TEST_F(HostileCrowd, OneThatPipelinesWithoutEndIsServedInTurn) {
    config.set("threads", "1").set("limits.requests_per_connection", "0");
    const auto job = start_with_an_endless_job();
    auto modest = connect();
    const auto times = [&] {
        std::vector<microseconds> took;
        for (int each = 0; each < 1'000; ++each)
            took.push_back(time_of(modest, get_request(job), 200));
        return p99(took);
    };
    const auto calm = times();
    std::atomic<bool> over{false};
    std::atomic<std::size_t> answered{0};
    auto greedy = connect();
    std::thread asking{[&] {
        std::string many;
        for (int each = 0; each < 100; ++each)
            many += get_request("mgen_000000000000");
        while (!over && greedy.send(many)) {
        }
        greedy.finish_sending();
    }};
    std::thread reading{[&] {
        while (greedy.read_more()) {
            answered += greedy.pending().size();
            greedy.pending().clear();
        }
    }};
    ASSERT_TRUE(eventually([&] { return answered > 1'000'000; }));
    const auto crowded = times();
    over = true;
    asking.join();
    reading.join();
    std::cout << "p99 of a get in microseconds: " << calm.count() << " alone, " << crowded.count()
              << " beside one that pipelines without end\n";
    if (tests::sanitized)
        return;
    EXPECT_LT(crowded.count(), 20'000);
}

TEST_F(HostileConnections, AnAddressOverItsLimitIsRefusedInTheEnvelopeAndOthersAreServed) {
    config.set("limits.connections_per_address", "2");
    start();
    const auto engines = head("GET " + alice().path("/engines"));
    auto first = connect_from("127.0.0.2");
    auto second = connect_from("127.0.0.2");
    EXPECT_EQ((first.send(engines), status_of(first.answer())), 200U);
    EXPECT_EQ((second.send(engines), status_of(second.answer())), 200U);
    auto third = connect_from("127.0.0.2");
    const auto refused = third.answer();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503U);
    EXPECT_EQ(refused->header("connection"), "close");
    EXPECT_NE(refused->header("retry-after"), "(absent)");
    EXPECT_NE(refused->body.find("SERVICE_UNAVAILABLE"), std::string::npos) << refused->body;
    EXPECT_EQ(alice().engines().status, 200) << "127.0.0.1 is somebody else";
    for (int each = 0; each < 5; ++each)
        EXPECT_EQ(ask_directly(gateway->admin(), {"GET", "/healthz"}).status, 200)
            << "the admin port has no such limit";
}

TEST_F(HostileConnections, AConnectionEndsAfterItsNumberOfRequests) {
    config.set("limits.requests_per_connection", "3");
    start();
    const auto engines = head("GET " + alice().path("/engines"));
    auto client = connect();
    client.send(engines + engines + engines + create_request());
    for (const char* connection : {"(absent)", "(absent)", "close"}) {
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200U);
        EXPECT_EQ(answer->header("connection"), connection);
    }
    client.finish_sending();
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset());
    const auto page = alice().list();
    EXPECT_EQ(page.body.find("mgen_"), std::string::npos)
        << "the create behind them was not carried out: " << page.body;
}

TEST_F(HostileConnections, AFloodOverTheLimitIsRefusedAndLeavesNothingBehind) {
    config.set("limits.connections", "50");
    start();
    const auto engines = head("GET " + alice().path("/engines"));
    const auto before = descriptors();
    std::vector<raw_client> here;
    for (int each = 0; each < 50; ++each) {
        here.push_back(connect());
        here.back().send(engines);
        ASSERT_EQ(status_of(here.back().answer()), 200U);
    }
    int told = 0;
    std::vector<raw_client> flood;
    for (int each = 0; each < 600; ++each)
        flood.push_back(connect());
    for (raw_client& each : flood)
        told += status_of(each.answer()) == 503 ? 1 : 0;
    EXPECT_GE(told, 256) << "as many are told at once";
    for (raw_client& each : here)
        EXPECT_EQ((each.send(engines), status_of(each.answer())), 200U) << "who was there is served on";
    here.clear();
    flood.clear();
    EXPECT_TRUE(eventually([&] { return descriptors() <= before + upstreams; }))
        << descriptors() << ", before " << before;
    EXPECT_EQ(alice().engines().status, 200);
}

TEST_F(HostileConnections, WithoutDescriptorsItWaitsWithoutSpinningAndGoesOn) {
    if (tests::sanitized)
        GTEST_SKIP() << "the sanitizer's own checks need a descriptor";
    start();
    const auto engines = head("GET " + alice().path("/engines"));
    auto early = connect();
    ASSERT_EQ((early.send(engines), status_of(early.answer())), 200U);
    rlimit usual{};
    rlimit tight{};
    const auto pid = gateway->process().pid();
    ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, nullptr, &usual), 0);
    tight = usual;
    tight.rlim_cur = descriptors() + 10;
    ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, &tight, nullptr), 0);
    std::list<raw_client> crowd;
    for (int each = 0; each < 100; ++each)
        crowd.push_back(connect());  // the kernel takes them, the gateway can't
    ASSERT_TRUE(eventually([&] { return gateway->log().find("accept_paused") != std::string::npos; }));
    const double spent = cpu_seconds();
    std::this_thread::sleep_for(std::chrono::seconds{2});  // the time that is measured
    EXPECT_LT(cpu_seconds() - spent, 0.2);
    EXPECT_EQ((early.send(engines), status_of(early.answer())), 200U) << "who was there is served on";
    EXPECT_LE(gateway->log().size(), 100'000U) << "it is said once";
    while (crowd.size() > 5)
        crowd.pop_front();
    EXPECT_EQ((crowd.back().send(engines), status_of(crowd.back().answer())), 200U);
    ASSERT_EQ(::prlimit(pid, RLIMIT_NOFILE, &usual, nullptr), 0);
    EXPECT_EQ(alice().engines().status, 200);
}

}  // namespace
