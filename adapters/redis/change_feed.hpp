#pragma once
// Redis's word on which of the keys that were read here have changed (CLIENT TRACKING). It comes over a link
// of its own, since on one link the protocol that we speak, RESP2, has no place for what nobody asked for.
//
// Nothing runs in the background: whoever reads keeps the feed going. A server that does not track (before
// 6.0, or that forbids it) is asked again now and then; meanwhile no read is covered.

#include "adapters/redis/connection.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace adapters::redis {

// CLIENT CACHING YES and the GET that it speaks of; both have replies. To be sent in one piece.
std::vector<command> tracked_get(std::string_view key);

// One per thread, used on that thread. Outlives its calls.
class change_feed {
public:
    using clock = std::chrono::steady_clock;

    // Nothing changed longer ago than this without having been told of, while is_current(): should the link
    // die silently, or Redis hang, what is known goes stale by no more than this.
    static constexpr std::chrono::milliseconds believed_for{1'000};

    // Told of each key that may have changed; of none: anything may have. Must not throw.
    using listener = std::function<void(std::optional<std::string_view> key)>;

    // `reads` is the link whose reads are to be tracked, and outlives this; `where` and `options` are its
    // own.
    change_feed(boost::asio::io_context& context, connection& reads, address where,
                connection_options options, std::string prefix, listener tell);

    // Sets up what is missing, at most once at a time: nothing is awaited when all is well, somebody else is
    // at it, or it failed lately.
    boost::asio::awaitable<void> prepare(gateway::deadline by);

    // Changes of what tracked_get() reads on the present link of `reads` will be told of.
    bool covers_reads() const noexcept;
    // What was covered, and has not been told of, is as it was read. Asks the server for a sign of life when
    // the last one is some time ago, without waiting for it.
    bool is_current(clock::time_point now);

    boost::asio::awaitable<bool> close(std::chrono::milliseconds patience);

private:
    boost::asio::awaitable<std::string> set_up(gateway::deadline by);
    boost::asio::awaitable<std::string> subscribe(gateway::deadline by);
    boost::asio::awaitable<std::string> prove(gateway::deadline by);
    void hear(const reply& changed_keys);
    void open();

    boost::asio::io_context& context_;
    connection& reads_;
    const address where_;
    connection_options options_;
    const std::string proof_key_;
    const listener tell_;
    std::optional<connection> feed_;  // from the first read on
    std::int64_t feed_id_ = 0;        // the server's name for the feed's link

    // Which links the feed was set up for; 0: none.
    std::uint64_t subscribed_link_ = 0;
    std::uint64_t covered_feed_ = 0;
    std::uint64_t covered_reads_ = 0;
    bool preparing_ = false;
    bool proven_ = false;  // the key of the proof was told of
    std::string trouble_;  // of the last attempt, logged once
    clock::time_point retry_at_;
    clock::time_point asked_at_;    // for a sign of life
    clock::time_point glanced_at_;  // at the feed, and nothing was left to see
};

}  // namespace adapters::redis
