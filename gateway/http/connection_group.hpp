#pragma once
// All connections of one thread: owns them, watches their time limits, drains them.

#include "gateway/http/accepted_socket.hpp"
#include "gateway/http/connection.hpp"
#include "gateway/http/tls.hpp"
#include "gateway/runtime/task_group.hpp"

#include <boost/asio/io_context.hpp>

#include <list>
#include <memory>

namespace gateway::http {

// Except for adopt(), to be used on the context's own thread. `context`, `face` and `counts` must outlive
// it; it must outlive the coroutines of the context: drain, and let the context run dry, before
// destruction.
class connection_group {
public:
    connection_group(boost::asio::io_context& context, handler& face, const server_settings& settings,
                     gateway::metrics& counts, tls_settings tls = nullptr);
    connection_group(const connection_group&) = delete;
    connection_group& operator=(const connection_group&) = delete;

    // Takes a connection over from the listener. One that is not welcome is told 503. Any thread.
    void adopt(accepted_socket arrived, bool welcome);

    // For connections that arrive from now on; those that are open go on with theirs. Null where plain HTTP
    // is spoken.
    void use(tls_settings next) noexcept { tls_ = std::move(next); }

    std::size_t size() const noexcept { return open_.size(); }

    // To be called after the listener stopped. Idle connections end at once, busy ones after their answer,
    // which says `connection: close`. True when all ended within `patience`; else the rest is cancelled and
    // the answer is false.
    boost::asio::awaitable<bool> drain(std::chrono::steady_clock::duration patience);

private:
    void begin(accepted_socket arrived, bool welcome);
    boost::asio::awaitable<void> serve(seat taken, std::unique_ptr<connection> one, bool welcome);
    boost::asio::awaitable<void> watch();

    boost::asio::io_context& context_;
    const server_settings settings_;
    tls_settings tls_;
    serving shared_;
    std::list<connection*> open_;
    bool watching_ = false;
    task_group connections_;
    task_group watchers_;
};

}  // namespace gateway::http
