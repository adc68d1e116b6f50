// What a hostile, broken or slow client gets.
#include "tests/integration/http/test_server.hpp"

#include <gtest/gtest.h>

namespace gateway::http::testing {
namespace {

using namespace std::chrono_literals;

void expect_refused(test_server& server, const std::string& bytes, unsigned status) {
    auto client = server.connect();
    client.send(bytes);
    const auto answer = client.answer();
    ASSERT_TRUE(answer) << bytes;
    EXPECT_EQ(answer->status, status) << bytes;
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_EQ(answer->body, R"({"refused":)" + std::to_string(status) + R"(,"trace_id":")" +
                                answer->header("x-request-id") + R"("})");
    client.finish_sending();
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset());
}

TEST(HttpLimits, EachRefusalHasItsStatusTheFacesEnvelopeAndEndsTheConnection) {
    test_server server;
    expect_refused(server, "nonsense\r\n\r\n", 400);
    expect_refused(server, "GET / HTTP/1.1\r\n\r\n", 400);
    expect_refused(server, "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400);
    expect_refused(server, "POST / HTTP/1.1\r\nHost: x\r\nExpect: x\r\nContent-Length: 1\r\n\r\n", 417);
    expect_refused(server, "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
    expect_refused(server, "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 431);
    expect_refused(server, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501);
    expect_refused(server, "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505);
    EXPECT_EQ(server.script().requests, 0);
}

TEST(HttpLimits, SmugglingAttemptsAre400AndTheSecondRequestIsNeverSeen) {
    test_server server;
    const std::string second{"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"};
    for (const std::string fields : {
             "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
             "Content-Length: 5\r\nContent-Length: 5\r\n",
             "Content-Length: 5, 5\r\n",
             "Content-Length : 5\r\n",
             "Transfer-Encoding: chunked\r\n x: y\r\n",
             "Content-Length: 5\nX: y\r\n",
         }) {
        auto client = server.connect();
        client.send("POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n0\r\n\r\n" + second);
        EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 400U) << fields;
        client.finish_sending();
        EXPECT_TRUE(client.closes());
        EXPECT_EQ(client.pending(), "");
    }
    EXPECT_EQ(server.script().requests, 0);
}

TEST(HttpLimits, RefusesABodyOverTheLimitThroughTheHandlerAndWithoutAReset) {
    test_server server;
    auto client = server.connect();
    const std::string body(4'000'000,
                           'x');  // all of it is sent, as simple clients do, before the answer is read
    ASSERT_TRUE(client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                            "\r\n\r\n"));
    EXPECT_TRUE(client.send(body));
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 413U);
    EXPECT_EQ(answer->body, "POST /a?|");
    EXPECT_EQ(answer->header("connection"), "close");
    client.finish_sending();
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset());
}

TEST(HttpLimits, RefusesAChunkedBodyOverTheLimitThroughTheHandler) {
    test_server server;
    auto client = server.connect();
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    ASSERT_TRUE(client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int count = 0; count < 8; ++count)
        ASSERT_TRUE(client.send(chunk));
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 413U);
}

TEST(HttpLimits, TimesOutASlowSenderThoughItNeverStopsSending) {
    server_options options;
    options.settings.request_timeout = 200ms;
    test_server server{options};
    auto client = server.connect();
    const auto start = std::chrono::steady_clock::now();
    client.send("GET / HTTP/1.1\r\nHost: x\r\n");
    while (!client.read_more(20ms) && std::chrono::steady_clock::now() - start < 5s)
        client.send("x: y\r\n");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 408U);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 200ms);
}

TEST(HttpLimits, TimesOutASlowBody) {
    server_options options;
    options.settings.request_timeout = 100ms;
    test_server server{options};
    auto client = server.connect();
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 408U);
    client.finish_sending();
    EXPECT_TRUE(client.closes());
}

TEST(HttpLimits, TheTimeForARequestDoesNotIncludeTheHandlersOrTheWaitBeforeIt) {
    server_options options;
    options.settings.request_timeout = 60ms;
    options.settings.write_timeout = 60ms;
    options.settings.linger_time = 60ms;
    test_server server{options};
    auto client = server.connect();
    EXPECT_FALSE(client.closes(200ms));
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_FALSE(client.closes(200ms));
    server.script().released = true;
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 200U);
}

TEST(HttpLimits, AnEmptyLineBehindARequestBeginsNoOther) {
    server_options options;
    options.settings.request_timeout = 60ms;
    options.settings.idle_timeout = 400ms;
    test_server server{options};
    auto client = server.connect();
    for (int count = 0; count < 2; ++count) {
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nb\r\n");
        EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 200U);
        client.send("\r\n\r\n");
        EXPECT_FALSE(client.closes(150ms));
    }
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(client.pending(), "") << "nobody asked";
}

TEST(HttpLimits, ARefusedHeadIsAnsweredWithoutABody) {
    test_server server;
    const std::string long_target(20'000, 'a');
    const std::vector<std::string> lines{"HEAD / HTTP/2.0", "HEAD /" + long_target + " HTTP/1.1",
                                         "HEAD / HTTP/1.1\r\nX"};
    for (const std::string& line : lines) {
        auto client = server.connect();
        client.send(line + "\r\nHost: x\r\n\r\n");
        EXPECT_TRUE(client.answer(true)) << line;
        client.finish_sending();
        EXPECT_TRUE(client.closes());
        EXPECT_EQ(client.pending(), "") << line;
    }
}

TEST(HttpLimits, ClosesAnIdleConnectionWithoutAWord) {
    server_options options;
    options.settings.idle_timeout = 100ms;
    test_server server{options};
    auto fresh = server.connect();
    auto used = server.connect();
    used.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(used.answer());
    EXPECT_TRUE(fresh.closes());
    EXPECT_TRUE(used.closes());
    EXPECT_EQ(fresh.pending(), "");
    EXPECT_EQ(used.pending(), "");
    EXPECT_TRUE(eventually([&server] { return server.open() == 0; }));
}

TEST(HttpLimits, AConnectionThatWasIdleForLongIsAnsweredAsBefore) {
    server_options options;
    options.settings.write_timeout = 50ms;  // so that its buffer is taken away soon
    test_server server{options};
    auto client = server.connect();
    for (int each = 0; each < 3; ++each) {
        client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 200U);
        client.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
        EXPECT_EQ(client.answer().value_or(raw_answer{}).body, "POST /b?|hi");
        EXPECT_FALSE(client.closes(50ms));
    }
}

TEST(HttpLimits, GivesUpOnAClientThatDoesNotReadItsAnswer) {
    server_options options;
    options.settings.write_timeout = 100ms;
    test_server server{options};
    auto client = server.connect(4096);
    client.send("GET /big?50000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(eventually([&server] { return server.script().requests == 1 && server.open() == 0; }));
}

TEST(HttpLimits, LingeringIsBoundedInTime) {
    server_options options;
    options.settings.linger_time = 100ms;
    test_server server{options};
    auto client = server.connect();
    client.send("nonsense\r\n\r\n");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 400U);
    EXPECT_TRUE(eventually([&server] { return server.open() == 0; }));
}

TEST(HttpLimits, LingeringIsBoundedInBytes) {
    server_options options;
    options.settings.linger_bytes = 100'000;
    options.settings.linger_time = 60s;
    test_server server{options};
    auto client = server.connect();
    client.send("nonsense\r\n\r\n");
    while (client.send(std::string(10'000, 'x')) && server.open() > 0) {
    }
    EXPECT_TRUE(eventually([&server] { return server.open() == 0; }));
}

TEST(HttpLimits, AConnectionOverTheCapIsToldSoAndTheNextOneIsServedOnceThereIsRoom) {
    server_options options;
    options.settings.connections = 2;
    test_server server{options};
    auto first = server.connect();
    auto second = server.connect();
    ASSERT_TRUE(eventually([&server] { return server.open() == 2; }));
    {
        auto third = server.connect();
        const auto answer = third.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 503U);
        EXPECT_EQ(answer->header("connection"), "close");
        EXPECT_NE(answer->body.find(R"("refused":503)"), std::string::npos);
    }
    first.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(first.answer().value_or(raw_answer{}).status, 200U);
    { raw_client gone = std::move(second); }
    ASSERT_TRUE(eventually([&server] { return server.open() == 1; }));
    auto fourth = server.connect();
    fourth.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(fourth.answer().value_or(raw_answer{}).status, 200U);
}

TEST(HttpLimits, FarOverTheCapConnectionsAreClosedWithoutAWord) {
    server_options options;
    options.settings.connections = 1;
    options.settings.turned_away = 1;
    test_server server{options};
    auto first = server.connect();
    ASSERT_TRUE(eventually([&server] { return server.open() == 1; }));
    auto told = server.connect();
    EXPECT_EQ(told.answer().value_or(raw_answer{}).status, 503U);
    auto untold = server.connect();
    EXPECT_TRUE(untold.closes(2s));
    EXPECT_EQ(untold.pending(), "");
}

}  // namespace
}  // namespace gateway::http::testing
