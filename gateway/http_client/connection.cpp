#include "gateway/http_client/connection.hpp"

#include "gateway/runtime/server_identity.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <cerrno>

#include <sys/socket.h>

namespace gateway::http_client {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr auto in_place = asio::as_tuple(asio::deferred);  // awaited right here: no coroutine of its own

}  // namespace

connection::connection(const asio::any_io_executor& executor, tls_context* tls, std::string host)
    : host_{std::move(host)}, tls_settings_{tls} {
    if (tls_settings_ != nullptr)
        tls_.emplace(executor, tls_settings_->context());
    else
        plain_.emplace(executor);
}

connection::~connection() {
    // OpenSSL takes a session for broken when its stream dies without a goodbye, and would not resume it.
    if (tls_)
        SSL_set_shutdown(tls_->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

asio::awaitable<std::optional<connection::open_failure>> connection::open(asio::ip::tcp::endpoint peer,
                                                                          gateway::deadline by) {
    lowest().expires_at(by.at());
    auto [failed] = co_await lowest().async_connect(peer, in_place);
    if (failed)
        co_return open_failure{failed, "connect: " + failed.message()};
    error_code ignored;  // slower, but right, without it
    lowest().socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    if (!tls_)
        co_return std::nullopt;
    auto shaking = shake_hands();
    co_return co_await std::move(shaking);
}

asio::awaitable<std::optional<connection::open_failure>> connection::shake_hands() {
    if (!tls_settings_->prepare(tls_->native_handle(), host_))
        co_return open_failure{error_code{asio::error::no_memory}, "TLS: set-up failed"};
    auto [failed] = co_await tls_->async_handshake(asio::ssl::stream_base::client, in_place);
    if (!failed)
        co_return std::nullopt;
    const error_code why = handshake_failure(tls_->native_handle(), failed);
    co_return open_failure{failed, "TLS: " + why.message()};
}

bool connection::usable() noexcept {
    if (buffer_.size() != 0)
        return false;
    if (tls_ && (SSL_get_shutdown(tls_->native_handle()) & SSL_RECEIVED_SHUTDOWN) != 0)
        return false;
    char unexpected = 0;
    const auto seen = ::recv(lowest().socket().native_handle(), &unexpected, 1, MSG_PEEK | MSG_DONTWAIT);
    // 0: closed. More: a goodbye, or something we did not ask for. Both end the connection.
    return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<error_code> connection::write(const std::string& bytes, gateway::deadline by) {
    lowest().expires_at(by.at());
    if (tls_) {
        auto [failed, sent] = co_await asio::async_write(*tls_, asio::buffer(bytes), in_place);
        co_return failed;
    }
    const std::size_t at_once = send_now(bytes);
    if (at_once == bytes.size())
        co_return error_code{};
    auto [failed, sent] = co_await asio::async_write(*plain_, asio::buffer(bytes) + at_once, in_place);
    co_return failed;
}

// What the kernel takes at once, which is a whole request nearly always: that saves a timer and a trip
// through the event loop. Nothing after a failure, which the next attempt then has to tell.
std::size_t connection::send_now(const std::string& bytes) noexcept {
    const auto sent =
        ::send(plain_->socket().native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0)
        return 0;
    sent_at_once_ += static_cast<std::uint64_t>(sent);
    return static_cast<std::size_t>(sent);
}

template <class Parser>
asio::awaitable<error_code> connection::read_into(Parser& into, gateway::deadline by) {
    lowest().expires_at(by.at());
    if (tls_) {
        auto [failed, count] = co_await http::async_read(*tls_, buffer_, into, in_place);
        co_return failed;
    }
    auto [failed, count] = co_await http::async_read(*plain_, buffer_, into, in_place);
    co_return failed;
}

asio::awaitable<error_code> connection::read(message_parser& into, gateway::deadline by) {
    return read_into(into, by);
}

asio::awaitable<error_code> connection::read_header(stream_parser& into, gateway::deadline by) {
    lowest().expires_at(by.at());
    if (tls_) {
        auto [failed, count] = co_await http::async_read_header(*tls_, buffer_, into, in_place);
        co_return failed;
    }
    auto [failed, count] = co_await http::async_read_header(*plain_, buffer_, into, in_place);
    co_return failed;
}

asio::awaitable<error_code> connection::read_body(stream_parser& into, gateway::deadline by) {
    return read_into(into, by);
}

std::uint64_t connection::bytes_written() const noexcept {
    return lowest().rate_policy().count() + sent_at_once_;
}

bool connection::tls_resumed() const noexcept {
    // OpenSSL's getter takes a plain pointer but changes nothing.
    return tls_ && SSL_session_reused(const_cast<tls_stream&>(*tls_).native_handle()) == 1;
}

}  // namespace gateway::http_client
