#pragma once
// One socket, TCP or UNIX, plain or TLS, as the connection uses it. A class and not a template parameter: the
// connection is compiled once.

#include "gateway/runtime/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <memory>
#include <tuple>

namespace gateway::http {

// What is written at a time: a head and a body, of which either may be empty.
using two_buffers = std::array<boost::asio::const_buffer, 2>;

class byte_stream {
public:
    using socket = boost::asio::generic::stream_protocol::socket;

    // `tls`: null for plain. Needed only here: OpenSSL counts who refers to what it holds.
    byte_stream(socket plain, boost::asio::ssl::context* tls);
    byte_stream(const byte_stream&) = delete;  // nor moved: the TLS layer refers to the socket
    byte_stream& operator=(const byte_stream&) = delete;

    bool is_encrypted() const noexcept { return tls_ != nullptr; }

    // One operation at a time. Each ends with operation_aborted when cancel() is called; over TLS nothing
    // more can be relied on then.
    boost::asio::awaitable<boost::system::error_code> handshake();
    boost::asio::awaitable<std::tuple<boost::system::error_code, std::size_t>> read_some(
        boost::asio::mutable_buffer space);

    // Without TLS only: until bytes, or the end, have come; and what has come, without waiting (0: nothing).
    // Between the two no space is held, so that it costs nothing to wait.
    boost::asio::awaitable<std::tuple<boost::system::error_code>> wait_until_readable();
    result<std::size_t> read_now(boost::asio::mutable_buffer space);

    // Whatever the kernel takes at once, without a trip through the event loop; 0 when it takes nothing, and
    // always over TLS.
    result<std::size_t> write_now(const two_buffers& bytes);
    boost::asio::awaitable<boost::system::error_code> write(two_buffers bytes);

    // Says that no more will be written; over TLS with close_notify. Ends early when cancelled.
    boost::asio::awaitable<void> finish_writing();
    // Reads what the peer still sends, below TLS.
    boost::asio::awaitable<std::tuple<boost::system::error_code, std::size_t>> discard_some(
        boost::asio::mutable_buffer space);

    void cancel() noexcept;
    bool has_unread() noexcept;  // bytes in the kernel's buffer

private:
    socket socket_;
    std::unique_ptr<boost::asio::ssl::stream<socket&>> tls_;
};

}  // namespace gateway::http
