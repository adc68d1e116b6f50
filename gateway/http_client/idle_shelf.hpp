#pragma once
// Which idle connection to take, and which to throw away: the whole pool policy, without a socket in sight.

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace gateway::http_client {

// Last in, first out: the connection used last is the likeliest to be alive, and the others can grow old and
// go.
template <class Connection>
class idle_shelf {
public:
    using clock = std::chrono::steady_clock;

    idle_shelf(std::size_t most, clock::duration longest) : most_{most}, longest_{longest} {}

    // Over the limit, the one that idles longest makes room.
    void put(Connection connection, clock::time_point now) {
        expire(now);
        if (most_ == 0)
            return;
        if (shelf_.size() >= most_)
            shelf_.pop_front();
        shelf_.emplace_back(std::move(connection), now);
    }

    // The newest, provided it has idled no longer than `patience`. Older ones stay for more patient takers.
    std::optional<Connection> take(clock::time_point now, clock::duration patience) {
        expire(now);
        if (shelf_.empty() || now - shelf_.back().second > patience)
            return std::nullopt;
        std::optional<Connection> taken{std::move(shelf_.back().first)};
        shelf_.pop_back();
        return taken;
    }

    void expire(clock::time_point now) {
        while (!shelf_.empty() && now - shelf_.front().second > longest_)
            shelf_.pop_front();
    }

    std::size_t size() const noexcept { return shelf_.size(); }

private:
    std::size_t most_;
    clock::duration longest_;
    std::deque<std::pair<Connection, clock::time_point>> shelf_;  // longest idle first
};

}  // namespace gateway::http_client
