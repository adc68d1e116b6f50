#include "gateway/http/connection_group.hpp"

#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>

namespace gateway::http {

namespace asio = boost::asio;

namespace {

// After the patience of a drain, how long the cancelled may take to unwind.
constexpr std::chrono::seconds unwinding{2};

// A tenth of the shortest wait, so that none ends much too late; never so often that an idle process notices.
std::chrono::milliseconds watch_interval(const server_settings& settings) {
    const auto shortest = std::min(
        {settings.idle_timeout, settings.request_timeout, settings.write_timeout, settings.linger_time});
    return std::clamp(shortest / 10, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

// Keeps a connection in the list of open ones while its coroutine lives, however that ends.
class listed {
public:
    listed(std::list<connection*>& open, connection& one)
        : open_{open}, place_{open.insert(open.end(), &one)} {}
    listed(const listed&) = delete;
    listed& operator=(const listed&) = delete;
    ~listed() { open_.erase(place_); }

private:
    std::list<connection*>& open_;
    std::list<connection*>::iterator place_;
};

}  // namespace

connection_group::connection_group(asio::io_context& context, handler& face, const server_settings& settings,
                                   gateway::metrics& counts, tls_settings tls)
    : context_{context},
      settings_{settings},
      tls_{std::move(tls)},
      shared_{face, settings_, counts},
      connections_{context, log_failure_as("connection_failed")},
      watchers_{context, log_failure_as("connection_failed")} {}

void connection_group::adopt(accepted_socket arrived, bool welcome) {
    asio::post(context_, [this, arrived = std::move(arrived), welcome]() mutable {
        begin(std::move(arrived), welcome);
    });
}

void connection_group::begin(accepted_socket arrived, bool welcome) {
    const bool tcp = arrived.family() != AF_UNIX;
    if (tcp) {
        const int on = 1;  // without it Nagle and delayed ACK add 40 ms to answers of two segments
        ::setsockopt(arrived.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    byte_stream::socket socket{context_};
    boost::system::error_code failure;
    socket.assign({arrived.family(), tcp ? IPPROTO_TCP : 0}, arrived.descriptor(), failure);
    if (failure)
        return log::error("connection_failed", {{"reason", failure.message()}});
    arrived.release();

    auto one = std::make_unique<connection>(std::move(socket), tls_.get(), arrived.peer(), arrived.origin(),
                                            shared_);
    connections_.spawn(serve(arrived.take_seat(), std::move(one), welcome));
    if (!watching_) {
        watching_ = true;
        watchers_.spawn(watch());
    }
}

// `taken` is freed with this frame, after the connection and its descriptor: parameters go last first.
asio::awaitable<void> connection_group::serve([[maybe_unused]] seat taken, std::unique_ptr<connection> one,
                                              bool welcome) {
    const listed here{open_, *one};
    try {
        if (welcome)
            co_await one->run();
        else
            co_await one->turn_away();
    } catch (const boost::system::system_error& failure) {
        if (failure.code() != asio::error::operation_aborted)  // the drain's last word
            throw;
    }
}

asio::awaitable<void> connection_group::watch() {
    const auto interval = watch_interval(settings_);
    asio::steady_timer tick{context_};
    do {
        tick.expires_after(interval);
        boost::system::error_code cancelled;
        co_await tick.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (cancelled)
            break;
        const auto now = connection::clock::now();
        for (connection* each : open_) {
            if (each->limit() <= now)
                each->expire();
            each->rest();
        }
    } while (connections_.size() > 0);
    watching_ = false;
}

asio::awaitable<bool> connection_group::drain(std::chrono::steady_clock::duration patience) {
    shared_.draining = true;
    for (connection* each : open_)
        each->drain();
    const bool all_ended = co_await connections_.join(patience);
    if (!all_ended) {
        connections_.cancel();
        co_await connections_.join(unwinding);
    }
    watchers_.cancel();
    co_await watchers_.join(unwinding);
    co_return all_ended;
}

}  // namespace gateway::http
