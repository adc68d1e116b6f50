#include "tests/bench/wire/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <stdexcept>
#include <system_error>

namespace bench::wire {

namespace {

int checked(int outcome, const char* what) {
    if (outcome < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return outcome;
}

sockaddr_in address_of(const endpoint& place) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(place.port);
    if (inet_pton(AF_INET, place.host.c_str(), &address.sin_addr) != 1)
        throw std::invalid_argument("not an IPv4 address: " + place.host);
    return address;
}

void set_flag(int socket, int level, int name) {
    const int on = 1;
    checked(setsockopt(socket, level, name, &on, sizeof on), "setsockopt");
}

}  // namespace

descriptor::~descriptor() {
    if (number_ >= 0)
        ::close(number_);
}

endpoint parse_endpoint(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    if (text.starts_with(scheme))
        text.remove_prefix(scheme.size());
    while (text.ends_with('/'))
        text.remove_suffix(1);
    const std::size_t colon = text.rfind(':');
    endpoint found;
    if (colon == text.npos)
        throw std::invalid_argument("not HOST:PORT: " + std::string{text});
    found.host = text.substr(0, colon);
    const auto [end, failure] =
        std::from_chars(text.data() + colon + 1, text.data() + text.size(), found.port);
    if (failure != std::errc{} || end != text.data() + text.size())
        throw std::invalid_argument("not HOST:PORT: " + std::string{text});
    return found;
}

descriptor listen_on(const endpoint& at) {
    descriptor listening{checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")};
    set_flag(listening.number(), SOL_SOCKET, SO_REUSEADDR);
    const sockaddr_in address = address_of(at);
    checked(::bind(listening.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    checked(::listen(listening.number(), SOMAXCONN), "listen");
    return listening;
}

std::uint16_t port_of(const descriptor& listening) {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    checked(::getsockname(listening.number(), reinterpret_cast<sockaddr*>(&bound), &length), "getsockname");
    return ntohs(bound.sin_port);
}

descriptor connect_to(const endpoint& peer, bool blocking) {
    descriptor made{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    const sockaddr_in address = address_of(peer);
    checked(::connect(made.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
    if (blocking)
        set_flag(made.number(), IPPROTO_TCP, TCP_NODELAY);
    else
        make_ready_for_epoll(made);
    return made;
}

void make_ready_for_epoll(const descriptor& accepted) {
    const int flags = checked(::fcntl(accepted.number(), F_GETFL), "fcntl");
    checked(::fcntl(accepted.number(), F_SETFL, flags | O_NONBLOCK), "fcntl");
    set_flag(accepted.number(), IPPROTO_TCP, TCP_NODELAY);
}

poller::poller() : epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")}, events_{} {}

void poller::add(int descriptor, std::uint32_t events, std::uint64_t tag) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.u64 = tag;
    checked(::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &wanted), "epoll_ctl");
}

void poller::change(int descriptor, std::uint32_t events, std::uint64_t tag) {
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.u64 = tag;
    checked(::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, descriptor, &wanted), "epoll_ctl");
}

std::span<const epoll_event> poller::wait(int milliseconds) {
    const int count = ::epoll_wait(epoll_.number(), events_, most_events, milliseconds);
    if (count < 0 && errno != EINTR)
        checked(count, "epoll_wait");
    return {events_, static_cast<std::size_t>(count < 0 ? 0 : count)};
}

std::int64_t now_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace bench::wire
