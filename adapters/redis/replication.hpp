#pragma once
// Whether Redis's replicas have what was written, asked over a link of its own: WAIT holds up whatever
// follows it on its connection, and replicas may be slow to answer, or gone.
//
// WAIT speaks of its own connection's writes, so each question begins with a small write: it comes later than
// whatever was answered before, and who has it has all of that. One question answers all who wait.

#include "adapters/redis/connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <string>

namespace adapters::redis {

// One per thread, used on that thread. Outlives its calls.
class replication {
public:
    // `wanted`: so many replicas, at least 1. `prefix` of all keys.
    replication(boost::asio::io_context& context, address where, connection_options options,
                std::string prefix, int wanted);

    // After a write on the `link`-th link of `over` was answered: success when enough replicas have it.
    // store_unavailable when they don't in half a second, or the write went to another server than is asked;
    // deadline_exceeded.
    boost::asio::awaitable<gateway::result<void>> confirm(const connection& over, std::uint64_t link,
                                                          gateway::deadline by);

    boost::asio::awaitable<bool> close(std::chrono::milliseconds patience) { return link_.close(patience); }

private:
    boost::asio::awaitable<void> ask();
    boost::asio::awaitable<bool> replicas_follow();

    connection link_;
    std::string prefix_;
    int wanted_;
    // Questions are numbered in the order in which they came.
    std::uint64_t asked_ = 0;
    std::uint64_t confirmed_ = 0;  // all up to this one
    std::uint64_t failed_ = 0;     // all up to this one that are not confirmed
    bool asking_ = false;
    boost::asio::steady_timer answered_;  // never expires; cancelled at each answer
};

}  // namespace adapters::redis
