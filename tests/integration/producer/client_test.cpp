// The client against servers that misbehave: what is certain, what is not, and what is sent again.
#include "producer_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace {

using namespace tests;

using ProducerClient = producer_fixture;

const std::string accepted_body{R"({"message":"success","task_id":"t-1"})"};
const std::string pending_body{R"({"status":"RUNNING","data":[]})"};

TEST_F(ProducerClient, SendsOneCompleteCreate) {
    std::string seen;
    fake_server server{[&](peer& client, int) {
        seen = client.read_request();
        client.answer(200, accepted_body);
        client.wait_for_close();
    }};
    auto client = make(at(server.url() + "/proxy/"));
    const auto answer = create(client);
    ASSERT_TRUE(answered<create_answer::accepted>(answer));
    EXPECT_EQ(std::get<create_answer::accepted>(answer).task_id, "t-1");
    EXPECT_TRUE(seen.starts_with("POST /proxy/api/v1/producer/create HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
    EXPECT_NE(seen.find("\r\nAuthorization: Bearer sk_test_secret\r\n"), std::string::npos);
    EXPECT_NE(seen.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(seen.find("\r\nUser-Agent: music-gateway/"), std::string::npos);
    EXPECT_NE(seen.find("\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-"), std::string::npos);
    EXPECT_EQ(seen.find("b7ad6b7169203331"), std::string::npos);
    EXPECT_TRUE(seen.ends_with("}"));
}

TEST_F(ProducerClient, NobodyListeningIsNotDelivered) {
    std::string address;
    {
        address = fake_server{[](peer&, int) {}}.url();
    }
    auto client = make(at(address));
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client)));
    EXPECT_TRUE(answered<task_answer::transient>(look(client)));
}

TEST_F(ProducerClient, AnUnknownHostIsNotDelivered) {
    gateway::http_client::resolver nobody{
        1, [](const std::string&) -> gateway::result<gateway::http_client::addresses> {
            return boost::system::error_code{boost::asio::error::host_not_found};
        }};
    adapters::producer::client client{context.get_executor(), nobody, at("http://api.test")};
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client)));
}

TEST_F(ProducerClient, APassedDeadlineSendsNothing) {
    fake_server server{[](peer& client, int) { client.wait_for_close(); }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client, -1s)));
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(ProducerClient, AResetAfterTheRequestIsUnknown) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.reset();
    }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client)));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(ProducerClient, ACloseWithoutAWordIsUnknownAndNotRepeated) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.close();
    }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client)));
    EXPECT_EQ(server.connections(), 1);
    EXPECT_TRUE(answered<task_answer::transient>(look(client)));
}

TEST_F(ProducerClient, AHangEndsAtTheDeadlineAsUnknown) {
    fake_server server{[](peer& client, int) { client.wait_for_close(); }};
    auto client = make(at(server.url()));
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client, 1s)));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    EXPECT_TRUE(answered<task_answer::transient>(look(client, 100ms)));
}

TEST_F(ProducerClient, AnAnswerThatNeverEndsIsUnknownAtTheDeadline) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"task_id\":\"t-1\"}");
        client.wait_for_close();
    }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client, 1s)));
}

TEST_F(ProducerClient, ACutAnswerIsUnknown) {
    for (const std::string bytes : {"H", "HTTP/1.1 200 OK\r\nContent-Le",
                                    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"task_id\":\"t\"}",
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"tas",
                                    "HTTP/1.1 200 OK\r\n\r\n{\"task_id\":\"t", "garbage\r\n\r\n",
                                    "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n"}) {
        fake_server server{[bytes](peer& client, int) {
            client.read_request();
            client.send(bytes);
            client.close();
        }};
        auto client = make(at(server.url()));
        EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client))) << bytes;
        EXPECT_EQ(server.connections(), 1);
    }
}

TEST_F(ProducerClient, ReadsChunkedClosedAndInterimAnswers) {
    for (const std::string bytes : {"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                                    "chunked\r\n\r\n8\r\n{\"task_i\r\n8\r\nd\":\"t\"} \r\n0\r\n\r\n",
                                    "HTTP/1.1 200 OK\r\n\r\n{\"task_id\":\"t\"}",
                                    "HTTP/1.0 200 OK\r\nContent-Length: 15\r\n\r\n{\"task_id\":\"t\"}",
                                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 "
                                    "OK\r\nContent-Length: 15\r\n\r\n"
                                    "{\"task_id\":\"t\"}"}) {
        fake_server server{[bytes](peer& client, int) {
            client.read_request();
            client.send(bytes);
            client.close();
        }};
        auto client = make(at(server.url()));
        EXPECT_TRUE(answered<create_answer::accepted>(create(client))) << bytes;
    }
}

TEST_F(ProducerClient, AnOversizedAnswerIsUnknown) {
    const std::string accepted_start{R"({"task_id":"t","x":")"};
    fake_server body{[&](peer& client, int) {
        client.read_request();
        client.answer(200, accepted_start + std::string(2'000'000, 'x') + "\"}");
    }};
    auto first = make(at(body.url()));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(first)));
    EXPECT_TRUE(answered<task_answer::transient>(look(first)));
    fake_server head{[&](peer& client, int) {
        client.read_request();
        client.answer(200, accepted_body, "X: " + std::string(20'000, 'x') + "\r\n");
    }};
    auto second = make(at(head.url()));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(second)));
}

TEST_F(ProducerClient, ReusesAConnectionThatStaysOpen) {
    fake_server server{[](peer& client, int) {
        while (!client.read_request().empty())
            client.answer(200, accepted_body);
    }};
    auto client = make(at(server.url()));
    for (int count = 0; count < 5; ++count)
        EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(client.counters().reused, 4U);
}

TEST_F(ProducerClient, DoesNotReuseWhatThePeerWillClose) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.answer(200, accepted_body, "Connection: close\r\n");
        client.wait_for_close();
    }};
    auto client = make(at(server.url()));
    create(client);
    create(client);
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(client.counters().reused, 0U);
}

TEST_F(ProducerClient, DoesNotReuseAConnectionWithWordsLeftOver) {
    fake_server spilling{[](peer& client, int) {
        client.read_request();
        client.send(
            "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"task_id\":\"t\"}HTTP/1.1 200 OK\r\n\r\n");
        client.wait_for_close();
    }};
    auto client = make(at(spilling.url()));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_EQ(spilling.connections(), 2);
}

// The paid call must not go into a socket whose other end is known to be gone.
TEST_F(ProducerClient, FindsAStaleConnectionBeforeThePaidCall) {
    std::atomic<bool> closed{false};
    fake_server server{[&](peer& client, int connection) {
        client.read_request();
        client.answer(200, accepted_body);
        if (connection == 1) {
            client.close();
            closed = true;
            return;
        }
        client.wait_for_close();
    }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    ASSERT_TRUE(run_until(context, [&] { return closed.load(); }));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(client.counters().found_closed, 1U);
}

TEST_F(ProducerClient, AReusedConnectionThatDiesUnderAPaidCallLeavesItUnknown) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.answer(200, accepted_body);
        client.read_request();
        client.reset();
    }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client)));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(ProducerClient, AReusedConnectionThatDiesUnderALookIsReplacedOnce) {
    fake_server server{[](peer& client, int connection) {
        client.read_request();
        client.answer(200, pending_body);
        client.read_request();
        if (connection == 1)
            return client.close();
        client.answer(200, pending_body);
        client.wait_for_close();
    }};
    auto client = make(at(server.url()));
    EXPECT_TRUE(answered<task_answer::pending>(look(client)));
    EXPECT_TRUE(answered<task_answer::pending>(look(client)));
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(client.counters().repeated, 1U);
}

TEST_F(ProducerClient, LooksAtTheTaskByItsEscapedId) {
    std::string seen;
    fake_server server{[&](peer& client, int) {
        seen = client.read_request();
        client.answer(404, R"({"type":"not_found"})");
    }};
    auto client = make(at(server.url()));
    const auto answer = await(context, client.look("../a b", "", gateway::deadline::after(5s)));
    EXPECT_TRUE(answered<task_answer::lost>(answer));
    EXPECT_TRUE(seen.starts_with("GET /api/v1/producer/task/..%2Fa%20b HTTP/1.1\r\n")) << seen;
    EXPECT_EQ(seen.find("traceparent"), std::string::npos);
    EXPECT_TRUE(
        answered<task_answer::lost>(await(context, client.look("", "", gateway::deadline::after(5s)))));
}

TEST_F(ProducerClient, AsksForTheBalance) {
    std::string seen;
    fake_server server{[&](peer& client, int) {
        seen = client.read_request();
        client.answer(200, R"({"credits":40,"extra_credits":2})");
    }};
    auto client = make(at(server.url()));
    const auto answer = await(context, client.credits(gateway::deadline::after(5s)));
    ASSERT_TRUE(answered<credits_answer::balance>(answer));
    EXPECT_EQ(std::get<credits_answer::balance>(answer).credits, 42);
    EXPECT_TRUE(seen.starts_with("GET /api/v1/get-credits HTTP/1.1\r\n"));
}

TEST_F(ProducerClient, NeverRepeatsItsKeyInAReason) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.answer(401, R"({"error":"the key 'quite-plain' is wrong"})");
    }};
    auto settings = at(server.url());
    settings.api_key = "quite-plain\n";
    auto client = make(settings);
    const auto answer = create(client);
    ASSERT_TRUE(answered<create_answer::access_denied>(answer));
    EXPECT_EQ(std::get<create_answer::access_denied>(answer).reason.find("quite-plain"), std::string::npos);
}

TEST_F(ProducerClient, RefusesSettingsThatCannotWork) {
    auto wrong_url = at("ftp://x");
    EXPECT_THROW(make(wrong_url), std::invalid_argument);
    auto wrong_key = at("http://x");
    wrong_key.api_key = "a\r\nX: y";
    EXPECT_THROW(make(wrong_key), std::invalid_argument);
    auto wrong_hosts = at("http://x");
    wrong_hosts.allowed_hosts = {"http://a/"};
    EXPECT_THROW(make(wrong_hosts), std::invalid_argument);
}

TEST_F(ProducerClient, ACancelledCreateEndsWithAnAnswer) {
    std::atomic<bool> arrived{false};
    fake_server server{[&](peer& client, int) {
        client.read_request();
        arrived = true;
        client.wait_for_close();
    }};
    auto client = make(at(server.url()));
    boost::asio::cancellation_signal stop;
    std::optional<create_answer::any> answer;
    boost::asio::co_spawn(context, client.create(order(), studio(), gateway::deadline::after(20s)),
                          boost::asio::bind_cancellation_slot(
                              stop.slot(), [&](std::exception_ptr failed, create_answer::any given) {
                                  EXPECT_FALSE(failed);
                                  answer = std::move(given);
                              }));
    ASSERT_TRUE(run_until(context, [&] { return arrived.load(); }));
    stop.emit(boost::asio::cancellation_type::terminal);
    ASSERT_TRUE(run_until(
        context, [&] { return answer.has_value(); }, 5s));
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(*answer));
}

TEST_F(ProducerClient, TheHouseIsKeptUntilCancelled) {
    std::atomic<int> lookups{0};
    gateway::http_client::resolver counting{
        1, [&](const std::string&) -> gateway::result<gateway::http_client::addresses> {
            ++lookups;
            return gateway::http_client::addresses(1, boost::asio::ip::address_v4::loopback());
        }};
    fake_server server{[](peer& client, int) {
        while (!client.read_request().empty())
            client.answer(200, accepted_body);
    }};
    auto client = adapters::producer::client{context.get_executor(), counting,
                                             at("http://api.test:" + std::to_string(server.port()))};
    boost::asio::cancellation_signal stop;
    bool ended = false;
    boost::asio::co_spawn(context, client.keep_ready(),
                          boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr failed) {
                              EXPECT_FALSE(failed);
                              ended = true;
                          }));
    ASSERT_TRUE(run_until(context, [&] { return client.counters().looked_up == 1; }));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_EQ(lookups, 1);  // the create asked nobody
    stop.emit(boost::asio::cancellation_type::terminal);
    ASSERT_TRUE(run_until(
        context, [&] { return ended; }, 5s));
}

}  // namespace
