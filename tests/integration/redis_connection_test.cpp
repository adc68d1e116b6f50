// The link to Redis when the server goes away, stands still, lies, or wants a password.
#include "adapters/redis/connection.hpp"
#include "adapters/redis/durability.hpp"
#include "tests/support/await.hpp"
#include "tests/support/localhost.hpp"
#include "tests/support/redis_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace adapters::redis;
using gateway::deadline;
using gateway::errc;
using gateway::result;
using std::chrono::milliseconds;

connection_options quick() {
    connection_options made;
    made.retry = {milliseconds{10}, milliseconds{50}};
    return made;
}

deadline soon() {
    return deadline::after(std::chrono::seconds{20});
}

class RedisConnection : public testing::Test {
protected:
    asio::io_context context{1};

    result<reply> ask(connection& over, command what, deadline by = soon()) {
        return tests::await(context, over.send(std::move(what), by));
    }
    bool ready(connection& over, deadline by = soon()) {
        return tests::await(context, over.ready(by)).has_value();
    }
    void close(connection& over) { EXPECT_TRUE(tests::await(context, over.close(milliseconds{5'000}))); }
};

TEST_F(RedisConnection, CommandsTravelOverAUnixSocketAndOverTcp) {
    tests::redis_server server{{.tcp = true, .arguments = {}}};
    const std::string name = tests::machine_knows_localhost() ? "localhost" : "127.0.0.1";
    for (const std::string& url : {server.url(), "redis://127.0.0.1:" + std::to_string(server.port()) + "/3",
                                   "redis://" + name + ":" + std::to_string(server.port())}) {
        connection link{context, *parse_address(url), quick()};
        ASSERT_TRUE(ready(link)) << url;
        EXPECT_EQ(ask(link, command{"ECHO"}.add(std::string_view{"a\0\r\nb", 5}))->text,
                  (std::string{"a\0\r\nb", 5}));
        close(link);
    }
}

TEST_F(RedisConnection, DatabaseOfTheUrlIsSelected) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url() + "?db=5"), quick()};
    ASSERT_TRUE(ready(link));
    ASSERT_TRUE(ask(link, command{"SET"}.add("k").add("v")));
    EXPECT_EQ(server.command({"GET", "k"}), "");
    EXPECT_NE(server.command({"INFO", "keyspace"}).find("db5:keys=1"), std::string::npos);
    close(link);
}

TEST_F(RedisConnection, ManyCommandsOfOneTurnShareALinkAndKeepTheirOrder) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    int right = 0, done = 0;
    for (int each = 0; each < 500; ++each)
        asio::co_spawn(context, link.send(std::move(command{"ECHO"}.add(std::int64_t{each})), soon()),
                       [&, each](std::exception_ptr, result<reply> answer) {
                           ++done;
                           right += answer && answer->text == std::to_string(each) ? 1 : 0;
                       });
    ASSERT_TRUE(tests::run_until(context, [&] { return done == 500; }));
    EXPECT_EQ(right, 500);
    EXPECT_EQ(link.links(), 1U);
    close(link);
}

TEST_F(RedisConnection, NoCommandsAtAllAreAnsweredAtOnce) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    const auto nothing = tests::await(context, link.send_together({}, soon()));
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->empty());
    close(link);
}

TEST_F(RedisConnection, WrongPasswordStaysDownAndNeverNamesIt) {
    tests::redis_server server{{.tcp = false, .arguments = {"--requirepass", "right"}}};
    connection wrong{context, *parse_address("unix://:secret@" + server.socket()), quick()};
    EXPECT_TRUE(
        tests::run_until(context, [&] { return wrong.trouble().find("WRONGPASS") != std::string::npos; }));
    EXPECT_FALSE(wrong.up());
    EXPECT_EQ(wrong.trouble().find("secret"), std::string::npos);
    EXPECT_EQ(ask(wrong, command{"PING"}).error(), errc::store_unavailable);
    close(wrong);
    connection none{context, *parse_address(server.url()), quick()};
    EXPECT_TRUE(
        tests::run_until(context, [&] { return none.trouble().find("NOAUTH") != std::string::npos; }));
    EXPECT_FALSE(none.up());
    close(none);
    connection right{context, *parse_address("unix://default:right@" + server.socket()), quick()};
    EXPECT_TRUE(ready(right));
    close(right);
}

TEST_F(RedisConnection, KilledServerFailsWhatIsPendingAndIsFoundAgain) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    server.freeze();
    bool failed = false;
    std::string outcome = "none";
    asio::co_spawn(context, link.send(command{"PING"}, soon()),
                   [&](std::exception_ptr, result<reply> answer) {
                       failed = !answer && answer.error() == errc::store_unavailable;
                       outcome = answer ? answer->text : answer.error().message();
                   });
    context.restart();
    context.run_for(milliseconds{20});
    server.kill();
    EXPECT_TRUE(tests::run_until(context, [&] { return failed && !link.up(); }))
        << "outcome: " << outcome << ", up: " << link.up() << ", " << link.trouble();
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(ask(link, command{"PING"}).error(), errc::store_unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{1}) << "down means at once";
    server.start();
    ASSERT_TRUE(ready(link));
    EXPECT_EQ(ask(link, command{"PING"})->text, "PONG");
    EXPECT_EQ(link.links(), 2U);
    close(link);
}

TEST_F(RedisConnection, SilentServerEndsACommandAtItsDeadlineAndItsLateReplyIsDropped) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    server.freeze();
    EXPECT_EQ(ask(link, command{"ECHO"}.add("late"), deadline::after(milliseconds{50})).error(),
              errc::deadline_exceeded);
    server.thaw();
    EXPECT_EQ(ask(link, command{"ECHO"}.add("next"))->text, "next");
    EXPECT_EQ(link.links(), 1U) << "one time-out drops no link";
    close(link);
}

TEST_F(RedisConnection, EachCallerIsHeldToItsOwnDeadlineWhateverOthersWaitFor) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    server.freeze();
    const auto start = std::chrono::steady_clock::now();
    std::vector<int> order;  // in milliseconds
    for (const int budget : {4'000, 120, 40, 200, 80})
        asio::co_spawn(
            context, link.send(command{"PING"}, deadline::after(milliseconds{budget})),
            [&, budget](std::exception_ptr, result<reply> answer) {
                order.push_back(answer ? 0 : budget);
                EXPECT_TRUE(answer || std::chrono::steady_clock::now() - start >= milliseconds{budget});
            });
    ASSERT_TRUE(tests::run_until(context, [&] { return order.size() == 4; }));
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds{3'000});
    server.thaw();
    ASSERT_TRUE(tests::run_until(context, [&] { return order.size() == 5; }));
    EXPECT_EQ(order, (std::vector{40, 80, 120, 200, 0})) << "the patient one is answered";
    EXPECT_EQ(ask(link, command{"ECHO"}.add("next"))->text, "next");
    close(link);
}

TEST_F(RedisConnection, CancelledCallerGoesOnAtOnceAndItsLateReplyIsDropped) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    server.freeze();
    asio::cancellation_signal no_more;
    std::optional<boost::system::error_code> outcome;
    asio::co_spawn(
        context, link.send(command{"ECHO"}.add("late"), soon()),
        asio::bind_cancellation_slot(no_more.slot(), [&](std::exception_ptr, result<reply> answer) {
            outcome = answer ? boost::system::error_code{} : answer.error();
        }));
    context.restart();
    context.run_for(milliseconds{20});
    EXPECT_FALSE(outcome);
    no_more.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(tests::run_until(context, [&] { return outcome.has_value(); }));
    EXPECT_EQ(*outcome, errc::deadline_exceeded);
    server.thaw();
    EXPECT_EQ(ask(link, command{"ECHO"}.add("next"))->text, "next");
    close(link);
}

// What a reply wakes runs inside of the reading loop: it may ask again, or be the end of the connection.
TEST_F(RedisConnection, WhoeverIsAnsweredMayAskAgainOrDestroyTheConnection) {
    tests::redis_server server;
    auto link = std::make_unique<connection>(context, *parse_address(server.url()), quick());
    ASSERT_TRUE(ready(*link));
    bool asked_again = false, failed = false;
    auto two = [&]() -> asio::awaitable<void> {
        const auto first = co_await link->send(command{"PING"}, soon());
        const auto second = co_await link->send(command{"PING"}, soon());
        asked_again = first && second && second->text == "PONG";
        link.reset();
    };
    asio::co_spawn(context, two(), asio::detached);
    ASSERT_TRUE(tests::run_until(context, [&] { return link == nullptr; }));
    EXPECT_TRUE(asked_again);

    link = std::make_unique<connection>(context, *parse_address(server.url()), quick());
    ASSERT_TRUE(ready(*link));
    auto last = [&]() -> asio::awaitable<void> {
        EXPECT_TRUE(co_await link->send(command{"PING"}, soon()));
        link.reset();
    };
    asio::co_spawn(context, last(), asio::detached);
    asio::co_spawn(context, link->send(command{"BLPOP"}.add("never").add("0"), soon()),
                   [&](std::exception_ptr, result<reply> answer) {
                       failed = !answer && answer.error() == errc::store_unavailable;
                   });
    EXPECT_TRUE(tests::run_until(context, [&] { return failed; })) << "who was not answered fails";
}

// The address sanitizer sees what would be left behind.
TEST_F(RedisConnection, ContextThatEndsTakesWaitingCallersAlong) {
    tests::redis_server server;
    auto let_go = std::make_shared<int>(1);
    {
        asio::io_context brief{1};
        connection link{brief, *parse_address(server.url()), quick()};
        ASSERT_TRUE(tests::await(brief, link.ready(soon())).has_value());
        server.freeze();
        for (int each = 0; each < 3; ++each)
            asio::co_spawn(brief, link.send(command{"PING"}, soon()),
                           [let_go](std::exception_ptr, result<reply>) {});
        brief.restart();
        brief.run_for(milliseconds{20});
        EXPECT_EQ(let_go.use_count(), 4);
    }
    EXPECT_EQ(let_go.use_count(), 1);
    server.thaw();
}

TEST_F(RedisConnection, LinkToADeadServerIsDroppedAfterSeveralTimeOuts) {
    tests::redis_server server;
    auto options = quick();
    options.command_timeout = milliseconds{60};
    options.patience = milliseconds{50};
    options.connect_timeout = milliseconds{100};
    connection link{context, *parse_address(server.url()), options};
    ASSERT_TRUE(ready(link));
    server.freeze();
    for (int each = 0; each < 3; ++each)
        EXPECT_EQ(ask(link, command{"PING"}).error(), errc::store_unavailable) << "its own time was not up";
    EXPECT_FALSE(link.up());
    server.thaw();
    ASSERT_TRUE(ready(link));
    EXPECT_EQ(ask(link, command{"PING"})->text, "PONG");
    close(link);
}

TEST_F(RedisConnection, HurriedCallersDropNoLink) {
    tests::redis_server server;
    connection link{context, *parse_address(server.url()), quick()};
    ASSERT_TRUE(ready(link));
    server.freeze();
    for (int each = 0; each < 10; ++each)
        EXPECT_EQ(ask(link, command{"PING"}, deadline::after(milliseconds{2})).error(),
                  errc::deadline_exceeded);
    EXPECT_TRUE(link.up());
    server.thaw();
    EXPECT_EQ(ask(link, command{"PING"})->text, "PONG");
    close(link);
}

TEST_F(RedisConnection, DestroyedConnectionFailsItsCommandsAndLeavesNothingBehind) {
    tests::redis_server server;
    bool failed = false;
    {
        connection link{context, *parse_address(server.url()), quick()};
        ASSERT_TRUE(ready(link));
        server.freeze();
        asio::co_spawn(context, link.send(command{"PING"}, soon()),
                       [&](std::exception_ptr, result<reply> answer) { failed = !answer; });
        context.restart();
        context.run_for(milliseconds{10});
    }
    EXPECT_TRUE(tests::run_until(context, [&] { return failed; }));
    context.restart();
    context.run_for(milliseconds{500});
    EXPECT_TRUE(context.stopped()) << "a coroutine is still there";
}

TEST_F(RedisConnection, NobodyListeningIsTriedAgainUntilClosed) {
    connection link{context, *parse_address("unix:/nonexistent/redis.sock"), quick()};
    EXPECT_EQ(tests::await(context, link.ready(deadline::after(milliseconds{100}))).error(),
              errc::deadline_exceeded);
    EXPECT_FALSE(link.trouble().empty());
    close(link);
}

TEST_F(RedisConnection, DurabilityIsReadAndAWeakServerIsWarnedOf) {
    tests::redis_server good;
    connection link{context, *parse_address(good.url()), quick()};
    ASSERT_TRUE(ready(link));
    const auto found = tests::await(context, inspect_durability(link, soon()));
    ASSERT_TRUE(found);
    EXPECT_TRUE(warnings(*found).empty());
    good.command({"CONFIG", "SET", "appendonly", "no"});
    good.command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
    const auto weak = tests::await(context, inspect_durability(link, soon()));
    EXPECT_EQ(warnings(*weak).size(), 2U);
    good.command({"ACL", "SETUSER", "default", "-info", "-config"});
    const auto unknown = tests::await(context, inspect_durability(link, soon()));
    ASSERT_TRUE(unknown);
    EXPECT_FALSE(unknown->append_only);
    EXPECT_EQ(warnings(*unknown).size(), 2U);
    close(link);
}

// A server that greets like Redis and then sends what it was told, and hangs up.
class lying_server {
public:
    lying_server(asio::io_context& context, std::string lie)
        : lie_{std::move(lie)}, acceptor_{context, {asio::ip::address_v4::loopback(), 0}} {
        asio::co_spawn(context, serve(), [](std::exception_ptr) {});
    }
    address where() const {
        address made;
        made.port = acceptor_.local_endpoint().port();
        return made;
    }
    int accepted() const noexcept { return accepted_; }
    void stop() { acceptor_.close(); }

private:
    asio::awaitable<void> serve() {
        while (true) {
            auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
            ++accepted_;
            std::array<char, 512> bytes;
            co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            for (const std::string& word : greeting_) {
                co_await asio::async_write(socket, asio::buffer(word), asio::use_awaitable);
                co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            }
            co_await asio::async_write(socket, asio::buffer(lie_), asio::use_awaitable);
        }
    }
    std::string lie_;
    const std::vector<std::string> greeting_{"+PONG\r\n", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"};
    asio::ip::tcp::acceptor acceptor_;
    int accepted_ = 0;
};

class LyingRedis : public RedisConnection, public testing::WithParamInterface<std::string> {};

TEST_P(LyingRedis, FailsTheCommandAndIsConnectedToAnew) {
    lying_server server{context, GetParam()};
    auto options = quick();
    options.most_reply_bytes = 4'096;
    connection link{context, server.where(), options};
    ASSERT_TRUE(ready(link));
    EXPECT_EQ(ask(link, command{"GET"}.add("k")).error(), errc::store_unavailable);
    EXPECT_TRUE(tests::run_until(context, [&] { return link.links() >= 2; }));
    close(link);
    server.stop();
}

INSTANTIATE_TEST_SUITE_P(Each, LyingRedis,
                         testing::Values("$10\r\nhalf",               // cut in the middle
                                         "HTTP/1.1 400 Bad\r\n\r\n",  // another protocol
                                         "*2000000000\r\n",           // more than memory holds
                                         "$2000000000\r\n" + std::string(20'000, 'x'),
                                         "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
                                         ""));

}  // namespace
