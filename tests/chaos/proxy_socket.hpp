#pragma once
// The sockets of the fault proxy. Asio's own would be inherited by every program that a test starts, and a
// cut connection would live on in there: these close on exec.

#include "tests/chaos/fault_proxy.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>

namespace chaos {

using stream_socket = boost::asio::generic::stream_protocol::socket;

// A descriptor that closes itself.
class owned_descriptor {
public:
    explicit owned_descriptor(int number = -1) noexcept : number_{number} {}
    owned_descriptor(owned_descriptor&& other) noexcept : number_{other.release()} {}
    owned_descriptor& operator=(owned_descriptor&&) = delete;
    ~owned_descriptor();

    int get() const noexcept { return number_; }
    int release() noexcept;

private:
    int number_;
};

// Bound to this port of the loopback, or to a free one for 0, and not listening: so the port is nobody
// else's, and connections to it are refused. Throws std::system_error.
owned_descriptor bound_socket(std::uint16_t port);
std::uint16_t port_of(const owned_descriptor& bound);

// The next connection; nothing when the listener was closed.
boost::asio::awaitable<std::optional<stream_socket>> next_connection(
    boost::asio::ip::tcp::acceptor& listener);

// False when nobody listens there.
boost::asio::awaitable<bool> connect(stream_socket& socket, proxy_target target);

}  // namespace chaos
