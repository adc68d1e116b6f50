// Clients that keep to no custom: all they can do is waste their own connection.
#include "tests/integration/http/test_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <thread>

namespace gateway::http::testing {
namespace {

using namespace std::chrono_literals;

const std::string tiny{"GET /a HTTP/1.1\r\nHost:x\r\n\r\n"};

std::string many_of(const std::string& one, int count) {
    std::string all;
    all.reserve(one.size() * static_cast<std::size_t>(count));
    for (int each = 0; each < count; ++each)
        all += one;
    return all;
}

// Sends from a thread of its own, as a client must that does not read meanwhile.
class sender {
public:
    sender(raw_client& client, std::string bytes)
        : thread_{[&client, bytes = std::move(bytes)] { client.send(bytes); }} {}
    sender(const sender&) = delete;
    sender& operator=(const sender&) = delete;
    ~sender() { thread_.join(); }

private:
    std::thread thread_;
};

double cpu_seconds() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

TEST(HttpHostileClients, AHundredThousandRequestsInOneGoAreAnsweredInOrder) {
    constexpr int count = 100'000;
    server_options options;
    options.settings.requests_per_connection = 0;
    test_server server{options};
    auto client = server.connect();
    std::string all;
    for (int each = 0; each < count; ++each)
        all += "GET /" + std::to_string(each) + " HTTP/1.1\r\nHost:x\r\n\r\n";
    const sender sending{client, std::move(all)};
    std::string taken;  // raw_client::answer() would move what is pending once for each of them
    int answered = 0;
    bool more = true;
    while (more && answered < count) {
        more = client.read_more();
        std::size_t at = 0;
        const std::string& in = client.pending();
        for (;;) {
            const std::string body = "GET /" + std::to_string(answered) + "?|";
            const auto end = in.find("\r\n\r\n", at);
            if (end == std::string::npos || in.size() < end + 4 + body.size())
                break;
            ASSERT_EQ(in.substr(at, 15), "HTTP/1.1 200 OK");
            ASSERT_EQ(in.substr(end + 4, body.size()), body);
            at = end + 4 + body.size();
            ++answered;
        }
        client.pending().erase(0, at);
    }
    EXPECT_EQ(answered, count);
    EXPECT_EQ(server.script().requests, count);
}

TEST(HttpHostileClients, OneThatPipelinesIsServedInTurnWithOthers) {
    test_server server;
    auto greedy = server.connect();
    auto modest = server.connect();
    ASSERT_TRUE(modest.send(tiny) && modest.answer());
    constexpr int count = 100;  // of them all are in the buffer after one read, for a tenth of a second
    const int before = server.script().requests;
    greedy.send(many_of("GET /busy HTTP/1.1\r\nHost:x\r\n\r\n", count));
    ASSERT_TRUE(greedy.answer());
    modest.send(tiny);
    ASSERT_TRUE(modest.answer());
    EXPECT_LT(server.script().requests - before, count * 9 / 10) << "nobody waits until all are done";
}

TEST(HttpHostileClients, AClientThatHasFinishedSendingGetsAllItsAnswers) {
    test_server server;
    auto client = server.connect(4096);
    client.send("GET /big?3000000 HTTP/1.1\r\nHost: x\r\n\r\nGET /stream?100000 HTTP/1.1\r\nHost: x\r\n\r\n" +
                tiny);
    client.finish_sending();
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body.size(), 3'000'000U);
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body.size(), 100'000U);
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body, "GET /a?|");
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset());
    EXPECT_TRUE(eventually([&server] { return server.open() == 0; }));
}

TEST(HttpHostileClients, AClientThatHasFinishedSendingIsAnsweredThoughTheAnswerTakesTime) {
    test_server server;
    auto client = server.connect();
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    client.finish_sending();
    ASSERT_TRUE(eventually([&server] { return server.script().waiting == 1; }));
    EXPECT_FALSE(client.closes(100ms));
    server.script().released = true;
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body, "GET /wait?|");
}

TEST(HttpHostileClients, ARequestHalfSentBeforeTheEndIsNobodys) {
    test_server server;
    for (const char* half : {"G", "GET / HTTP/1.1\r\nHost: x\r\n",
                             "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nfour"}) {
        auto client = server.connect();
        client.send(half);
        client.finish_sending();
        EXPECT_TRUE(client.closes());
        EXPECT_EQ(client.pending(), "");
    }
    EXPECT_EQ(server.script().requests, 0);
}

TEST(HttpHostileClients, AResetInTheMiddleOfAnAnswerFreesEverything) {
    test_server server;
    for (const char* path : {"/big?50000000", "/stream?50000000", "/wait"}) {
        auto client = server.connect(4096);
        client.send(std::string{"GET "} + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        if (std::string{path} == "/wait")
            ASSERT_TRUE(eventually([&server] { return server.script().waiting == 1; }));
        else
            ASSERT_TRUE(client.read_more());
        client.reset();
        server.script().released = true;
        EXPECT_TRUE(eventually([&server] { return server.open() == 0; })) << path;
    }
    EXPECT_EQ(server.script().living_streams, 0);
    auto next = server.connect();
    next.send(tiny);
    EXPECT_EQ(next.answer().value_or(raw_answer{}).status, 200U);
}

TEST(HttpHostileClients, ABodyThatComesTogetherWithTheNextRequestEndsWhereItEnds) {
    test_server server;
    auto client = server.connect();
    const std::string head{"POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n"};
    const std::string body(20'000, 'b');
    client.send(head);
    client.send(
        body +
        "POST /second HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n" +
        tiny);
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body, "POST /first?|" + body);
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body, "POST /second?|four");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).body, "GET /a?|");
}

TEST(HttpHostileClients, AHeadOfTheLargestSizeThatComesByteByByteCostsLittle) {
    test_server server;
    auto client = server.connect();
    // Nothing in it ends a line, and each byte could be the begin of an end.
    const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(15'000, '\r');
    const double before = cpu_seconds();
    for (const char each : head)
        ASSERT_TRUE(client.send({&each, 1}));
    client.finish_sending();
    EXPECT_TRUE(client.closes());
    RecordProperty("cpu_milliseconds", static_cast<int>((cpu_seconds() - before) * 1000));
    EXPECT_EQ(server.script().requests, 0);
}

TEST(HttpHostileClients, AFloodOverTheLimitIsRefusedAndLeavesNothingBehind) {
    server_options options;
    options.settings.connections = 20;
    options.settings.turned_away = 10;
    options.threads = 2;
    test_server server{options};
    std::vector<raw_client> served;
    for (int each = 0; each < 20; ++each) {
        served.push_back(server.connect());
        served.back().send(tiny);
        ASSERT_EQ(served.back().answer().value_or(raw_answer{}).status, 200U);
    }
    std::atomic<int> told{0};
    std::atomic<int> untold{0};
    std::vector<std::thread> flood;
    for (int each = 0; each < 4; ++each)
        flood.emplace_back([&] {
            for (int turn = 0; turn < 150; ++turn) {
                auto client = server.connect();
                const auto answer = client.answer();
                ++(answer && answer->status == 503 ? told : untold);
                EXPECT_LE(server.open(), 30U);
            }
        });
    for (std::thread& each : flood)
        each.join();
    EXPECT_GT(told, 0);
    EXPECT_EQ(told + untold, 600);
    for (raw_client& each : served) {
        each.send(tiny);
        EXPECT_EQ(each.answer().value_or(raw_answer{}).status, 200U) << "who was there is served on";
    }
    served.clear();
    ASSERT_TRUE(eventually([&server] { return server.open() == 0; }));
    auto after = server.connect();
    after.send(tiny);
    EXPECT_EQ(after.answer().value_or(raw_answer{}).status, 200U);
}

TEST(HttpHostileClients, OneThatSendsForeverAfterAnErrorIsCutInTime) {
    server_options options;
    options.settings.linger_time = 200ms;
    test_server server{options};
    auto client = server.connect();
    const auto start = std::chrono::steady_clock::now();
    client.send("nonsense\r\n\r\n");
    while (client.send("x") && std::chrono::steady_clock::now() - start < 10s)
        std::this_thread::yield();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    EXPECT_TRUE(eventually([&server] { return server.open() == 0; }));
}

TEST(HttpHostileClients, ARefusedClientThatNeverReadsIsCutInTime) {
    server_options options;
    options.settings.linger_time = 200ms;
    options.settings.write_timeout = 200ms;
    options.settings.requests_per_connection = 0;
    test_server server{options};
    auto client = server.connect(4096);
    const sender sending{client, many_of(tiny, 300'000)};
    EXPECT_TRUE(eventually([&server] { return server.script().requests > 0 && server.open() == 0; }));
}

TEST(HttpHostileClients, ThousandsOfSilentOnesCostNoTimeOfTheProcessor) {
    test_server server;
    std::vector<raw_client> silent;
    for (int each = 0; each < 500; ++each)
        silent.push_back(server.connect());
    ASSERT_TRUE(eventually([&server] { return server.open() == 500; }));
    const double before = cpu_seconds();
    std::this_thread::sleep_for(500ms);  // the time that is measured
    EXPECT_LT(cpu_seconds() - before, 0.1);
}

}  // namespace
}  // namespace gateway::http::testing
