#pragma once
// Owns the coroutines of the program's one thread, so that the end of it reaches each of them.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <list>

namespace simulator {

class task_group {
public:
    explicit task_group(boost::asio::io_context& context) : context_{context} {}

    // The coroutine owns its arguments. After cancel() nothing new starts.
    void spawn(boost::asio::awaitable<void> task) {
        if (ending_)
            return;
        const auto mine = signals_.emplace(signals_.end());
        boost::asio::co_spawn(
            context_, std::move(task),
            boost::asio::bind_cancellation_slot(mine->slot(), [this, mine](std::exception_ptr failure) {
                signals_.erase(mine);
                if (failure && !ending_)
                    complain(failure);
            }));
    }

    void cancel() {
        ending_ = true;
        for (auto at = signals_.begin(); at != signals_.end();)
            (at++)->emit(boost::asio::cancellation_type::terminal);
    }

private:
    static void complain(std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            std::cerr << "producer-simulator: " << error.what() << std::endl;
        }
    }

    boost::asio::io_context& context_;
    std::list<boost::asio::cancellation_signal> signals_;
    bool ending_ = false;
};

}  // namespace simulator
