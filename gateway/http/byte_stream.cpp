#include "gateway/http/byte_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace gateway::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr auto in_place = asio::as_tuple(asio::deferred);  // awaited right here: no coroutine of its own

}  // namespace

byte_stream::byte_stream(socket plain, asio::ssl::context* tls) : socket_{std::move(plain)} {
    error_code ignored;
    socket_.non_blocking(true, ignored);  // for read_now and write_now
    if (tls)
        tls_ = std::make_unique<asio::ssl::stream<socket&>>(socket_, *tls);
}

asio::awaitable<error_code> byte_stream::handshake() {
    if (!tls_)
        co_return error_code{};
    const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::server, in_place);
    co_return failure;
}

asio::awaitable<std::tuple<error_code, std::size_t>> byte_stream::read_some(asio::mutable_buffer space) {
    if (tls_)
        return tls_->async_read_some(space, no_throw);
    return socket_.async_read_some(space, no_throw);
}

asio::awaitable<std::tuple<error_code>> byte_stream::wait_until_readable() {
    return socket_.async_wait(asio::socket_base::wait_read, no_throw);
}

result<std::size_t> byte_stream::read_now(asio::mutable_buffer space) {
    error_code failure;
    const std::size_t bytes = socket_.read_some(space, failure);
    if (failure && failure != asio::error::would_block && failure != asio::error::try_again)
        return failure;
    return bytes;
}

result<std::size_t> byte_stream::write_now(const two_buffers& bytes) {
    if (tls_)
        return std::size_t{0};
    error_code failure;
    const std::size_t written = socket_.write_some(bytes, failure);
    if (failure && failure != asio::error::would_block && failure != asio::error::try_again)
        return failure;
    return written;
}

asio::awaitable<error_code> byte_stream::write(two_buffers bytes) {
    if (tls_) {
        const auto [failure, written] = co_await asio::async_write(*tls_, bytes, in_place);
        co_return failure;
    }
    const auto [failure, written] = co_await asio::async_write(socket_, bytes, in_place);
    co_return failure;
}

asio::awaitable<void> byte_stream::finish_writing() {
    if (tls_)
        co_await tls_->async_shutdown(in_place);
    error_code ignored;  // the peer may be gone already
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

asio::awaitable<std::tuple<error_code, std::size_t>> byte_stream::discard_some(asio::mutable_buffer space) {
    return socket_.async_read_some(space, no_throw);
}

void byte_stream::cancel() noexcept {
    error_code ignored;
    socket_.cancel(ignored);
}

bool byte_stream::has_unread() noexcept {
    error_code failure;
    return socket_.available(failure) > 0 && !failure;
}

}  // namespace gateway::http
