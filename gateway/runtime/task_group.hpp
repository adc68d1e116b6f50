#pragma once
// Owns the coroutines of one io_context, so that shutdown can reach each of them and wait for all. Nothing in
// the gateway is spawned detached.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <list>

namespace gateway {

// All members are to be used on the context's own thread. The group must outlive its tasks: join before
// destruction.
class task_group {
public:
    using on_failure = std::function<void(std::exception_ptr)>;

    // `report` is told of each task that ended by an exception: a bug worth a log line.
    task_group(boost::asio::io_context& context, on_failure report)
        : context_{context}, report_{std::move(report)}, all_done_{context} {}

    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // `task` is an awaitable whose coroutine took its arguments by value.
    void spawn(boost::asio::awaitable<void> task) {
        const auto mine = signals_.emplace(signals_.end());
        boost::asio::co_spawn(
            context_, std::move(task),
            boost::asio::bind_cancellation_slot(mine->slot(), [this, mine](std::exception_ptr failure) {
                signals_.erase(mine);
                if (signals_.empty())
                    all_done_.cancel();
                if (failure)
                    report_(failure);
            }));
    }

    std::size_t size() const noexcept { return signals_.size(); }

    // Returns true once every task has ended, false when `patience` ran out first. One joiner at a time.
    boost::asio::awaitable<bool> join(std::chrono::steady_clock::duration patience) {
        if (signals_.empty())
            co_return true;
        all_done_.expires_after(patience);
        boost::system::error_code woken;
        co_await all_done_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        co_return signals_.empty();
    }

    // Asks every task to stop; each ends at its next suspension. Follow with join().
    void cancel() {
        for (auto at = signals_.begin(); at != signals_.end();)
            (at++)->emit(boost::asio::cancellation_type::terminal);
    }

private:
    boost::asio::io_context& context_;
    on_failure report_;
    boost::asio::steady_timer all_done_;
    std::list<boost::asio::cancellation_signal> signals_;
};

}  // namespace gateway
