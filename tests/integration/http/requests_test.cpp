// What a well-meaning client gets.
#include "tests/integration/http/test_server.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gateway::http::testing {
namespace {

TEST(HttpRequests, AnswersSeveralRequestsOnOneConnection) {
    test_server server;
    auto client = server.connect();
    for (const std::string path : {"/a", "/b", "/c"}) {
        ASSERT_TRUE(client.send("GET " + path + "?q=1 HTTP/1.1\r\nHost: x\r\n\r\n"));
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200U);
        EXPECT_EQ(answer->body, "GET " + path + "?q=1|");
        EXPECT_EQ(answer->header("connection"), "(absent)");
        EXPECT_EQ(answer->header("content-type"), "text/plain");
        EXPECT_EQ(answer->header("date").size(), 29U);
    }
}

TEST(HttpRequests, EachRequestHasItsOwnIdAndKnowsItsPeer) {
    test_server server;
    auto client = server.connect();
    std::set<std::string> ids;
    for (int count = 0; count < 3; ++count) {
        client.send("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n");
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        const std::string id = answer->header("x-request-id");
        EXPECT_EQ(id.size(), 16U);
        EXPECT_TRUE(id.starts_with("req_")) << id;
        EXPECT_TRUE(answer->body.starts_with("127.0.0.1:")) << answer->body;
        EXPECT_TRUE(answer->body.ends_with(" " + id)) << answer->body;
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 3U);
}

TEST(HttpRequests, AnswersPipelinedRequestsInOrder) {
    test_server server;
    auto client = server.connect();
    std::string all;
    constexpr int count = 500;
    for (int number = 0; number < count; ++number)
        all += "POST /" + std::to_string(number) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
    ASSERT_TRUE(client.send(all));
    for (int number = 0; number < count; ++number) {
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->body, "POST /" + std::to_string(number) + "?|hi");
    }
}

TEST(HttpRequests, ReadsARequestThatComesByteByByte) {
    test_server server;
    auto client = server.connect();
    for (const char each : std::string{
             "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"})
        ASSERT_TRUE(client.send(std::string(1, each)));
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "POST /a?|abc");
}

TEST(HttpRequests, ReadsABodyOfExactlyTheLimit) {
    test_server server;
    auto client = server.connect();
    const std::string body(256 * 1024, 'x');
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body);
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "POST /a?|" + body);
}

TEST(HttpRequests, KeepsTheLengthForHead) {
    test_server server;
    auto client = server.connect();
    client.send(
        "HEAD /big?5000 HTTP/1.1\r\nHost: x\r\n\r\nHEAD /stream?70000 HTTP/1.1\r\nHost: x\r\n\r\nGET /a "
        "HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto whole = client.answer(true);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->header("content-length"), "5000");
    const auto stream = client.answer(true);
    ASSERT_TRUE(stream);
    EXPECT_EQ(stream->header("content-length"), "70000");
    const auto next = client.answer();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->body, "GET /a?|");
    EXPECT_EQ(server.script().pieces, 0);
}

TEST(HttpRequests, ClosesWhenTheClientAsksForIt) {
    test_server server;
    auto client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(client.was_reset());
}

TEST(HttpRequests, ClosesWhenTheHandlerAsksForIt) {
    test_server server;
    auto client = server.connect();
    client.send("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_TRUE(client.closes());
}

TEST(HttpRequests, Http10ClosesUnlessAskedToStay) {
    test_server server;
    auto leaving = server.connect();
    leaving.send("GET /a HTTP/1.0\r\n\r\n");
    const auto last = leaving.answer();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->header("connection"), "close");
    EXPECT_TRUE(leaving.closes());

    auto staying = server.connect();
    for (int count = 0; count < 2; ++count) {
        staying.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const auto answer = staying.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->header("connection"), "keep-alive");
    }
}

TEST(HttpRequests, AnswersAClientThatFinishedSending) {
    test_server server;
    auto client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    client.finish_sending();
    EXPECT_TRUE(client.answer());
    EXPECT_TRUE(client.closes());
}

TEST(HttpRequests, SaysContinueBeforeItReadsTheBody) {
    test_server server;
    auto client = server.connect();
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    const auto first = client.answer();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, 100U);
    EXPECT_EQ(server.script().requests, 0);
    client.send("hi");
    const auto second = client.answer();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->body, "POST /a?|hi");
}

TEST(HttpRequests, DoesNotSayContinueWhenTheBodyIsHereOrNotComing) {
    test_server server;
    auto client = server.connect();
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 200U);
    client.send("GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 200U);
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 413U);
}

TEST(HttpRequests, OtherExpectationsAre417) {
    test_server server;
    auto client = server.connect();
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 417U);
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(server.script().requests, 0);
}

TEST(HttpRequests, AThrowingHandlerIsA500InTheFacesOwnWordsAndTheConnectionLives) {
    test_server server;
    auto client = server.connect();
    client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 500U);
    EXPECT_EQ(answer->body, R"({"refused":500,"trace_id":")" + answer->header("x-request-id") + R"("})");
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.answer().value_or(raw_answer{}).status, 200U);
}

TEST(HttpRequests, TheHandlerKnowsItsBudget) {
    server_options options;
    options.settings.handle_budget = std::chrono::milliseconds{5'000};
    test_server server{options};
    auto client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(client.answer());
    EXPECT_GT(server.script().budget_ms, 1'000);
    EXPECT_LE(server.script().budget_ms, 5'000);
}

TEST(HttpRequests, CountsRequestsByRouteAndStatus) {
    test_server server;
    auto client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(client.answer());
    client.send("nonsense\r\n\r\n");
    ASSERT_TRUE(client.answer());
    ASSERT_TRUE(client.closes());
    const std::string text = server.counts().text();
    EXPECT_NE(text.find(R"(route="/scripted",status="200"} 1)"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(route="none",status="400"} 1)"), std::string::npos) << text;
}

TEST(HttpRequests, SendsALargeAnswerWhole) {
    test_server server;
    auto client = server.connect();
    client.send("GET /big?3000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, std::string(3'000'000, 'b'));
}

TEST(HttpRequests, ManyThreadsServeManyConnections) {
    server_options options;
    options.threads = 3;
    test_server server{options};
    std::vector<std::thread> users;
    std::atomic<int> good{0};
    for (int user = 0; user < 6; ++user)
        users.emplace_back([&server, &good] {
            for (int count = 0; count < 20; ++count) {
                auto client = server.connect();
                for (int more = 0; more < 5; ++more) {
                    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
                    good += client.answer().value_or(raw_answer{}).status == 200;
                }
            }
        });
    for (auto& each : users)
        each.join();
    EXPECT_EQ(good, 600);
    EXPECT_TRUE(eventually([&server] { return server.open() == 0; }));
}

}  // namespace
}  // namespace gateway::http::testing
