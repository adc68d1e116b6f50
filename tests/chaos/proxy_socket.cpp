#include "tests/chaos/proxy_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace chaos {

namespace asio = boost::asio;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void send_at_once(int descriptor) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error{errno, std::generic_category(), what};
}

asio::generic::stream_protocol::endpoint endpoint_of(const proxy_target& target) {
    if (!target.socket.empty())
        return asio::local::stream_protocol::endpoint{target.socket};
    return asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), target.port};
}

}  // namespace

owned_descriptor::~owned_descriptor() {
    if (number_ >= 0)
        ::close(number_);
}

int owned_descriptor::release() noexcept {
    return std::exchange(number_, -1);
}

owned_descriptor bound_socket(std::uint16_t port) {
    owned_descriptor made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const sockaddr_in address = loopback(port);
    const int on = 1;
    if (made.get() < 0 || ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("fault proxy: bind");
    return made;
}

std::uint16_t port_of(const owned_descriptor& bound) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(bound.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        fail("fault proxy: getsockname");
    return ntohs(address.sin_port);
}

asio::awaitable<std::optional<stream_socket>> next_connection(asio::ip::tcp::acceptor& listener) {
    for (;;) {
        const int taken = ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (taken >= 0) {
            send_at_once(taken);
            const asio::generic::stream_protocol protocol{AF_INET, IPPROTO_TCP};
            co_return stream_socket{listener.get_executor(), protocol, taken};
        }
        if (errno == ECONNABORTED || errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            co_return std::nullopt;
        const auto [ended] = co_await listener.async_wait(asio::ip::tcp::acceptor::wait_read, no_throw);
        if (ended)
            co_return std::nullopt;
    }
}

asio::awaitable<bool> connect(stream_socket& socket, proxy_target target) {
    const auto there = endpoint_of(target);
    const int family = there.protocol().family();
    owned_descriptor fresh{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (fresh.get() < 0)
        co_return false;
    if (family == AF_INET)
        send_at_once(fresh.get());
    socket.assign(there.protocol(), fresh.release());
    const auto [failed] = co_await socket.async_connect(there, no_throw);
    co_return !failed;
}

}  // namespace chaos
