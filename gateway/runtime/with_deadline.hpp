#pragma once
// The only time-out combinator; Boost 1.81 has no asio::cancel_after.

#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway {

// Runs `work` until it completes or `by` passes; then cancels it, waits for it to stop, and reports
// asio::error::timed_out. `work` must report failure through result<T> and never throw: operator|| waits for
// the first *success*, so a throwing branch would sleep until the deadline and hide its own error. Everything
// `work` awaits must honour cancellation, or the time-out cannot end it.
template <class T>
boost::asio::awaitable<result<T>> with_deadline(boost::asio::awaitable<result<T>> work, deadline by) {
    using namespace boost::asio::experimental::awaitable_operators;

    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, by.at()};
    auto expired = timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    auto finished = co_await (std::move(work) || std::move(expired));
    if (finished.index() == 1)
        co_return boost::system::error_code{boost::asio::error::timed_out};
    co_return std::get<0>(std::move(finished));
}

}  // namespace gateway
