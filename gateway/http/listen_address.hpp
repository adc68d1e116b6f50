#pragma once
// Where to listen, as a user writes it: "127.0.0.1:8080", "[::1]:8080", "localhost:0",
// "unix:/run/gateway.sock".

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

namespace gateway::http {

using any_acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

struct bound_address {
    any_acceptor acceptor;
    std::string shown;      // the effective one: port 0 has become a number
    std::string unix_path;  // to be removed at the end; empty for TCP
};

// Binds and listens. A socket file that nobody answers on is replaced. Blocks while a host name is resolved:
// for start-up. Throws std::runtime_error with a sentence for the operator, `address` in it.
bound_address bind_address(boost::asio::io_context& context, const std::string& address);

}  // namespace gateway::http
