#include "adapters/redis/stream.hpp"

#include "gateway/runtime/server_identity.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <vector>

namespace adapters::redis {

namespace asio = boost::asio;
using asio::ip::tcp;
using gateway::result;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr auto in_place = asio::as_tuple(asio::deferred);  // awaited right here: no coroutine of its own
using opened = result<std::unique_ptr<stream>>;

template <class Socket>
class plain_stream final : public stream {
public:
    explicit plain_stream(Socket socket) : socket_{std::move(socket)} {}

    asio::awaitable<result<std::size_t>> read_some(asio::mutable_buffer into) override {
        const auto [failure, bytes] = co_await socket_.async_read_some(into, in_place);
        if (failure)
            co_return failure;
        co_return bytes;
    }

    asio::awaitable<result<std::size_t>> write(asio::const_buffer bytes) override {
        const auto [failure, written] = co_await asio::async_write(socket_, bytes, in_place);
        if (failure)
            co_return failure;
        co_return written;
    }

    std::size_t write_now(asio::const_buffer bytes) noexcept override {
        if constexpr (requires { socket_.non_blocking(true); }) {
            boost::system::error_code failure;
            if (!socket_.non_blocking())
                socket_.non_blocking(true, failure);
            return failure ? 0 : socket_.write_some(bytes, failure);
        }
        return 0;
    }

    bool has_unread() const noexcept override {
        boost::system::error_code failure;
        return socket_.lowest_layer().available(failure) > 0 || failure;
    }

    void close() noexcept override {
        boost::system::error_code ignored;  // the peer may be gone
        socket_.lowest_layer().close(ignored);
    }

private:
    Socket socket_;
};

asio::awaitable<opened> open_local(std::string path) {
    asio::local::stream_protocol::socket socket{co_await asio::this_coro::executor};
    const asio::local::stream_protocol::endpoint place{path};
    const auto [failure] = co_await socket.async_connect(place, no_throw);
    if (failure)
        co_return failure;
    co_return std::make_unique<plain_stream<asio::local::stream_protocol::socket>>(std::move(socket));
}

asio::awaitable<result<std::vector<tcp::endpoint>>> places_of(std::string host, std::uint16_t port) {
    boost::system::error_code not_numeric;
    const auto numeric = asio::ip::make_address(host, not_numeric);
    if (!not_numeric)
        co_return std::vector<tcp::endpoint>(1, tcp::endpoint{numeric, port});
    tcp::resolver resolver{co_await asio::this_coro::executor};
    const std::string service = std::to_string(port);
    const auto [failure, found] = co_await resolver.async_resolve(host, service, no_throw);
    if (failure)
        co_return failure;
    std::vector<tcp::endpoint> places;
    for (const auto& each : found)
        places.push_back(each.endpoint());
    co_return places;
}

asio::awaitable<result<tcp::socket>> connect_tcp(std::vector<tcp::endpoint> places) {
    tcp::socket socket{co_await asio::this_coro::executor};
    const auto [failure, chosen] = co_await asio::async_connect(socket, places, no_throw);
    if (failure)
        co_return failure;
    boost::system::error_code unsupported;  // both only improve matters
    socket.set_option(tcp::no_delay{true}, unsupported);
    socket.set_option(asio::socket_base::keep_alive{true}, unsupported);
    co_return std::move(socket);
}

result<asio::ssl::context> tls_context(const address& where) {
    asio::ssl::context context{asio::ssl::context::tls_client};
    boost::system::error_code failure;
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failure);
    if (!failure)
        context.set_verify_mode(asio::ssl::verify_peer, failure);
    if (!failure && where.certificate_authority.empty())
        context.set_default_verify_paths(failure);
    else if (!failure)
        context.load_verify_file(where.certificate_authority, failure);
    if (failure)
        return failure;
    return context;
}

// OpenSSL counts its context's references, so the stream keeps what it needs of it.
asio::awaitable<opened> secure(tcp::socket socket, address where) {
    auto context = tls_context(where);
    if (!context)
        co_return context.error();
    asio::ssl::stream<tcp::socket> secured{std::move(socket), *context};
    if (!gateway::expect_server(secured.native_handle(), where.host))
        co_return boost::system::error_code{asio::error::invalid_argument};
    const auto [refused] = co_await secured.async_handshake(asio::ssl::stream_base::client, no_throw);
    if (refused)
        co_return gateway::handshake_failure(secured.native_handle(), refused);
    co_return std::make_unique<plain_stream<asio::ssl::stream<tcp::socket>>>(std::move(secured));
}

asio::awaitable<opened> open_unbounded(address where) {
    if (where.over == address::transport::unix_socket)
        co_return co_await open_local(where.path);
    auto places = co_await places_of(where.host, where.port);
    if (!places)
        co_return places.error();
    auto socket = co_await connect_tcp(std::move(*places));
    if (!socket)
        co_return socket.error();
    if (where.over == address::transport::tcp)
        co_return std::make_unique<plain_stream<tcp::socket>>(std::move(*socket));
    co_return co_await secure(std::move(*socket), where);
}

}  // namespace

asio::awaitable<opened> open_stream(address where, gateway::deadline by) {
    co_return co_await gateway::with_deadline(open_unbounded(std::move(where)), by);
}

}  // namespace adapters::redis
