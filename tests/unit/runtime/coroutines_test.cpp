// The two tools every awaited operation leans on: the time-out, and the owner of spawned work.
#include "gateway/runtime/task_group.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <boost/asio/detached.hpp>

#include <gtest/gtest.h>

namespace gateway {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

asio::awaitable<result<int>> answer_after(std::chrono::milliseconds time, bool* stopped) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    const auto [failed] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failed) {
        *stopped = true;
        co_return boost::system::error_code{failed};
    }
    co_return 42;
}

asio::awaitable<void> into(result<int>* out, asio::awaitable<result<int>> work, deadline by) {
    *out = co_await with_deadline(std::move(work), by);
}

asio::awaitable<void> wait_for(std::chrono::milliseconds time, int* ended) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
    ++*ended;
}

asio::awaitable<void> throw_a_bug() {
    throw std::logic_error("a bug");
    co_return;
}

asio::awaitable<void> join_into(task_group& group, std::chrono::milliseconds patience, bool* all) {
    *all = co_await group.join(patience);
}

TEST(WithDeadline, GivesTheAnswerThatCameInTime) {
    asio::io_context context{1};
    result<int> out = 0;
    bool stopped = false;
    asio::co_spawn(context, into(&out, answer_after(1ms, &stopped), deadline::after(5s)), asio::detached);
    context.run();
    EXPECT_EQ(*out, 42);
}

TEST(WithDeadline, ReportsTheTimeOutAndStopsTheWork) {
    asio::io_context context{1};
    result<int> out = 0;
    bool stopped = false;
    const auto began = std::chrono::steady_clock::now();
    asio::co_spawn(context, into(&out, answer_after(60s, &stopped), deadline::after(10ms)), asio::detached);
    context.run();
    EXPECT_EQ(out.error(), asio::error::timed_out);
    EXPECT_TRUE(stopped);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST(Deadline, IsOnlyEverShortened) {
    const deadline soon = deadline::after(10ms);
    EXPECT_EQ(soon.tightened(1h).at(), soon.at());
    EXPECT_LT(deadline::never().tightened(1h).at(), deadline::never().at());
}

TEST(TaskGroup, JoinWaitsForEveryTask) {
    asio::io_context context{1};
    task_group group{context, [](std::exception_ptr) {}};
    int ended = 0;
    bool all = false;
    group.spawn(wait_for(5ms, &ended));
    group.spawn(wait_for(10ms, &ended));
    asio::co_spawn(context, join_into(group, 10s, &all), asio::detached);
    context.run();
    EXPECT_TRUE(all);
    EXPECT_EQ(ended, 2);
}

TEST(TaskGroup, JoinGivesUpWhenPatienceRunsOutAndCancelEndsTheRest) {
    asio::io_context context{1};
    int failures = 0;
    task_group group{context, [&](std::exception_ptr) { ++failures; }};
    int ended = 0;
    bool all = true;
    group.spawn(wait_for(1h, &ended));
    asio::co_spawn(context, join_into(group, 5ms, &all), [&](std::exception_ptr) { group.cancel(); });
    context.run();
    EXPECT_FALSE(all);
    EXPECT_EQ(ended, 0);
    EXPECT_EQ(group.size(), 0U);
    EXPECT_EQ(failures, 1) << "a cancelled wait ends by operation_aborted";
}

TEST(TaskGroup, ABugInATaskIsReportedNotSwallowed) {
    asio::io_context context{1};
    std::string what;
    task_group group{context, [&](std::exception_ptr failure) {
                         try {
                             std::rethrow_exception(failure);
                         } catch (const std::exception& bug) {
                             what = bug.what();
                         }
                     }};
    group.spawn(throw_a_bug());
    context.run();
    EXPECT_EQ(what, "a bug");
}

}  // namespace
}  // namespace gateway
