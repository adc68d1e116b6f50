#pragma once
// Runs one coroutine to its end, on a context of its own.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

template <class T>
T run(boost::asio::awaitable<T> work) {
    boost::asio::io_context context{1};
    std::optional<T> answer;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr thrown, T value) {
        failure = thrown;
        answer.emplace(std::move(value));
    });
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    if (!answer)
        throw std::logic_error("the coroutine never ended");
    return std::move(*answer);
}
