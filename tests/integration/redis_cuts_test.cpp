// Connections that end in the middle of a reply, and servers that greet and hang up.
#include "adapters/redis/job_store.hpp"
#include "tests/support/await.hpp"
#include "tests/support/redis_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace gateway;
using local = asio::local::stream_protocol;

// Between the store and its server: lets so many more bytes of replies through, then cuts both connections.
class cutting_proxy {
public:
    cutting_proxy(asio::io_context& context, std::string target)
        : target_{std::move(target)}, acceptor_{context, {asio::ip::address_v4::loopback(), 0}} {
        asio::co_spawn(context, accept(), [](std::exception_ptr) {});
    }
    std::string url() const {
        return "redis://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    void cut_after(std::size_t bytes) { left_ = bytes; }
    void cut_no_more() { left_ = std::numeric_limits<std::size_t>::max(); }
    int accepted() const noexcept { return accepted_; }

private:
    struct pair {
        tcp::socket client;
        local::socket server;
        void cut() {
            client.close();
            server.close();
        }
    };

    asio::awaitable<void> accept() {
        const auto executor = acceptor_.get_executor();
        while (true) {
            tcp::socket client = co_await acceptor_.async_accept(asio::use_awaitable);
            ++accepted_;
            local::socket server{executor};
            const local::endpoint there{target_};
            co_await server.async_connect(there, asio::use_awaitable);
            const auto both = std::make_shared<pair>(pair{std::move(client), std::move(server)});
            asio::co_spawn(executor, carry_commands(both), [both](std::exception_ptr) { both->cut(); });
            asio::co_spawn(executor, carry_replies(both), [both](std::exception_ptr) { both->cut(); });
        }
    }

    asio::awaitable<void> carry_commands(std::shared_ptr<pair> both) {
        std::array<char, 4096> bytes;
        while (true) {
            const auto got = co_await both->client.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            co_await asio::async_write(both->server, asio::buffer(bytes, got), asio::use_awaitable);
        }
    }

    asio::awaitable<void> carry_replies(std::shared_ptr<pair> both) {
        std::array<char, 4096> bytes;
        while (left_ > 0) {
            const auto got = co_await both->server.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            const auto passed = std::min(got, left_);
            if (left_ != std::numeric_limits<std::size_t>::max())
                left_ -= passed;
            co_await asio::async_write(both->client, asio::buffer(bytes, passed), asio::use_awaitable);
            if (passed < got)
                break;
        }
    }

    std::string target_;
    tcp::acceptor acceptor_;
    std::size_t left_ = std::numeric_limits<std::size_t>::max();
    int accepted_ = 0;
};

class RedisCuts : public testing::Test {
protected:
    asio::io_context context{1};
    tests::redis_server server;
    cutting_proxy proxy{context, server.socket()};
    adapters::redis::job_store store{context, *adapters::redis::parse_address(proxy.url()), options()};
    const job_owner owner{"org", "usr"};
    const work_limits limits{};

    static adapters::redis::store_options options() {
        adapters::redis::store_options made;
        made.connection.retry = {milliseconds{5}, milliseconds{10}};
        return made;
    }
    static deadline soon() { return deadline::after(std::chrono::seconds{20}); }

    void SetUp() override { ASSERT_TRUE(tests::await(context, store.link().ready(soon()))); }
    void TearDown() override { tests::await(context, store.link().close(milliseconds{5'000})); }

    result<create_outcome> create(const std::string& id, const std::string& key) {
        new_job order;
        order.id = id;
        order.owner = owner;
        order.request.engine = "studio";
        order.request.prompt = "rain";
        order.key = idempotency_claim{sha256(key), sha256("request")};
        return tests::await(context, store.create(std::move(order), limits, soon()));
    }

    // Up again after a cut, with nothing more to be cut.
    void mend() {
        proxy.cut_no_more();
        ASSERT_TRUE(tests::run_until(context, [&] { return !store.link().up(); }));
        ASSERT_TRUE(tests::await(context, store.link().ready(soon())));
    }
};

TEST_F(RedisCuts, CreateCutAnywhereInItsReplyFailsAndIsFoundByItsKey) {
    ASSERT_TRUE(create("mgen_script", "the script is loaded by this one"));
    for (std::size_t bytes = 0; bytes < 1'000; ++bytes) {
        const auto name = std::to_string(bytes);
        proxy.cut_after(bytes);
        const auto first = create("mgen_" + name, name);
        if (first) {
            EXPECT_EQ(first->stored.id, "mgen_" + name);
            EXPECT_GT(bytes, 30U) << "the whole of a reply: its name, a time and a fence";
            return;
        }
        EXPECT_EQ(first.error(), errc::store_unavailable) << "after " << bytes;
        mend();
        const auto again = create("mgen_second_" + name, name);
        ASSERT_TRUE(again) << "after " << bytes;
        EXPECT_EQ(again->what, create_outcome::kind::replayed) << "after " << bytes;
        EXPECT_EQ(again->stored.id, "mgen_" + name);
        EXPECT_FALSE(again->first_lease) << "whose answer was lost holds the lease, and only he";
    }
    FAIL() << "no reply is that long";
}

TEST_F(RedisCuts, ReadCutAnywhereInItsReplyIsNeverAnotherJob) {
    ASSERT_TRUE(create("mgen_1", "1"));
    for (std::size_t bytes = 0; bytes < 1'000; ++bytes) {
        ASSERT_TRUE(tests::await(context, store.find(owner, "mgen_1", soon())));
        proxy.cut_after(bytes);
        const auto found = tests::await(context, store.find(owner, "mgen_1", soon()));
        if (found) {
            EXPECT_EQ(found->id, "mgen_1");
            EXPECT_EQ(found->request.prompt, "rain");
            EXPECT_GT(bytes, 100U) << "the whole of a reply";
            return;
        }
        EXPECT_EQ(found.error(), errc::store_unavailable) << "after " << bytes;
        mend();
    }
    FAIL() << "no reply is that long";
}

TEST_F(RedisCuts, CutGreetingIsRepeatedUntilItIsWhole) {
    for (std::size_t bytes = 0; bytes < 31; ++bytes) {  // of PONG and a lone primary's ROLE
        const auto before = proxy.accepted();
        proxy.cut_after(bytes);
        server.command({"CLIENT", "KILL", "TYPE", "normal"});
        ASSERT_TRUE(tests::run_until(context, [&] { return proxy.accepted() >= before + 2; }));
        proxy.cut_no_more();
        ASSERT_TRUE(tests::run_until(context, [&] { return store.link().up(); })) << "after " << bytes;
    }
    EXPECT_TRUE(create("mgen_1", "1"));
}

// Greets like Redis, or not at all, and hangs up.
class hanging_up {
public:
    hanging_up(asio::io_context& context, bool greets)
        : greets_{greets}, acceptor_{context, {asio::ip::address_v4::loopback(), 0}} {
        asio::co_spawn(context, serve(), [](std::exception_ptr) {});
    }
    std::string url() const {
        return "redis://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    int accepted() const noexcept { return accepted_; }

private:
    asio::awaitable<void> serve() {
        const std::array<std::string, 2> greeting{"+PONG\r\n", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"};
        std::array<char, 512> bytes;
        while (true) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            ++accepted_;
            for (std::size_t each = 0; greets_ && each < greeting.size(); ++each) {
                co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
                co_await asio::async_write(socket, asio::buffer(greeting[each]), asio::use_awaitable);
            }
        }
    }
    bool greets_;
    tcp::acceptor acceptor_;
    int accepted_ = 0;
};

class RedisStorm : public testing::TestWithParam<bool> {};

// With the options that are used in earnest: half a second to a second between attempts, once it has failed
// four times. A pause of 100 ms for ever would make 40.
TEST_P(RedisStorm, ServerThatHangsUpIsTriedWithGrowingPauses) {
    asio::io_context context{1};
    hanging_up server{context, GetParam()};
    adapters::redis::connection link{context, *adapters::redis::parse_address(server.url())};
    context.run_for(std::chrono::seconds{3});
    EXPECT_GE(server.accepted(), 3);
    EXPECT_LE(server.accepted(), 10);
    EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
}

INSTANTIATE_TEST_SUITE_P(Greeting, RedisStorm, testing::Bool());

}  // namespace
