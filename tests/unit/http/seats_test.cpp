#include "gateway/http/seats.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace gateway::http {
namespace {

sockaddr_storage address(const std::string& text) {
    sockaddr_storage made{};
    if (text.find(':') == std::string::npos) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(4711);
        EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &v4.sin_addr), 1) << text;
        std::memcpy(&made, &v4, sizeof v4);
        return made;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(4711);
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
    std::memcpy(&made, &v6, sizeof v6);
    return made;
}

sockaddr_storage unix_peer() {
    sockaddr_storage made{};
    made.ss_family = AF_UNIX;
    return made;
}

TEST(HttpSeats, OriginsAreAddressesOfVersion4AndHalvesOfVersion6) {
    EXPECT_EQ(origin_of(address("192.0.2.1")), origin_of(address("::ffff:192.0.2.1")));
    EXPECT_NE(origin_of(address("192.0.2.1")), origin_of(address("192.0.2.2")));
    EXPECT_NE(origin_of(address("::ffff:192.0.2.1")), origin_of(address("::ffff:192.0.2.2")));
    EXPECT_EQ(origin_of(address("2001:db8:1:2::1")), origin_of(address("2001:db8:1:2:ffff:ffff:ffff:ffff")));
    EXPECT_NE(origin_of(address("2001:db8:1:2::1")), origin_of(address("2001:db8:1:3::1")));
    EXPECT_NE(origin_of(address("0.0.0.0")), origin_of(address("::1"))) << "same bits, another family";
    EXPECT_EQ(origin_of(unix_peer()), std::nullopt);
}

TEST(HttpSeats, OverTheLimitOneIsTurnedAwayAndFarOverItThereIsNoSeat) {
    const auto all = std::make_shared<seats>(seat_limits{.served = 2, .turned_away = 1});
    auto first = all->take(unix_peer());
    auto second = all->take(unix_peer());
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(first->is_served());
    EXPECT_TRUE(second->is_served());
    {
        const auto third = all->take(unix_peer());
        ASSERT_TRUE(third);
        EXPECT_FALSE(third->is_served());
        EXPECT_FALSE(all->take(unix_peer()));
        EXPECT_EQ(all->open(), 3U);
    }
    first.reset();
    const auto again = all->take(unix_peer());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->is_served());
    EXPECT_EQ(all->open(), 2U);
}

TEST(HttpSeats, WhoIsTurnedAwayTakesNoRoomOfThoseServed) {
    const auto all = std::make_shared<seats>(seat_limits{.served = 2, .turned_away = 8, .per_address = 1});
    const auto mine = all->take(address("192.0.2.1"));
    std::vector<std::optional<seat>> more;
    for (int each = 0; each < 8; ++each) {
        more.push_back(all->take(address("192.0.2.1")));
        ASSERT_TRUE(more.back());
        EXPECT_FALSE(more.back()->is_served());
    }
    EXPECT_FALSE(all->take(address("192.0.2.1")));
    const auto others = all->take(address("192.0.2.2"));
    ASSERT_TRUE(others);
    EXPECT_TRUE(others->is_served());
}

TEST(HttpSeats, AnAddressHasRoomAgainOnceItsConnectionsHaveEnded) {
    const auto all = std::make_shared<seats>(seat_limits{.served = 9, .turned_away = 9, .per_address = 2});
    const auto one = all->take(address("2001:db8::1"));
    auto two = all->take(address("2001:db8::2"));
    EXPECT_FALSE(all->take(address("2001:db8::3"))->is_served());
    two.reset();
    const auto three = all->take(address("2001:db8::3"));
    EXPECT_TRUE(three->is_served());
    EXPECT_FALSE(all->take(address("2001:db8::4"))->is_served());
}

TEST(HttpSeats, UnixSocketsHaveNoAddress) {
    const auto all = std::make_shared<seats>(seat_limits{.served = 3, .turned_away = 9, .per_address = 1});
    const auto one = all->take(unix_peer());
    const auto two = all->take(unix_peer());
    EXPECT_TRUE(two->is_served());
}

// The one thread that takes, and others that give back: never more than the limit, and nothing is left
// behind.
TEST(HttpSeats, CountsExactlyWhileOtherThreadsGiveBack) {
    const auto all = std::make_shared<seats>(seat_limits{.served = 64, .turned_away = 0, .per_address = 4});
    std::vector<std::vector<seat>> hands(3);
    std::vector<std::mutex> guards(hands.size());
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (std::size_t each = 0; each < hands.size(); ++each)
        threads.emplace_back([&, each] {
            while (!done) {
                const std::lock_guard held{guards[each]};
                hands[each].clear();
            }
        });
    for (int turn = 0; turn < 50'000; ++turn) {
        auto taken = all->take(address("192.0.2." + std::to_string(turn % 7)));
        if (!taken)
            continue;
        const auto to = static_cast<std::size_t>(turn) % hands.size();
        const std::lock_guard held{guards[to]};
        hands[to].push_back(std::move(*taken));
    }
    done = true;
    for (std::thread& each : threads)
        each.join();
    hands.clear();
    EXPECT_EQ(all->open(), 0U);
    std::vector<std::optional<seat>> fresh;
    for (int each = 0; each < 7 * 4; ++each) {
        fresh.push_back(all->take(address("192.0.2." + std::to_string(each % 7))));
        ASSERT_TRUE(fresh.back()) << each;
    }
    EXPECT_FALSE(all->take(address("192.0.2.0")));
}

}  // namespace
}  // namespace gateway::http
