#pragma once
// Commands that were given to a link and are not answered yet: what is still to be written, and who waits for
// which reply. Replies come in the order of their commands, which is all that ties them together.

#include "adapters/redis/reply.hpp"
#include "adapters/redis/waiter.hpp"
#include "gateway/domain/error.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace adapters::redis {

// Used on the context's own thread.
class pipeline {
public:
    explicit pipeline(boost::asio::io_context& context);
    ~pipeline();
    pipeline(const pipeline&) = delete;
    pipeline& operator=(const pipeline&) = delete;

    // To be written when the writer is woken, or by whoever says written().
    std::shared_ptr<waiter> give(std::span<const command> together);
    // Waits until all of `mine` is answered or has failed, `by` has passed, or somebody cancels; `mine` says
    // which. Time-outs are noticed while somebody runs end_overdue().
    boost::asio::awaitable<void> ended(std::shared_ptr<waiter> mine, gateway::deadline by);

    // The reply to the oldest command without one. False: nobody asked for it.
    bool deliver(reply answer);
    // Lets those go on whose last reply was delivered, here and now: whatever they do next happens inside of
    // this call.
    void resume_answered();

    // Nobody will be answered any more: all have failed, and go on in a later turn of the loop.
    void fail();
    // Neither what waits to be written nor who waits is known any more.
    void clear();

    std::size_t unanswered() const noexcept { return waiting_.size(); }
    const std::string& unwritten() const noexcept { return unwritten_; }
    // So many bytes of it were written past take_unwritten().
    void written(std::size_t bytes);

    // Waits until there is something to write, or somebody wakes the writer; then moves it into `batch`.
    // Always lets one turn of the loop pass when nothing was there, so that what all ready coroutines ask for
    // travels together.
    boost::asio::awaitable<void> take_unwritten(std::string& batch);
    void wake_writer() { something_to_write_.cancel(); }

    // Waits until somebody's deadline has passed, and ends their waiting; or until an earlier deadline or
    // wake_all() comes up. One timer for all of them: a command that is answered in time, as nearly all are,
    // never touches it.
    boost::asio::awaitable<void> end_overdue();

    // Ends take_unwritten() and end_overdue().
    void wake_all();

private:
    friend class pipelines;
    std::vector<std::unique_ptr<resumption>> abandon();

    boost::asio::io_context& context_;
    std::string unwritten_;
    std::deque<std::shared_ptr<waiter>> waiting_;
    std::vector<std::shared_ptr<waiter>> answered_;  // and not yet resumed
    boost::asio::steady_timer something_to_write_;   // never expires
    boost::asio::steady_timer overdue_;              // at the earliest deadline that was waited for
};

}  // namespace adapters::redis
