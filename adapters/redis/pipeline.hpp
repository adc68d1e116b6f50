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
#include <span>
#include <string>
#include <vector>

namespace adapters::redis {

// Who waits for the replies to commands that were given together. Shared by the waiting coroutine and the
// pipeline; whichever is left last lets go of it, so a waiter that gives up leaves its commands in their
// places.
struct waiter {
    waiter(boost::asio::io_context& context, std::size_t replies_to_come)
        : wake{context}, wanted{replies_to_come} {
        answers.reserve(wanted);
    }
    bool done() const noexcept { return failed || answers.size() == wanted; }

    boost::asio::steady_timer wake;  // cancelled when done
    const std::size_t wanted;
    bool failed = false;
    std::vector<reply> answers;
};

// Used on the context's own thread.
class pipeline {
public:
    explicit pipeline(boost::asio::io_context& context);

    // To be written when the writer is woken, or by whoever says written().
    std::shared_ptr<waiter> give(std::span<const command> together);

    // The reply to the oldest command without one. False: nobody asked for it.
    bool deliver(reply answer);

    // Nobody will be answered any more: all have failed.
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
