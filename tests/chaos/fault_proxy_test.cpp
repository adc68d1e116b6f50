#include "tests/chaos/fault_proxy.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace chaos;
using steady = std::chrono::steady_clock;

constexpr milliseconds patience{10'000};
constexpr milliseconds long_enough_to_notice{150};

class descriptor {
public:
    explicit descriptor(int number) : number_{number} {}
    descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    int get() const { return number_; }

private:
    int number_;
};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Sends back whatever it reads, and ends when its peer does. For as long as it lives.
class echo_server {
public:
    echo_server() : listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        target.port = ntohs(address.sin_port);
        serve();
    }
    explicit echo_server(const std::string& path) : listener_{::socket(AF_UNIX, SOCK_STREAM, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
        target.socket = path;
        serve();
    }
    ~echo_server() { ::shutdown(listener_.get(), SHUT_RDWR); }

    proxy_target target;
    std::atomic<std::size_t> received = 0;
    std::atomic<int> accepted = 0;

private:
    void serve() {
        ::listen(listener_.get(), 16);
        thread_ = std::jthread{[this] {
            for (;;) {
                const int taken = ::accept(listener_.get(), nullptr, nullptr);
                if (taken < 0)
                    return;
                ++accepted;
                echoes_.emplace_back([this, taken] { echo(descriptor{taken}); });
            }
        }};
    }
    void echo(const descriptor& peer) {
        char buffer[4096];
        for (;;) {
            const auto got = ::recv(peer.get(), buffer, sizeof buffer, 0);
            if (got <= 0)
                return;
            received += static_cast<std::size_t>(got);
            ::send(peer.get(), buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL);
        }
    }

    descriptor listener_;
    std::list<std::jthread> echoes_;
    std::jthread thread_;
};

class client {
public:
    explicit client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        const sockaddr_in address = loopback(port);
        connected =
            ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    bool connected = false;

    void send(const std::string& bytes) const {
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    void finish() const { ::shutdown(socket_.get(), SHUT_WR); }

    // Up to so many bytes; fewer when the connection ends, or nothing more comes in time.
    std::string read(std::size_t most, milliseconds within = patience) {
        std::string bytes;
        const auto until = steady::now() + within;
        while (bytes.size() < most && readable_until(until)) {
            char buffer[4096];
            const auto got = ::recv(socket_.get(), buffer, std::min(sizeof buffer, most - bytes.size()), 0);
            if (got <= 0) {
                ended = got == 0 ? ending::fin : ending::reset;
                break;
            }
            bytes.append(buffer, static_cast<std::size_t>(got));
            ++pieces;
        }
        return bytes;
    }
    bool silent() { return read(1, long_enough_to_notice).empty() && !ended; }

    std::optional<ending> ended;
    int pieces = 0;

private:
    bool readable_until(steady::time_point until) const {
        const auto left = std::chrono::duration_cast<milliseconds>(until - steady::now()).count();
        pollfd watched{socket_.get(), POLLIN, 0};
        return left > 0 && ::poll(&watched, 1, static_cast<int>(left)) > 0;
    }

    descriptor socket_;
};

class FaultProxy : public testing::Test {
protected:
    FaultProxy() { proxy.forward_to(server.target); }

    static faults cut(way direction, ending how, std::uint64_t bytes) {
        faults now;
        cut_plan plan;
        plan.direction = direction;
        plan.how = how;
        plan.least_bytes = plan.most_bytes = bytes;
        now.cuts.push_back(plan);
        return now;
    }

    static constexpr std::uint64_t seed = 7;
    echo_server server;
    fault_proxy proxy{seed};
};

const std::string greeting = "hello, is anybody there?";

TEST_F(FaultProxy, ForwardsBothWaysUntilTheClientEnds) {
    client one{proxy.port()};
    one.send(greeting);
    EXPECT_EQ(one.read(greeting.size()), greeting);
    one.finish();
    EXPECT_EQ(one.read(1), "");
    EXPECT_EQ(one.ended, ending::fin);
    EXPECT_EQ(proxy.counts().bytes_to_target, greeting.size());
    EXPECT_EQ(proxy.counts().bytes_to_client, greeting.size());
    EXPECT_EQ(proxy.counts().connections, 1U);
}

TEST_F(FaultProxy, CarriesMoreThanOneBuffer) {
    std::string much(300'000, 'x');
    for (std::size_t i = 0; i < much.size(); ++i)
        much[i] = static_cast<char>('a' + i % 26);
    client one{proxy.port()};
    const std::jthread sender{[&] { one.send(much); }};
    EXPECT_EQ(one.read(much.size()), much);
}

TEST_F(FaultProxy, ReachesAUnixSocket) {
    std::string folder = (std::filesystem::temp_directory_path() / "mg-proxy-XXXXXX").string();
    ASSERT_TRUE(::mkdtemp(folder.data()));
    {
        const echo_server local{folder + "/socket"};
        proxy.forward_to(local.target);
        client one{proxy.port()};
        one.send(greeting);
        EXPECT_EQ(one.read(greeting.size()), greeting);
    }
    std::filesystem::remove_all(folder);
}

TEST_F(FaultProxy, ResetsWhoComesWhenNobodyListensAtTheTarget) {
    proxy.forward_to({1});
    client one{proxy.port()};
    EXPECT_EQ(one.read(1), "");
    EXPECT_EQ(one.ended, ending::reset);
    EXPECT_EQ(proxy.counts().unreachable, 1U);
}

TEST_F(FaultProxy, CutsAnAnswerAfterAnyNumberOfBytes) {
    for (std::uint64_t bytes = 0; bytes < greeting.size(); ++bytes) {
        proxy.set(cut(way::to_client, ending::fin, bytes));
        client one{proxy.port()};
        one.send(greeting);
        EXPECT_EQ(one.read(greeting.size()), greeting.substr(0, bytes));
        EXPECT_EQ(one.ended, ending::fin);
    }
    EXPECT_EQ(proxy.counts().cuts, greeting.size());
}

TEST_F(FaultProxy, CutsARequestAfterAnyNumberOfBytes) {
    proxy.set(cut(way::to_target, ending::reset, 5));
    client one{proxy.port()};
    one.send(greeting);
    EXPECT_LE(one.read(greeting.size()).size(), 5U);
    EXPECT_EQ(one.ended, ending::reset);
    EXPECT_EQ(proxy.counts().bytes_to_target, 5U);
    EXPECT_LE(server.received, 5U);
}

TEST_F(FaultProxy, CountsTheBytesOfAnOpenConnectionFromTheMomentThePlanCame) {
    client one{proxy.port()};
    one.send(greeting);
    ASSERT_EQ(one.read(greeting.size()), greeting);
    proxy.set(cut(way::to_client, ending::fin, 3));
    one.send(greeting);
    EXPECT_EQ(one.read(greeting.size()), greeting.substr(0, 3));
}

TEST_F(FaultProxy, DrawsTheSameNumbersFromTheSameSeed) {
    const auto lengths = [&](std::uint64_t of_seed) {
        fault_proxy another{of_seed};
        another.forward_to(server.target);
        faults now = cut(way::to_client, ending::fin, 0);
        now.cuts.front().most_bytes = greeting.size() - 1;
        another.set(now);
        std::vector<std::size_t> drawn;
        for (int i = 0; i < 8; ++i) {
            client one{another.port()};
            one.send(greeting);
            drawn.push_back(one.read(greeting.size()).size());
        }
        return drawn;
    };
    const auto first = lengths(11);
    EXPECT_EQ(first, lengths(11));
    EXPECT_NE(first, lengths(12));
    EXPECT_NE(first, std::vector(first.size(), first.front())) << "always the same is not random";
}

TEST_F(FaultProxy, SparesConnectionsByTheirShare) {
    faults now = cut(way::to_client, ending::fin, 1);
    now.cuts.front().share = 0;
    proxy.set(now);
    client one{proxy.port()};
    one.send(greeting);
    EXPECT_EQ(one.read(greeting.size()), greeting);
}

TEST_F(FaultProxy, SlicesIntoSmallWritesAndLosesNothing) {
    faults now;
    now.slice = 3;
    now.bytes_per_second = 500;
    proxy.set(now);
    client one{proxy.port()};
    one.send(greeting);
    EXPECT_EQ(one.read(greeting.size()), greeting);
    EXPECT_GT(one.pieces, 1);
}

TEST_F(FaultProxy, DelaysEachPiece) {
    faults now;
    now.latency = milliseconds{60};
    now.jitter = milliseconds{20};
    proxy.set(now);
    client one{proxy.port()};
    const auto begun = steady::now();
    one.send(greeting);
    EXPECT_EQ(one.read(greeting.size()), greeting);
    EXPECT_GE(steady::now() - begun, milliseconds{120}) << "there and back";
}

TEST_F(FaultProxy, KeepsItsBandwidth) {
    faults now;
    now.bytes_per_second = 20'000;
    now.slice = 500;
    proxy.set(now);
    client one{proxy.port()};
    const auto begun = steady::now();
    one.send(std::string(4'000, 'x'));
    EXPECT_EQ(one.read(4'000).size(), 4'000U);
    EXPECT_GE(steady::now() - begun, milliseconds{150}) << "eight slices, 25 ms apart";
}

TEST_F(FaultProxy, HalfOpenIsSilentInOneDirectionUntilItIsLifted) {
    faults now;
    now.silent = way::to_client;
    proxy.set(now);
    client one{proxy.port()};
    one.send(greeting);
    EXPECT_TRUE(one.silent());
    EXPECT_EQ(server.received, greeting.size()) << "the other direction works";
    proxy.heal();
    EXPECT_EQ(one.read(greeting.size()), greeting);
}

TEST_F(FaultProxy, ABlackHoleTakesConnectionsAndSaysNothing) {
    faults now;
    now.black_hole = true;
    proxy.set(now);
    client one{proxy.port()};
    EXPECT_TRUE(one.connected);
    one.send(greeting);
    EXPECT_TRUE(one.silent());
    EXPECT_EQ(server.accepted, 0);
    proxy.heal();
    EXPECT_EQ(one.read(greeting.size()), greeting);
}

TEST_F(FaultProxy, RefusesNewConnectionsAndSparesOpenOnes) {
    client before{proxy.port()};
    before.send(greeting);
    ASSERT_EQ(before.read(greeting.size()), greeting);
    faults now;
    now.refuse = true;
    proxy.set(now);
    EXPECT_FALSE(client{proxy.port()}.connected);
    before.send(greeting);
    EXPECT_EQ(before.read(greeting.size()), greeting);
    proxy.heal();
    EXPECT_TRUE(client{proxy.port()}.connected) << "on the same port";
}

TEST_F(FaultProxy, CutsAllAtOnce) {
    client one{proxy.port()};
    client two{proxy.port()};
    for (client* each : {&one, &two}) {
        each->send(greeting);
        ASSERT_EQ(each->read(greeting.size()), greeting);
    }
    proxy.cut_all(ending::reset);
    for (client* each : {&one, &two}) {
        EXPECT_EQ(each->read(1), "");
        EXPECT_EQ(each->ended, ending::reset);
    }
    EXPECT_EQ(proxy.counts().cuts, 2U);
}

TEST_F(FaultProxy, EndsWithConnectionsInEveryState) {
    faults hole;
    hole.black_hole = true;
    fault_proxy another{seed};
    another.forward_to(server.target);
    client open{another.port()};
    open.send(greeting);
    ASSERT_EQ(open.read(greeting.size()), greeting);
    another.set(hole);
    const client waiting{another.port()};
    open.send(greeting);
    EXPECT_TRUE(open.silent());
}

}  // namespace
