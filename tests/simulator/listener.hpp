#pragma once
// Takes connections for one site.

#include "options.hpp"
#include "site.hpp"
#include "task_group.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <string>

namespace simulator {

class listener {
public:
    // Binds and listens. Throws when it cannot. `tls` null: plain HTTP. Everything outlives the listener.
    listener(boost::asio::io_context& context, const address& where, site& serves,
             boost::asio::ssl::context* tls, task_group& running);

    // "http://127.0.0.1:40123", with the port that it really has.
    std::string url() const;

    // Accepts until it is cancelled.
    boost::asio::awaitable<void> run();

private:
    boost::asio::ip::tcp::acceptor acceptor_;
    site& serves_;
    boost::asio::ssl::context* tls_;
    task_group& running_;
};

}  // namespace simulator
