#pragma once
// The bytes to and from a Redis server, whichever way they travel: TCP, TLS, or a UNIX socket.

#include "adapters/redis/address.hpp"
#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <memory>

namespace adapters::redis {

// One read and one write may be under way at a time. Operations honour cancellation and fail with the
// transport's error.
class stream {
public:
    virtual ~stream() = default;
    virtual boost::asio::awaitable<gateway::result<std::size_t>> read_some(
        boost::asio::mutable_buffer into) = 0;
    virtual boost::asio::awaitable<gateway::result<std::size_t>> write(boost::asio::const_buffer bytes) = 0;
    // Writes what fits without waiting, while no other write is under way. 0 when nothing does, and always
    // over TLS; a failure shows in the next read or write.
    virtual std::size_t write_now(boost::asio::const_buffer bytes) noexcept = 0;
    // Whether something has arrived that no read has taken yet.
    virtual bool has_unread() const noexcept = 0;
    // At once and without a goodbye; operations under way fail.
    virtual void close() noexcept = 0;
};

// Connects, over TLS with the certificate verified for the host, within `by`. A name is looked up on Asio's
// resolver thread, which can't be hurried: only a connection's own background coroutine may wait here, never
// a command.
boost::asio::awaitable<gateway::result<std::unique_ptr<stream>>> open_stream(address where,
                                                                             gateway::deadline by);

}  // namespace adapters::redis
