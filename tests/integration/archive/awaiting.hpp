#pragma once
// Runs one coroutine to its end on a context of its own, as the gateway's threads do.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>

namespace tests {

template <class T>
T await(boost::asio::io_context& context, boost::asio::awaitable<T> what) {
    std::optional<T> value;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(what), [&](std::exception_ptr threw, T got) {
        failure = threw;
        if (!threw)
            value.emplace(std::move(got));
    });
    context.restart();
    context.run_for(std::chrono::seconds{30});
    if (failure)
        std::rethrow_exception(failure);
    if (!value)
        throw std::runtime_error{"the coroutine did not end"};
    return std::move(*value);
}

}  // namespace tests
