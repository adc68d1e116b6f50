#include "listener.hpp"

#include "connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace simulator {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr int backlog = 4096;

}  // namespace

listener::listener(asio::io_context& context, const address& where, site& serves, asio::ssl::context* tls,
                   task_group& running)
    : acceptor_{context}, serves_{serves}, tls_{tls}, running_{running} {
    const tcp::endpoint place{asio::ip::make_address(where.host), where.port};
    try {
        acceptor_.open(place.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address{true});
        acceptor_.bind(place);
        acceptor_.listen(backlog);
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error{"cannot listen on " + where.host + ":" + std::to_string(where.port) + ": " +
                                 error.code().message()};
    }
}

std::string listener::url() const {
    const auto place = acceptor_.local_endpoint();
    const auto host = place.address().to_string();
    return std::string{tls_ ? "https://" : "http://"} + (place.address().is_v6() ? "[" + host + "]" : host) +
           ":" + std::to_string(place.port());
}

asio::awaitable<void> listener::run() {
    for (;;) {
        auto [ec, socket] = co_await acceptor_.async_accept(no_throw);
        if (ec == asio::error::operation_aborted)
            co_return;
        if (ec) {  // out of descriptors, most likely: let some connections end first
            asio::steady_timer timer{acceptor_.get_executor(), std::chrono::milliseconds{100}};
            co_await timer.async_wait(no_throw);
            continue;
        }
        socket.set_option(tcp::no_delay{true}, ec);  // without it answers are merely slower
        running_.spawn(serve_connection(std::move(socket), serves_, tls_));
    }
}

}  // namespace simulator
