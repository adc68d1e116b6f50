#pragma once
// Runs one awaitable on an io_context to its result, from a plain test body. A test that would hang fails
// instead.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>

namespace tests {

inline constexpr std::chrono::seconds longest_wait{30};

// Drives the context until the awaitable is done; throws when `patience` runs out first. Other work of the
// context runs along.
template <class T>
T await(boost::asio::io_context& context, boost::asio::awaitable<T> work,
        std::chrono::steady_clock::duration patience = longest_wait) {
    struct outcome {
        bool done = false;
        std::exception_ptr failure;
        std::optional<T> value;
    };
    // Shared: after giving up, the coroutine may still end while the context lives.
    const auto result = std::make_shared<outcome>();
    boost::asio::co_spawn(context, std::move(work), [result](std::exception_ptr failure, T value) {
        result->done = true;
        result->failure = failure;
        if (!failure)
            result->value.emplace(std::move(value));
    });
    context.restart();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!result->done && std::chrono::steady_clock::now() < until)
        context.run_one_until(until);
    if (!result->done)
        throw std::runtime_error{"the awaitable did not finish in time"};
    if (result->failure)
        std::rethrow_exception(result->failure);
    return std::move(*result->value);
}

// Drives the context until `condition` holds; false when `patience` ran out first.
template <class Condition>
bool run_until(boost::asio::io_context& context, Condition condition,
               std::chrono::steady_clock::duration patience = longest_wait) {
    const auto until = std::chrono::steady_clock::now() + patience;
    context.restart();
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= until)
            return false;
        if (context.stopped())
            context.restart();
        context.run_one_for(std::chrono::milliseconds{5});
    }
    return true;
}

}  // namespace tests
