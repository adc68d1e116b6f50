// Limits for the connections of an address, and for the requests of a connection.
#include "tests/integration/http/test_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include <unistd.h>

namespace gateway::http::testing {
namespace {

using namespace std::chrono_literals;

const std::string request{"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"};

unsigned status_for(raw_client& client) {
    client.send(request);
    return client.answer().value_or(raw_answer{}).status;
}

server_options per_address(std::size_t most, std::size_t threads = 1) {
    server_options options;
    options.settings.connections_per_address = most;
    options.threads = threads;
    return options;
}

server_options per_connection(std::size_t most) {
    server_options options;
    options.settings.requests_per_connection = most;
    return options;
}

TEST(HttpAddresses, OverItsLimitAnAddressIsToldSoAndOthersAreServed) {
    test_server server{per_address(2)};
    auto first = server.connect_from("127.0.0.2");
    auto second = server.connect_from("127.0.0.2");
    EXPECT_EQ(status_for(first), 200U);
    EXPECT_EQ(status_for(second), 200U);
    {
        auto third = server.connect_from("127.0.0.2");
        const auto answer = third.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 503U);
        EXPECT_EQ(answer->header("connection"), "close");
        EXPECT_EQ(answer->body, R"({"refused":503,"trace_id":")" + answer->header("x-request-id") + R"("})");
        third.finish_sending();
        EXPECT_TRUE(third.closes());
        EXPECT_FALSE(third.was_reset());
    }
    auto other = server.connect_from("127.0.0.3");
    EXPECT_EQ(status_for(other), 200U);
    EXPECT_EQ(status_for(first), 200U) << "whoever was there stays";
    { raw_client gone = std::move(second); }
    ASSERT_TRUE(eventually([&server] { return server.open() == 2; }));
    auto fourth = server.connect_from("127.0.0.2");
    EXPECT_EQ(status_for(fourth), 200U);
}

TEST(HttpAddresses, FarOverItsLimitAnAddressTakesNobodysPlace) {
    auto options = per_address(1);
    options.settings.connections = 3;
    options.settings.turned_away = 2;
    test_server server{options};
    auto mine = server.connect_from("127.0.0.2");
    ASSERT_EQ(status_for(mine), 200U);
    std::vector<raw_client> told;
    for (int each = 0; each < 2; ++each) {
        told.push_back(server.connect_from("127.0.0.2"));
        EXPECT_EQ(told.back().answer().value_or(raw_answer{}).status, 503U);
    }
    auto untold = server.connect_from("127.0.0.2");
    EXPECT_TRUE(untold.closes(2s));
    EXPECT_EQ(untold.pending(), "");
    for (const char* other : {"127.0.0.3", "127.0.0.4"}) {
        auto client = server.connect_from(other);
        EXPECT_EQ(status_for(client), 200U) << other;
    }
}

TEST(HttpAddresses, AddressesMappedIntoIpv6AreToldApart) {
    auto options = per_address(1);
    options.address = "[::]:0";
    std::optional<test_server> server;
    try {
        server.emplace(options);
    } catch (const std::runtime_error& failure) {
        GTEST_SKIP() << "no IPv6 here: " << failure.what();
    }
    const std::string v4 = "127.0.0.1" + server->address().substr(server->address().rfind(':'));
    raw_client one{v4, 0, "127.0.0.2"};
    raw_client two{v4, 0, "127.0.0.3"};
    EXPECT_EQ(status_for(one), 200U);
    EXPECT_EQ(status_for(two), 200U) << "both are in ::/64";
    raw_client again{v4, 0, "127.0.0.2"};
    EXPECT_EQ(again.answer().value_or(raw_answer{}).status, 503U);
}

TEST(HttpAddresses, AUnixSocketHasNoAddress) {
    auto options = per_address(1);
    options.address = "unix:/tmp/http-seats-" + std::to_string(::getpid()) + ".sock";
    test_server server{options};
    auto one = server.connect();
    auto two = server.connect();
    EXPECT_EQ(status_for(one), 200U);
    EXPECT_EQ(status_for(two), 200U);
}

// A client's own count: it knows of a connection later than the server, and lets go of it earlier.
TEST(HttpAddresses, TheLimitIsExactOverThreads) {
    constexpr int most = 5;
    test_server server{per_address(most, 4)};
    std::atomic<int> held{0};
    std::atomic<int> served{0};
    std::atomic<int> highest{0};
    std::vector<std::thread> clients;
    for (int each = 0; each < 8; ++each)
        clients.emplace_back([&] {
            for (int turn = 0; turn < 60; ++turn) {
                auto client = server.connect_from("127.0.0.2");
                if (status_for(client) != 200)
                    continue;
                ++served;
                const int now = ++held;
                for (int seen = highest; seen < now && !highest.compare_exchange_weak(seen, now);) {
                }
                status_for(client);
                --held;
            }
        });
    for (std::thread& each : clients)
        each.join();
    EXPECT_LE(highest, most);
    EXPECT_GE(served, 60) << "there is room for five of eight at any time";
    ASSERT_TRUE(eventually([&server] { return server.open() == 0; }));
    std::vector<raw_client> fresh;
    for (int each = 0; each < most; ++each) {
        fresh.push_back(server.connect_from("127.0.0.2"));
        EXPECT_EQ(status_for(fresh.back()), 200U) << "nothing is left of those who left: " << each;
    }
    auto over = server.connect_from("127.0.0.2");
    EXPECT_EQ(over.answer().value_or(raw_answer{}).status, 503U);
}

TEST(HttpRequestsPerConnection, TheLastAnswerSaysClose) {
    test_server server{per_connection(3)};
    auto client = server.connect();
    for (const char* connection : {"(absent)", "(absent)", "close"}) {
        client.send(request);
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200U);
        EXPECT_EQ(answer->header("connection"), connection);
    }
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset());
    EXPECT_EQ(client.pending(), "");
}

TEST(HttpRequestsPerConnection, WhatWasPipelinedBehindTheLastIsNotExecutedAndCostsNoAnswer) {
    test_server server{per_connection(3)};
    auto client = server.connect();
    std::string many;
    for (int each = 0; each < 5'000; ++each)
        many += "POST /" + std::to_string(each) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    EXPECT_TRUE(client.send(many));
    for (int each = 0; each < 3; ++each) {
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << each;
        EXPECT_EQ(answer->body, "POST /" + std::to_string(each) + "?|body");
        EXPECT_EQ(answer->header("connection"), each == 2 ? "close" : "(absent)");
    }
    client.finish_sending();
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset()) << "or the last answers could be lost";
    EXPECT_EQ(client.pending(), "");
    EXPECT_EQ(server.script().requests, 3);
}

TEST(HttpRequestsPerConnection, ZeroIsNoLimitAndOthersAreCountedOnTheirOwn) {
    test_server unlimited{per_connection(0)};
    auto client = unlimited.connect();
    for (int each = 0; each < 100; ++each)
        ASSERT_EQ(status_for(client), 200U);
    test_server single{per_connection(1)};
    for (int each = 0; each < 3; ++each) {
        auto one = single.connect();
        one.send(request);
        EXPECT_EQ(one.answer().value_or(raw_answer{}).header("connection"), "close");
    }
}

}  // namespace
}  // namespace gateway::http::testing
