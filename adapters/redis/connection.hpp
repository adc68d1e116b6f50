#pragma once
// One link to a Redis server, shared by every coroutine of its thread: commands are pipelined, replies come
// back in order.
//
// A background coroutine, started by the constructor, keeps the link up: it asks the sentinels for the
// primary when the address is behind some, connects, says who we are, reads and writes, and after a failure
// tries again with growing pauses, which shrink again only after a link that lasted. A server that turns out
// to be a replica, or that the sentinels no longer name, is left at once. Commands wait for the very first
// attempt; afterwards, while the link is down, they fail at once: nobody queues up behind a dead server. All
// members are to be used on the context's own thread.

#include "adapters/redis/address.hpp"
#include "adapters/redis/reply.hpp"
#include "gateway/domain/error.hpp"
#include "gateway/runtime/backoff.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace adapters::redis {

struct connection_options {
    std::chrono::milliseconds connect_timeout{2'000};  // name, connect, TLS, AUTH and SELECT together
    std::chrono::milliseconds command_timeout{5'000};  // of a command whose deadline is later
    int timeouts_before_drop = 3;                      // unanswered in a row, then the link is given up
    std::chrono::milliseconds patience{250};  // a command given less than this proves nothing by timing out
    std::size_t most_pending = 10'000;        // commands without a reply; more are refused
    std::size_t most_outgoing_bytes = std::size_t{64} << 20;  // not yet taken by the socket
    std::size_t most_reply_bytes = std::size_t{64}
                                   << 20;  // of one reply; a list of 100 of the largest jobs takes 30 MB
    gateway::backoff retry{std::chrono::milliseconds{100}, std::chrono::milliseconds{1'000}};
    std::chrono::milliseconds sentinel_patience{500};  // with each sentinel
    std::chrono::milliseconds look_every{500};         // asking the sentinels while the link is up
    std::function<void(bool)> when_up_or_down = {};    // told each time; must not throw
    // Of a link that has subscribed to something: the payload of each message. Must not throw.
    std::function<void(const reply&)> when_message = {};
};

class connection {
public:
    connection(boost::asio::io_context& context, address where, connection_options options = {});
    // Drops the link; commands under way fail. Their coroutines, and the background one, end on their own
    // when the context next runs: they own what they touch.
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    // The server's reply, which may be an error reply.
    //   store_unavailable  the link is down, went down before the reply came (the command may have been
    //   carried out), the server
    //                      kept silent for command_timeout, or too much is pending already
    // A READONLY error is handed over too, and the link given up: the server is a replica by now.
    //   deadline_exceeded  `by` passed first; the command keeps its place in the pipeline and its late reply
    //   is dropped
    // Honours cancellation, with the same effect as a deadline.
    boost::asio::awaitable<gateway::result<reply>> send(command what, gateway::deadline by);

    // The same for several at a time, in one piece: their replies, in order.
    boost::asio::awaitable<gateway::result<std::vector<reply>>> send_together(std::vector<command> all,
                                                                              gateway::deadline by);

    // For a command whose reply nobody cares for: lost when the link is down.
    void tell(command what);

    // Success once the link is up; deadline_exceeded when it isn't by then, store_unavailable after close().
    boost::asio::awaitable<gateway::result<void>> ready(gateway::deadline by);
    // The same for a later link than the `seen`-th, which links() counts: somebody else may be at its end.
    boost::asio::awaitable<gateway::result<void>> ready_again(std::uint64_t seen, gateway::deadline by);

    bool up() const noexcept;
    // Why the link is down, for a log line; holds no secret.
    std::string trouble() const;
    // How often the link came up.
    std::uint64_t links() const noexcept;
    // When the server was last heard of: whatever it sent before that has been seen.
    std::chrono::steady_clock::time_point heard_at() const noexcept;
    // Whether all that has arrived was seen; a system call.
    bool has_seen_all() const noexcept;
    // Who is at the other end, as text: behind sentinels the primary that they named last.
    std::string server() const;
    // As the constructor was told.
    const address& where() const noexcept;

    // Drops the link for good and waits for the background coroutine to end. False when `patience` ran out
    // first (a name lookup can't be interrupted).
    boost::asio::awaitable<bool> close(std::chrono::milliseconds patience);

private:
    struct link;
    std::shared_ptr<link> link_;
};

}  // namespace adapters::redis
