#pragma once
// Whose turn it is: only so many orders are worked on at a time, the others wait in the order they came, each
// on its own executor.

#include "gateway/domain/error.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace adapters::ffmpeg {

// For callers on any number of threads. Outlives its turns, and those who wait.
class turns {
public:
    explicit turns(unsigned at_once) : free_{at_once} {}
    turns(const turns&) = delete;
    turns& operator=(const turns&) = delete;

    // Given back when destroyed, on any thread.
    class turn {
    public:
        turn() = default;  // none
        explicit turn(turns* from) noexcept : from_{from} {}
        turn(turn&& other) noexcept : from_{std::exchange(other.from_, nullptr)} {}
        turn& operator=(turn&& other) noexcept {
            std::swap(from_, other.from_);
            return *this;
        }
        ~turn() {
            if (from_ != nullptr)
                from_->give_back();
        }

    private:
        turns* from_ = nullptr;
    };

    // deadline_exceeded. A cancelled caller loses its place.
    boost::asio::awaitable<gateway::result<turn>> take(gateway::deadline by);

    std::size_t waiting();

private:
    struct waiter {
        waiter(const boost::asio::any_io_executor& on, gateway::deadline by) : timer{on, by.at()} {}
        boost::asio::steady_timer timer;
        bool called = false;  // guarded by lock_
    };
    using waiter_ptr = std::shared_ptr<waiter>;
    class place;  // in the queue, for as long as somebody waits there

    void give_back();

    std::mutex lock_;
    unsigned free_;
    std::list<waiter_ptr> queue_;
};

}  // namespace adapters::ffmpeg
