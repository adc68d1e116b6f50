#pragma once
// One connection of a client: reads requests, asks the site, and performs the answer, whatever it is.

#include "site.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

namespace simulator {

// Ends when the peer or the answer closes the connection. `where` and `tls` outlive it. `tls` null: plain
// HTTP.
boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket, site& where,
                                              boost::asio::ssl::context* tls);

}  // namespace simulator
