#pragma once
// Where whatever blocks is done (files, child processes): a few threads of their own, so that a slow disk
// delays nobody's socket. A coroutine awaits the work and is resumed on its own executor.

#include "gateway/runtime/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace gateway {

// One piece of work somebody waits for. Shared by the waiting side, its cancellation slot and the working
// thread, because cancellation lets the first go while the last may still be busy; the lock makes exactly one
// of them complete it. After that the working thread touches neither the handler nor its executor: their
// io_context may be gone.
template <class T, class Handler>
class awaited_work : public std::enable_shared_from_this<awaited_work<T, Handler>> {
public:
    using executor = boost::asio::associated_executor_t<Handler>;

    explicit awaited_work(Handler handler) : waiting_{std::in_place, std::move(handler)} {}

    bool abandoned() {
        const std::lock_guard hold{lock_};
        return outcome_.has_value();
    }

    // The first outcome wins, and travels to the waiting side's executor.
    void settle(result<T> outcome) {
        const std::lock_guard hold{lock_};
        if (outcome_)
            return;
        outcome_.emplace(std::move(outcome));
        auto deliver = [self = this->shared_from_this()]() mutable { self->deliver(); };
        boost::asio::post(waiting_->guard.get_executor(), std::move(deliver));
    }

private:
    struct waiting_side {
        explicit waiting_side(Handler from)
            : handler{std::move(from)}, guard{boost::asio::make_work_guard(handler)} {}

        Handler handler;
        boost::asio::executor_work_guard<executor> guard;
    };

    void deliver() {
        std::optional<waiting_side> side;
        std::optional<result<T>> outcome;
        {
            const std::lock_guard hold{lock_};
            side.emplace(std::move(*waiting_));
            waiting_.reset();
            outcome.emplace(std::move(*outcome_));
        }
        if (auto slot = boost::asio::get_associated_cancellation_slot(side->handler); slot.is_connected())
            slot.clear();
        Handler handler{std::move(side->handler)};
        side.reset();
        std::move(handler)(std::move(*outcome));
    }

    std::mutex lock_;
    std::optional<waiting_side> waiting_;
    std::optional<result<T>> outcome_;
};

class blocking_threads {
public:
    // `lost` is what a caller gets in place of an outcome that it will not hear: see run().
    blocking_threads(unsigned count, boost::system::error_code lost) : pool_{count}, lost_{lost} {}
    blocking_threads(const blocking_threads&) = delete;
    blocking_threads& operator=(const blocking_threads&) = delete;

    // Finishes what was begun. Never runs on one of its own threads: work does not own the threads it runs
    // on.
    ~blocking_threads() { pool_.join(); }

    // Runs `work`, a callable that returns result<T> and owns all it touches, and resumes the caller on the
    // caller's executor. When the caller is cancelled it gets `lost` at once; work that has begun then still
    // ends by itself, work that has not begun is dropped. An exception in the work is `lost`, too.
    //
    // Emit the cancellation on the caller's own thread, as for any Asio operation. While somebody waits, the
    // caller's io_context must not be destroyed.
    template <class T, class Work>
    boost::asio::awaitable<result<T>> run(Work work) {
        auto start = [&pool = pool_, lost = lost_](auto handler, Work what) {
            using handler_type = decltype(handler);
            auto slot = boost::asio::get_associated_cancellation_slot(handler);
            const auto awaited = std::make_shared<awaited_work<T, handler_type>>(std::move(handler));
            if (slot.is_connected()) {
                slot.assign([lost, waiting = std::weak_ptr{awaited}](boost::asio::cancellation_type type) {
                    using boost::asio::cancellation_type;
                    // A "total" cancellation would promise that nothing has happened: too late for that.
                    const auto honoured = cancellation_type::terminal | cancellation_type::partial;
                    if ((type & honoured) == cancellation_type::none)
                        return;
                    if (const auto alive = waiting.lock())
                        alive->settle(lost);
                });
            }
            boost::asio::post(pool, [lost, awaited, what = std::move(what)]() mutable {
                if (awaited->abandoned())
                    return;
                awaited->settle(finished<T>(what, lost));
            });
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(result<T>)>(
            std::move(start), boost::asio::use_awaitable, std::move(work));
    }

    // Lets go of `last_owner` on one of the threads: its destructor blocks.
    template <class Owner>
    void release(Owner last_owner) {
        boost::asio::post(pool_, [owner = std::move(last_owner)]() mutable { Owner{std::move(owner)}; });
    }

private:
    // What the work owns is gone before anybody hears of its outcome.
    template <class T, class Work>
    static result<T> finished(Work& work, boost::system::error_code lost) noexcept {
        try {
            Work mine{std::move(work)};
            return mine();
        } catch (const std::exception&) {  // out of memory: the request fails, the process does not
            return lost;
        }
    }

    boost::asio::thread_pool pool_;
    boost::system::error_code lost_;
};

}  // namespace gateway
