#include "tests/bench/upstream/server.hpp"

#include "tests/bench/wire/message.hpp"

#include <sys/socket.h>
#include <algorithm>
#include <cerrno>

namespace bench::upstream {

namespace {

constexpr std::uint64_t listener_tag = 0;
constexpr std::size_t piece = 16 * 1024;
constexpr int stop_check_ms = 200;  // a signal may be taken by another thread

}  // namespace

server::server(const wire::endpoint& at, answer to_request)
    : listening_{wire::listen_on(at)}, answer_{std::move(to_request)} {
    poller_.add(listening_.number(), EPOLLIN, listener_tag);
}

void server::run(const std::atomic<bool>& stopped) {
    while (!stopped) {
        for (const epoll_event& event : poller_.wait(stop_check_ms)) {
            if (event.data.u64 == listener_tag) {
                accept_all();
                continue;
            }
            const auto found = connections_.find(static_cast<int>(event.data.u64));
            if (found != connections_.end() && !serve(*found->second))
                connections_.erase(found);
        }
    }
}

void server::accept_all() {
    for (;;) {
        wire::descriptor accepted{::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!accepted)
            return;
        wire::make_ready_for_epoll(accepted);
        const int number = accepted.number();
        poller_.add(number, EPOLLIN | EPOLLRDHUP, static_cast<std::uint64_t>(number));
        auto peer = std::make_unique<connection>();
        peer->socket = std::move(accepted);
        connections_[number] = std::move(peer);
    }
}

bool server::serve(connection& peer) {
    if (!peer.out.empty())
        return flush(peer);
    if (!read_all(peer))
        return false;
    answer_all(peer);
    return flush(peer);
}

// A short read means that all has been read: the next call would only say so.
bool server::read_all(connection& peer) {
    for (;;) {
        const std::size_t had = peer.in.size();
        peer.in.resize(had + piece);
        const ssize_t got = ::recv(peer.socket.number(), peer.in.data() + had, piece, 0);
        peer.in.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        if (got < static_cast<ssize_t>(piece))
            return true;
    }
}

void server::answer_all(connection& peer) {
    std::string_view rest{peer.in};
    while (const auto found = wire::find_message(rest)) {
        if (rest.size() < found->size())
            break;
        answer_(found->head, rest.substr(found->head.size(), found->body), peer.out);
        rest.remove_prefix(found->size());
    }
    peer.in.erase(0, peer.in.size() - rest.size());
}

bool server::flush(connection& peer) {
    if (peer.out.empty())
        return true;
    const ssize_t sent = ::send(peer.socket.number(), peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return false;
    const bool was_all = sent == static_cast<ssize_t>(peer.out.size());
    peer.out.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    // Level-triggered: as long as something is left, writing is what we wait for, and afterwards reading
    // again.
    if (was_all == peer.waits_to_write) {
        peer.waits_to_write = !was_all;
        const int number = peer.socket.number();
        poller_.change(number, (was_all ? EPOLLIN : EPOLLOUT) | EPOLLRDHUP,
                       static_cast<std::uint64_t>(number));
    }
    return true;
}

}  // namespace bench::upstream
