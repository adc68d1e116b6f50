#include "gateway/http/listener.hpp"

#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gateway::http {

namespace asio = boost::asio;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// When the process or the system is out of descriptors, trying at once again would only burn the processor.
constexpr std::chrono::milliseconds back_off{100};

// Connections taken in one go, so that a flood of them cannot keep the thread from its other work.
constexpr int accepted_at_once = 64;

}  // namespace

listener::listener(asio::io_context& context, const std::string& address, const server_settings& settings,
                   std::vector<connection_group*> groups)
    : groups_{std::move(groups)},
      seats_{std::make_shared<seats>(
          seat_limits{settings.connections, settings.turned_away, settings.connections_per_address})},
      bound_{bind_address(context, address)},
      pause_{context},
      tasks_{context, log_failure_as("listener_failed")} {}

listener::~listener() {
    close();
}

void listener::start() {
    tasks_.spawn(accept_all());
}

asio::awaitable<void> listener::stop() {
    accept_waiting();
    close();
    tasks_.cancel();
    co_await tasks_.join(std::chrono::seconds{5});
}

void listener::close() {
    if (!bound_.acceptor.is_open())
        return;
    boost::system::error_code ignored;
    bound_.acceptor.close(ignored);
    if (!bound_.unix_path.empty())
        ::unlink(bound_.unix_path.c_str());
}

asio::awaitable<void> listener::accept_all() {
    while (bound_.acceptor.is_open()) {
        const auto [failure] = co_await bound_.acceptor.async_wait(asio::socket_base::wait_read, no_throw);
        if (failure == asio::error::operation_aborted)
            co_return;
        if (!failure && accept_waiting() != taken::out_of_descriptors)
            continue;
        pause_.expires_after(back_off);
        co_await pause_.async_wait(no_throw);
    }
}

listener::taken listener::accept_waiting() {
    for (int count = 0; count < accepted_at_once; ++count) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const int descriptor = ::accept4(bound_.acceptor.native_handle(), reinterpret_cast<sockaddr*>(&from),
                                         &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            exhausted_ = false;
            hand_over(descriptor, from);
            continue;
        }
        switch (errno) {
            case EAGAIN: return taken::all;
            case EINTR:
            case ECONNABORTED:  // the client left while it waited
            case EPROTO: continue;
            case EMFILE:
            case ENFILE:
            case ENOBUFS:
            case ENOMEM:
                if (!exhausted_)
                    log::warning("accept_paused",
                                 {{"address", bound_.shown}, {"reason", std::strerror(errno)}});
                exhausted_ = true;
                return taken::out_of_descriptors;
            default:
                // Errors of the one connection (accept(2) lists network ones); the next may be fine.
                log::warning("accept_failed", {{"address", bound_.shown}, {"reason", std::strerror(errno)}});
                return taken::out_of_descriptors;
        }
    }
    return taken::some;
}

void listener::hand_over(int descriptor, const sockaddr_storage& from) {
    auto taken = seats_->take(from);
    const bool welcome = taken && taken->is_served();
    ++(welcome ? accepted_ : turned_away_);
    if (!taken) {
        ::close(descriptor);  // without a word: even to refuse politely costs memory
        return;
    }
    const int family = bound_.unix_path.empty() ? from.ss_family : AF_UNIX;
    groups_[next_]->adopt({descriptor, family, from, std::move(*taken)}, welcome);
    next_ = (next_ + 1) % groups_.size();
}

}  // namespace gateway::http
