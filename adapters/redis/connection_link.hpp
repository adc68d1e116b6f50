#pragma once
// What a connection and its coroutines share: whoever is under way keeps it alive. Used on the context's own
// thread.

#include "adapters/redis/connection.hpp"
#include "adapters/redis/pipeline.hpp"
#include "adapters/redis/sentinel.hpp"
#include "adapters/redis/stream.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <span>
#include <string>

namespace adapters::redis {

// Until somebody cancels the timer.
boost::asio::awaitable<gateway::result<void>> signalled(boost::asio::steady_timer& timer);

struct connection::link : std::enable_shared_from_this<link> {
    link(boost::asio::io_context& context, address place, connection_options settings)
        : where{std::move(place)},
          server{where},
          options{settings},
          group{where, settings.sentinel_patience},
          executor{context.get_executor()},
          commands{context},
          pause{context},
          changed{context, gateway::deadline::never().at()},
          stopped{context, gateway::deadline::never().at()} {}

    const address where;
    address server;  // the same, or the primary that the sentinels named last
    const connection_options options;
    sentinels group;
    const boost::asio::any_io_executor executor;

    std::unique_ptr<stream> bytes;  // while connected
    bool up = false;
    bool writing = false;       // in write_commands()
    std::size_t held_back = 0;  // commands given since something was last written
    bool first_attempt = true;  // still under way
    bool stopping = false;
    bool ended = false;  // the background coroutine
    std::uint64_t links = 0;
    gateway::deadline::clock::time_point heard_at;
    int unanswered = 0;                         // time-outs since the last reply
    std::string trouble = "not connected yet";  // of the last attempt, or why the link went down

    pipeline commands;
    boost::asio::steady_timer pause;  // between attempts
    boost::asio::steady_timer
        changed;  // never expires; cancelled after each attempt, and at the end for good
    boost::asio::steady_timer stopped;  // never expires; cancelled by stop()

    boost::asio::awaitable<void> run();
    boost::asio::awaitable<std::string> open();
    boost::asio::awaitable<void> use();
    boost::asio::awaitable<void> read_replies();
    const char* deliver_all(reply_reader& replies);
    boost::asio::awaitable<void> write_commands();
    boost::asio::awaitable<void> follow_primary();
    boost::asio::awaitable<void> end_overdue();
    std::string server_text() const;
    void set_up(bool now);
    void cut(std::string why);
    void drop(std::string why);
    void stop();
    void note_timeout(gateway::deadline::clock::duration waited);
    std::shared_ptr<waiter> give(std::span<const command> together);
    boost::asio::awaitable<void> first_attempt_over(gateway::deadline by);
    boost::system::error_code refusal(gateway::deadline by) const;
    boost::asio::awaitable<boost::system::error_code> answered(std::shared_ptr<waiter> mine,
                                                               gateway::deadline by);
};

}  // namespace adapters::redis
