#include "tests/integration/http/test_server.hpp"

#include <gtest/gtest.h>

namespace gateway::http::testing {
namespace {

using namespace std::chrono_literals;

TEST(HttpDrain, ClosesAnIdleConnectionAtOnceWhenDraining) {
    server_options options;
    options.threads = 2;
    test_server server{options};
    auto fresh = server.connect();
    auto used = server.connect();
    used.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(used.answer());
    ASSERT_TRUE(eventually([&server] { return server.open() == 2; }));
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(server.drain(30s).get());
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
    EXPECT_TRUE(fresh.closes());
    EXPECT_TRUE(used.closes());
    EXPECT_EQ(server.open(), 0U);
}

TEST(HttpDrain, ABusyConnectionGetsItsAnswerAndIsToldToClose) {
    test_server server;
    auto client = server.connect();
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(eventually([&server] { return server.script().waiting == 1; }));
    auto drained = server.drain(30s);
    EXPECT_EQ(drained.wait_for(100ms), std::future_status::timeout);
    server.script().released = true;
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_TRUE(client.closes());
    EXPECT_TRUE(drained.get());
}

TEST(HttpDrain, ARequestHalfSentIsStillReadAndAnswered) {
    test_server server;
    auto client = server.connect();
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    ASSERT_EQ(client.answer().value_or(raw_answer{}).status, 100U);  // so the server is in the middle of it
    auto drained = server.drain(30s);
    ASSERT_TRUE(eventually([&server] {
        try {
            server.connect();
            return false;
        } catch (const std::runtime_error&) {
            return true;
        }
    }));
    client.send("hi");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "POST /a?|hi");
    EXPECT_TRUE(drained.get());
}

TEST(HttpDrain, WhoDoesNotEndInTimeIsCancelled) {
    test_server server;
    auto client = server.connect();
    client.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(eventually([&server] { return server.script().waiting == 1; }));
    EXPECT_FALSE(server.drain(50ms).get());
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(server.open(), 0U);
}

TEST(HttpDrain, NobodyCanConnectAnyMore) {
    test_server server;
    const std::string address = server.address();
    EXPECT_TRUE(server.drain(1s).get());
    EXPECT_THROW(raw_client{address}, std::runtime_error);
}

}  // namespace
}  // namespace gateway::http::testing
