#pragma once
// One HTTP/1.1 connection to one host, with or without TLS. Counts the bytes that reached the kernel, since
// "not one byte was sent" is what makes a paid call safe to repeat.

#include "gateway/http_client/tls.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace gateway::http_client {

// A Beast rate policy without a limit, which counts what was written.
class written_bytes {
public:
    std::uint64_t count() const noexcept { return count_; }

private:
    friend class boost::beast::rate_policy_access;
    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

    std::size_t available_read_bytes() const noexcept { return all; }
    std::size_t available_write_bytes() const noexcept { return all; }
    void transfer_read_bytes(std::size_t) const noexcept {}
    void transfer_write_bytes(std::size_t bytes) noexcept { count_ += bytes; }
    void on_timer() const noexcept {}

    std::uint64_t count_ = 0;
};

class connection {
public:
    using message_parser = boost::beast::http::response_parser<boost::beast::http::string_body>;
    using stream_parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;

    // Why a connection could not be opened; nothing of a request was sent.
    struct open_failure {
        boost::system::error_code error;
        std::string reason;
    };

    // Without `tls`: plain TCP. `host` is the name the certificate must be for. `tls` must outlive the
    // connection.
    connection(const boost::asio::any_io_executor& executor, tls_context* tls, std::string host);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    // Connects and shakes hands. Nothing when it worked. After a failure the connection is of no more use.
    boost::asio::awaitable<std::optional<open_failure>> open(boost::asio::ip::tcp::endpoint peer,
                                                             gateway::deadline by);

    // Whether the peer has neither closed nor said anything while idle. A look into the socket, no waiting.
    bool usable() noexcept;

    // Each of these fails with beast::error::timeout at the deadline, which closes the socket. `bytes` must
    // outlive the call.
    boost::asio::awaitable<boost::system::error_code> write(const std::string& bytes, gateway::deadline by);
    boost::asio::awaitable<boost::system::error_code> read(message_parser& into, gateway::deadline by);
    boost::asio::awaitable<boost::system::error_code> read_header(stream_parser& into, gateway::deadline by);
    // Until the parser's buffer is full (http::error::need_buffer) or the body ends.
    boost::asio::awaitable<boost::system::error_code> read_body(stream_parser& into, gateway::deadline by);

    std::uint64_t bytes_written() const noexcept;  // on the wire, the TLS handshake included
    bool has_unread_bytes() const noexcept { return buffer_.size() != 0; }
    bool tls_resumed() const noexcept;

private:
    using wire =
        boost::beast::basic_stream<boost::asio::ip::tcp, boost::asio::any_io_executor, written_bytes>;
    using tls_stream = boost::asio::ssl::stream<wire>;

    wire& lowest() noexcept { return tls_ ? tls_->next_layer() : *plain_; }
    const wire& lowest() const noexcept { return tls_ ? tls_->next_layer() : *plain_; }
    boost::asio::awaitable<std::optional<open_failure>> shake_hands();
    std::size_t send_now(const std::string& bytes) noexcept;
    template <class Parser>
    boost::asio::awaitable<boost::system::error_code> read_into(Parser& into, gateway::deadline by);

    std::string host_;
    tls_context* tls_settings_;
    std::optional<wire> plain_;
    std::optional<tls_stream> tls_;
    std::uint64_t sent_at_once_ = 0;  // without the stream's knowledge
    boost::beast::flat_buffer buffer_;
};

}  // namespace gateway::http_client
