#pragma once
// Commands that were given to a link and are not answered yet: what is still to be written, and who waits for
// which reply. Replies come in the order of their commands, which is all that ties them together.

#include "adapters/redis/reply.hpp"
#include "gateway/domain/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <string>

namespace adapters::redis {

// Who waits for one reply. Shared by the waiting coroutine and the pipeline; whichever is left last lets go
// of it, so a waiter that gives up leaves its command in its place.
struct waiter {
    explicit waiter(boost::asio::io_context& context) : wake{context} {}
    boost::asio::steady_timer wake;  // cancelled when done
    bool done = false;
    gateway::result<reply> answer{gateway::errc::store_unavailable};
};

// Used on the context's own thread.
class pipeline {
public:
    explicit pipeline(boost::asio::io_context& context);

    std::shared_ptr<waiter> give(const command& what);

    // The reply to the oldest command without one. False: nobody asked for it.
    bool deliver(reply answer);

    // Nobody will be answered any more: all get store_unavailable.
    void fail();
    // Neither what waits to be written nor who waits is known any more.
    void clear();

    std::size_t unanswered() const noexcept { return waiting_.size(); }
    const std::string& unwritten() const noexcept { return unwritten_; }
    // So many bytes of it were written past take_unwritten().
    void written(std::size_t bytes);

    // Waits until there is something to write, or somebody calls wake_writer(); then moves it into `batch`.
    // Always lets one turn of the loop pass when nothing was there, so that what all ready coroutines ask for
    // travels together.
    boost::asio::awaitable<void> take_unwritten(std::string& batch);
    void wake_writer() { something_to_write_.cancel(); }

private:
    boost::asio::io_context& context_;
    std::string unwritten_;
    std::deque<std::shared_ptr<waiter>> waiting_;
    boost::asio::steady_timer something_to_write_;  // never expires
};

}  // namespace adapters::redis
