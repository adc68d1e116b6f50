#pragma once
// Something that happens once and that coroutines of the same thread wait for.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace simulator {

class latch {
public:
    explicit latch(boost::asio::any_io_executor executor)
        : timer_{executor, boost::asio::steady_timer::time_point::max()} {}

    void open() {
        open_ = true;
        timer_.cancel();
    }

    // Returns early, without the latch being open, only when the waiting coroutine is cancelled.
    boost::asio::awaitable<void> wait() {
        if (open_)
            co_return;
        co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }

private:
    boost::asio::steady_timer timer_;
    bool open_ = false;
};

}  // namespace simulator
