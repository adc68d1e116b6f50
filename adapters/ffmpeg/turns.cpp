#include "adapters/ffmpeg/turns.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace adapters::ffmpeg {

namespace asio = boost::asio;
using gateway::errc;
using gateway::result;

class turns::place {
public:
    place(turns& in, waiter_ptr who) : in_{in}, who_{std::move(who)} {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    // Who was called in the very moment it gave up passes its turn on.
    ~place() {
        if (leave())
            in_.give_back();
    }

    // Whether it was called; after that it has no place any more.
    bool leave() {
        const std::lock_guard hold{in_.lock_};
        if (!who_)
            return false;
        const bool called = who_->called;
        if (!called)
            in_.queue_.remove(who_);
        who_.reset();
        return called;
    }

private:
    turns& in_;
    waiter_ptr who_;
};

asio::awaitable<result<turns::turn>> turns::take(gateway::deadline by) {
    const auto executor = co_await asio::this_coro::executor;
    waiter_ptr mine;
    {
        const std::lock_guard hold{lock_};
        if (free_ > 0) {
            --free_;
            co_return turn{this};
        }
        mine = std::make_shared<waiter>(executor, by);
        queue_.push_back(mine);
    }
    place held{*this, mine};
    boost::system::error_code woken;  // by the call, or by the deadline
    co_await mine->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (held.leave())
        co_return turn{this};
    co_return make_error_code(errc::deadline_exceeded);
}

void turns::give_back() {
    const std::lock_guard hold{lock_};
    if (queue_.empty()) {
        ++free_;
        return;
    }
    const waiter_ptr next = std::move(queue_.front());
    queue_.pop_front();
    next->called = true;
    // While it is in the queue its executor lives; the timer is its own thread's business.
    asio::post(next->timer.get_executor(), [next] { next->timer.cancel(); });
}

std::size_t turns::waiting() {
    const std::lock_guard hold{lock_};
    return queue_.size();
}

}  // namespace adapters::ffmpeg
