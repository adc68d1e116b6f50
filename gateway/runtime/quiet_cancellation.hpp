#pragma once
// For calls that end with a result also when they are cancelled, where Asio would throw at the next
// suspension.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

namespace gateway {

// Whether the caller had exceptions thrown: to be put back, by this_coro::throw_if_cancelled, when the call
// ends.
inline boost::asio::awaitable<bool> stop_throwing_when_cancelled() {
    const bool before = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_return before;
}

}  // namespace gateway
