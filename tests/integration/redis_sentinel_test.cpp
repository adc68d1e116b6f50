// The link behind sentinels: which one is asked, whom it believes, and how a switch is noticed.
#include "tests/support/redis_sentinel.hpp"
#include "adapters/redis/connection.hpp"
#include "tests/support/await.hpp"
#include "tests/support/free_port.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <array>

namespace {

namespace asio = boost::asio;
using namespace adapters::redis;
using asio::ip::tcp;
using gateway::deadline;
using gateway::errc;
using gateway::result;
using std::chrono::milliseconds;

std::string naming(std::uint16_t port) {
    const auto text = std::to_string(port);
    return "*2\r\n$9\r\n127.0.0.1\r\n$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

// Speaks as much of a sentinel's language as it is asked in, and says what the test wants.
class scripted_sentinel {
public:
    scripted_sentinel(asio::io_context& context, std::string answer)
        : answer_{std::move(answer)}, acceptor_{context, {asio::ip::address_v4::loopback(), 0}} {
        asio::co_spawn(context, accept(), [](std::exception_ptr) {});
    }
    place where() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }
    void say(std::string answer) { answer_ = std::move(answer); }
    void keep_silent() { silent_ = true; }
    void leave() { acceptor_.close(); }
    int questions() const noexcept { return questions_; }
    int accepted() const noexcept { return accepted_; }

private:
    asio::awaitable<void> accept() {
        while (true) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            ++accepted_;
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), [](std::exception_ptr) {});
        }
    }

    asio::awaitable<void> serve(tcp::socket socket) {
        std::array<char, 512> bytes;
        while (true) {
            const auto got = co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            const std::string_view words{bytes.data(), got};
            const bool asked = words.find("GET-MASTER-ADDR-BY-NAME") != std::string_view::npos;
            questions_ += asked ? 1 : 0;
            const std::string said = asked ? answer_
                                     : words.find("PING") != std::string_view::npos
                                         ? "+PONG\r\n"
                                         : "*1\r\n$8\r\nsentinel\r\n";
            if (!silent_)
                co_await asio::async_write(socket, asio::buffer(said), asio::use_awaitable);
        }
    }

    std::string answer_;
    tcp::acceptor acceptor_;
    bool silent_ = false;
    int questions_ = 0;
    int accepted_ = 0;
};

class RedisSentinel : public testing::Test {
protected:
    asio::io_context context{1};

    static connection_options quick() {
        connection_options made;
        made.retry = {milliseconds{10}, milliseconds{50}};
        made.sentinel_patience = milliseconds{250};
        made.look_every = milliseconds{20};
        return made;
    }
    static deadline soon() { return deadline::after(std::chrono::seconds{20}); }

    static address group_of(std::initializer_list<place> sentinels) {
        address made;
        made.host.clear();
        made.port = 0;
        made.group = {sentinels, "jobs", ""};
        return made;
    }

    bool ready(connection& over) { return tests::await(context, over.ready(soon())).has_value(); }
    result<reply> ask(connection& over, command what) {
        return tests::await(context, over.send(std::move(what), soon()));
    }
    bool set(connection& over, const std::string& key) {
        const auto answer = ask(over, std::move(command{"SET"}.add(key).add("v")));
        return answer && !answer->is_error();
    }
    bool until(const std::function<bool()>& holds) { return tests::run_until(context, holds); }
    void close(connection& over) { EXPECT_TRUE(tests::await(context, over.close(milliseconds{5'000}))); }
};

class RedisSentinelServers : public RedisSentinel {
protected:
    tests::redis_server one{{.tcp = true, .arguments = {}}};
    tests::redis_server other{{.tcp = true, .arguments = {}}};
};

TEST_F(RedisSentinelServers, PrimaryIsTheServerThatTheSentinelsName) {
    scripted_sentinel sentinel{context, naming(other.port())};
    connection link{context, group_of({sentinel.where()}), quick()};
    ASSERT_TRUE(ready(link));
    EXPECT_TRUE(set(link, "k"));
    EXPECT_EQ(other.command({"GET", "k"}), "v");
    EXPECT_EQ(one.command({"GET", "k"}), "");
    close(link);
}

TEST_F(RedisSentinelServers, SentinelThatAnsweredIsAskedFirstNextTime) {
    scripted_sentinel silent{context, naming(one.port())}, useful{context, naming(one.port())};
    silent.keep_silent();
    connection link{context, group_of({silent.where(), useful.where()}), quick()};
    ASSERT_TRUE(ready(link));
    EXPECT_EQ(silent.accepted(), 1);
    ASSERT_TRUE(until([&] { return useful.questions() >= 10; }));
    EXPECT_EQ(silent.accepted(), 1) << "asked no more";
    EXPECT_EQ(useful.accepted(), 1) << "one connection is kept for all questions";
    close(link);
}

TEST_F(RedisSentinelServers, SwitchIsFollowedThoughTheOldPrimaryStillAnswers) {
    scripted_sentinel sentinel{context, naming(one.port())};
    connection link{context, group_of({sentinel.where()}), quick()};
    ASSERT_TRUE(ready(link));
    EXPECT_TRUE(set(link, "before"));
    sentinel.say(naming(other.port()));
    ASSERT_TRUE(until([&] { return link.links() == 2 && link.up(); })) << link.trouble();
    EXPECT_TRUE(set(link, "after"));
    EXPECT_EQ(other.command({"GET", "after"}), "v");
    EXPECT_EQ(one.command({"EXISTS", "after"}), "0");
    close(link);
}

TEST_F(RedisSentinelServers, DemotedPrimaryIsLeftAtItsFirstRefusal) {
    scripted_sentinel sentinel{context, naming(one.port())};
    auto options = quick();
    options.look_every = milliseconds{60'000};  // nobody tells
    connection link{context, group_of({sentinel.where()}), options};
    ASSERT_TRUE(ready(link));
    sentinel.say(naming(other.port()));
    one.command({"REPLICAOF", "127.0.0.1", std::to_string(other.port())});
    const auto refused = ask(link, std::move(command{"SET"}.add("k").add("v")));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error_code(), "READONLY");
    EXPECT_FALSE(link.up());
    ASSERT_TRUE(ready(link));
    EXPECT_TRUE(set(link, "after"));
    EXPECT_EQ(other.command({"GET", "after"}), "v");
    close(link);
}

TEST_F(RedisSentinelServers, ReplicaIsNotBelievedToBeThePrimary) {
    other.command({"REPLICAOF", "127.0.0.1", std::to_string(one.port())});
    scripted_sentinel sentinel{context, naming(other.port())};
    connection link{context, group_of({sentinel.where()}), quick()};
    ASSERT_TRUE(until([&] {
        return link.trouble() == "the server is a replica" && sentinel.questions() > 3;
    })) << "asked again and again";
    EXPECT_EQ(link.links(), 0U);
    sentinel.say(naming(one.port()));
    EXPECT_TRUE(ready(link));
    close(link);
}

TEST_F(RedisSentinelServers, SentinelsThatGoAwayLeaveTheLinkAlone) {
    scripted_sentinel first{context, naming(one.port())}, second{context, naming(one.port())};
    connection link{context, group_of({first.where(), second.where()}), quick()};
    ASSERT_TRUE(ready(link));
    for (auto* each : {&first, &second}) {
        each->keep_silent();
        each->leave();
    }
    context.restart();
    context.run_for(milliseconds{1'500});  // several looks, each in vain
    EXPECT_TRUE(link.up());
    EXPECT_EQ(link.links(), 1U);
    EXPECT_TRUE(set(link, "k"));
    close(link);
}

TEST_F(RedisSentinelServers, SentinelThatKnowsNothingIsPassedOver) {
    scripted_sentinel lost{context, "*-1\r\n"}, useful{context, naming(one.port())};
    connection link{context, group_of({lost.where(), useful.where()}), quick()};
    EXPECT_TRUE(ready(link));
    close(link);
}

TEST_F(RedisSentinelServers, SentinelThatComesToLieIsPassedOverToo) {
    scripted_sentinel first{context, naming(one.port())}, second{context, naming(one.port())};
    connection link{context, group_of({first.where(), second.where()}), quick()};
    ASSERT_TRUE(ready(link));
    first.say("+nonsense\r\n");
    EXPECT_TRUE(until([&] { return second.questions() >= 3; }));
    EXPECT_EQ(link.links(), 1U);
    close(link);
}

TEST_F(RedisSentinel, UnknownNameIsSaid) {
    scripted_sentinel sentinel{context, "*-1\r\n"};
    connection link{context, group_of({sentinel.where()}), quick()};
    EXPECT_TRUE(until([&] {
        return link.trouble().find("knows no primary of that name") != std::string::npos;
    })) << link.trouble();
    EXPECT_EQ(ask(link, command{"PING"}).error(), errc::store_unavailable);
    close(link);
}

TEST_F(RedisSentinel, NobodyThereIsSaidOfEachSentinel) {
    const place gone{"127.0.0.1", tests::free_port()};
    scripted_sentinel silent{context, ""};
    silent.keep_silent();
    connection link{context, group_of({gone, silent.where()}), quick()};
    EXPECT_TRUE(until([&] { return link.trouble().find("no sentinel names") != std::string::npos; }));
    EXPECT_NE(link.trouble().find(to_string(gone)), std::string::npos) << link.trouble();
    EXPECT_NE(link.trouble().find(to_string(silent.where())), std::string::npos) << link.trouble();
    close(link);
}

TEST_F(RedisSentinel, SentinelIsNotTakenForAServer) {
    scripted_sentinel sentinel{context, ""};
    sentinel.say(naming(sentinel.where().port));
    connection link{context, group_of({sentinel.where()}), quick()};
    EXPECT_TRUE(until([&] { return link.trouble() == "the server does not say that it is a primary"; }));
    EXPECT_EQ(link.links(), 0U);
    close(link);
}

class LyingSentinel : public RedisSentinel, public testing::WithParamInterface<std::string> {};

TEST_P(LyingSentinel, IsPassedOver) {
    tests::redis_server server{{.tcp = true, .arguments = {}}};
    scripted_sentinel liar{context, GetParam()}, honest{context, naming(server.port())};
    connection link{context, group_of({liar.where(), honest.where()}), quick()};
    EXPECT_TRUE(ready(link)) << link.trouble();
    EXPECT_EQ(liar.questions(), 1);
    close(link);
}

INSTANTIATE_TEST_SUITE_P(Each, LyingSentinel,
                         testing::Values("HTTP/1.1 400 Bad\r\n\r\n", "*2\r\n$9\r\n127.0.0.1\r\n",
                                         "*2\r\n$9\r\n127.0.0.1\r\n$1\r\n0\r\n",
                                         "*2\r\n$0\r\n\r\n$1\r\n1\r\n", "*2000000000\r\n",
                                         "$2000000000\r\n" + std::string(20'000, 'x'),
                                         "-ERR No such master with that name\r\n", ":1\r\n", "+OK\r\n"));

TEST_F(RedisSentinel, PasswordsOfSentinelsAndServersAreKeptApart) {
    tests::redis_server server{{.tcp = true, .arguments = {"--requirepass", "of-the-server"}}};
    tests::redis_sentinel sentinel{server.port(),
                                   "requirepass of-the-sentinel\n"
                                   "sentinel auth-pass jobs of-the-server\n"};
    auto where = group_of({{"127.0.0.1", sentinel.port()}});
    where.password = "of-the-server";
    {
        connection link{context, where, quick()};
        EXPECT_TRUE(until([&] { return link.trouble().find("NOAUTH") != std::string::npos; }));
        close(link);
    }
    where.group.password = "of-the-server";
    {
        connection link{context, where, quick()};
        EXPECT_TRUE(until([&] { return link.trouble().find("WRONGPASS") != std::string::npos; }));
        EXPECT_EQ(link.trouble().find("of-the-server"), std::string::npos) << link.trouble();
        close(link);
    }
    where.group.password = "of-the-sentinel";
    connection link{context, where, quick()};
    EXPECT_TRUE(ready(link)) << link.trouble();
    EXPECT_TRUE(set(link, "k"));
    close(link);
}

TEST_F(RedisSentinel, PromotionOfARealGroupIsFollowed) {
    tests::redis_group group;
    connection link{context, *parse_address(group.url()), quick()};
    ASSERT_TRUE(ready(link)) << link.trouble();
    EXPECT_TRUE(set(link, "before"));
    ASSERT_EQ(group.first().command({"WAIT", "1", "5000"}), "1");
    group.promote();
    ASSERT_TRUE(until([&] { return link.links() >= 2 && link.up() && set(link, "after"); }))
        << link.trouble();
    EXPECT_EQ(group.second().command({"GET", "before"}), "v");
    EXPECT_EQ(group.second().command({"GET", "after"}), "v");
    close(link);
}

TEST_F(RedisSentinel, FrozenPrimaryIsLeftForTheOneThatIsPromoted) {
    tests::redis_group group;
    connection link{context, *parse_address(group.url()), quick()};
    ASSERT_TRUE(ready(link)) << link.trouble();
    group.first().freeze();
    ASSERT_TRUE(until([&] { return link.links() >= 2 && link.up(); })) << link.trouble();
    group.first().thaw();
    for (int each = 0; each < 20; ++each)
        EXPECT_TRUE(set(link, "after-" + std::to_string(each)));
    EXPECT_EQ(link.links(), 2U) << "the old one is back, and of no interest";
    EXPECT_EQ(group.second().command({"EXISTS", "after-19"}), "1");
    close(link);
}

}  // namespace
