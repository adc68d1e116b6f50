// What a cancelled caller may rely on: it goes on at once, and the work ends without it.

#include "gateway/runtime/blocking_threads.hpp"
#include "gateway/runtime/with_deadline.hpp"
#include "tests/support/await.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using gateway::blocking_threads;
using gateway::result;
using namespace std::chrono_literals;

const auto lost = make_error_code(boost::system::errc::io_error);

// Work that stays busy until the test lets it go.
struct gate {
    std::promise<void> entered;
    std::promise<void> opened;
    std::shared_future<void> open{opened.get_future()};

    result<int> pass() {
        entered.set_value();
        open.wait();
        return 7;
    }
};

asio::awaitable<result<int>> pass(blocking_threads& threads, std::shared_ptr<gate> through) {
    auto work = [through = std::move(through)] { return through->pass(); };
    auto passed = co_await threads.run<int>(std::move(work));
    co_return passed;
}

TEST(BlockingThreads, ResumeTheCallerOnItsOwnThread) {
    blocking_threads threads{2, lost};
    asio::io_context context{1};
    const auto where =
        [](blocking_threads& on) -> asio::awaitable<std::pair<std::thread::id, std::thread::id>> {
        auto work = []() -> result<std::thread::id> { return std::this_thread::get_id(); };
        const auto worked = co_await on.run<std::thread::id>(std::move(work));
        co_return std::pair{worked.value(), std::this_thread::get_id()};
    };
    const auto [worked, resumed] = tests::await(context, where(threads));
    EXPECT_NE(worked, std::this_thread::get_id());
    EXPECT_EQ(resumed, std::this_thread::get_id());
}

TEST(BlockingThreads, AnExceptionInTheWorkIsTheOutcomeLost) {
    blocking_threads threads{1, lost};
    asio::io_context context{1};
    const auto throwing = [](blocking_threads& on) -> asio::awaitable<result<int>> {
        auto work = []() -> result<int> { throw std::bad_alloc{}; };
        auto worked = co_await on.run<int>(std::move(work));
        co_return worked;
    };
    EXPECT_EQ(tests::await(context, throwing(threads)).error(), lost);
}

TEST(BlockingThreads, ADeadlineEndsTheWaitWhileTheWorkIsStuck) {
    const auto stuck = std::make_shared<gate>();
    blocking_threads threads{1, lost};
    {
        asio::io_context context{1};
        const auto began = std::chrono::steady_clock::now();
        auto work = gateway::with_deadline(pass(threads, stuck), gateway::deadline::after(50ms));
        const auto passed = tests::await(context, std::move(work));
        EXPECT_EQ(passed.error(), asio::error::timed_out);
        EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    }  // the caller's context is gone before the work ends
    stuck->opened.set_value();
}

TEST(BlockingThreads, ACancelledCallerGoesOnBeforeItsContextIsGone) {
    const auto stuck = std::make_shared<gate>();
    blocking_threads threads{1, lost};
    bool ended = false;
    {
        asio::io_context context{1};
        asio::cancellation_signal stop;
        asio::co_spawn(context, pass(threads, stuck),
                       asio::bind_cancellation_slot(stop.slot(),
                                                    [&](std::exception_ptr, result<int>) { ended = true; }));
        context.run_for(10ms);
        stuck->entered.get_future().wait();
        EXPECT_FALSE(ended);
        stop.emit(asio::cancellation_type::terminal);
        context.restart();
        context.run_for(30s);
        EXPECT_TRUE(ended);
    }
    stuck->opened.set_value();
}

TEST(BlockingThreads, WorkNotBegunIsDroppedWhenItsCallerIsCancelled) {
    const auto stuck = std::make_shared<gate>();
    const auto dropped = std::make_shared<std::atomic<bool>>(false);
    asio::io_context context{1};
    asio::cancellation_signal stop;
    {
        blocking_threads threads{1, lost};
        auto first = pass(threads, stuck);
        asio::co_spawn(context, std::move(first), [](std::exception_ptr, result<int>) {});
        const auto second = [](blocking_threads& on,
                               std::shared_ptr<std::atomic<bool>> ran) -> asio::awaitable<void> {
            auto work = [ran]() -> result<int> {
                *ran = true;
                return 0;
            };
            co_await on.run<int>(std::move(work));
        };
        asio::co_spawn(context, second(threads, dropped),
                       asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
        context.poll();
        stop.emit(asio::cancellation_type::terminal);
        context.poll();
        stuck->opened.set_value();
        context.run_for(30s);
    }
    EXPECT_FALSE(*dropped);
}

TEST(BlockingThreads, CancellationAndCompletionMayMeetAtAnyMoment) {
    blocking_threads threads{2, lost};
    std::vector<std::thread> callers;
    std::atomic<int> ended = 0;
    constexpr int rounds = 500;
    for (int caller = 0; caller < 3; ++caller) {
        callers.emplace_back([&threads, &ended] {
            for (int round = 0; round < rounds; ++round) {
                asio::io_context context{1};
                asio::cancellation_signal stop;
                const auto quick = [](blocking_threads& on) -> asio::awaitable<void> {
                    auto work = []() -> result<std::string> { return std::string(100, 'x'); };
                    const auto text = co_await on.run<std::string>(std::move(work));
                    (void)text;
                };
                asio::co_spawn(
                    context, quick(threads),
                    asio::bind_cancellation_slot(stop.slot(), [&ended](std::exception_ptr) { ++ended; }));
                context.poll();
                for (int spin = 0; spin < round % 50; ++spin)
                    std::this_thread::yield();
                stop.emit(asio::cancellation_type::terminal);
                context.restart();
                context.run();
            }
        });
    }
    for (auto& caller : callers)
        caller.join();
    EXPECT_EQ(ended, 3 * rounds);
}

}  // namespace
