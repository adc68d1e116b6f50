#include "tests/integration/http/test_server.hpp"

#include <gtest/gtest.h>

namespace gateway::http::testing {
namespace {

using namespace std::chrono_literals;

TEST(HttpStreams, SendsExactlyWhatWasAnnouncedAndKeepsTheConnection) {
    test_server server;
    auto client = server.connect();
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{1'000'000}}) {
        client.send("GET /stream?" + std::to_string(bytes) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, std::string(bytes, 's'));
    }
    EXPECT_TRUE(eventually([&server] { return server.script().living_streams == 0; }));
}

TEST(HttpStreams, AFailureCutsTheConnection) {
    test_server server;
    for (const std::string path :
         {"/stream-fails", "/stream-throws", "/stream-ends-early", "/stream-overruns"}) {
        auto client = server.connect();
        client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_FALSE(client.answer()) << path;
        EXPECT_TRUE(client.closes()) << path;
        EXPECT_EQ(client.pending(), std::string(10, 's')) << path;
    }
    EXPECT_TRUE(eventually([&server] { return server.script().living_streams == 0 && server.open() == 0; }));
}

TEST(HttpStreams, AClientThatDoesNotReadHoldsTheStreamBack) {
    server_options options;
    options.settings.write_timeout = 60s;
    test_server server{options};
    auto client = server.connect(4096);
    constexpr std::size_t bytes = 100'000'000;
    client.send("GET /stream?" + std::to_string(bytes) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    // The kernel's buffers fill up; then no further piece is asked for.
    long before = -1;
    while (before != server.script().pieces) {
        before = server.script().pieces;
        EXPECT_FALSE(client.closes(0ms));
        std::this_thread::sleep_for(
            200ms);  // not synchronisation: the claim is that nothing happens meanwhile
    }
    EXPECT_GT(before, 0);
    EXPECT_LT(static_cast<std::size_t>(before) * 16 * 1024, bytes / 2);
}

TEST(HttpStreams, ASlowReaderIsCutAfterTheTimeForOnePiece) {
    server_options options;
    options.settings.write_timeout = 100ms;
    test_server server{options};
    auto client = server.connect(4096);
    client.send("GET /stream?100000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(eventually([&server] { return server.script().requests == 1 && server.open() == 0; }));
    EXPECT_EQ(server.script().living_streams, 0);
}

TEST(HttpStreams, AClientThatLeavesFreesEverything) {
    test_server server;
    {
        auto client = server.connect();
        client.send("GET /stream?1000000000 HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_TRUE(client.read_more());
        EXPECT_EQ(server.script().living_streams, 1);
    }
    EXPECT_TRUE(eventually([&server] { return server.script().living_streams == 0 && server.open() == 0; }));
}

}  // namespace
}  // namespace gateway::http::testing
