// Only so many orders are worked on at a time; the others wait in line and may leave it.

#include "tests/integration/ffmpeg/workshop_fixture.hpp"

#include "tests/support/eventually.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <thread>

namespace {

using namespace tests;
using namespace std::chrono_literals;
using adapters::ffmpeg::turns;
namespace asio = boost::asio;

class Queue : public workshop_test {
protected:
    // How many folders are in use: one for each order that has its turn.
    std::size_t at_work() const {
        std::error_code none;
        std::size_t count = 0;
        for (std::filesystem::directory_iterator each{folder.path() / "scratch", none}, end;
             !none && each != end; each.increment(none))
            ++count;
        return count;
    }
    gateway::master_order order(int number) {
        auto wanted = ordered("master_q" + std::to_string(number), gateway::audio_format::mp3, 6);
        wanted.clips.push_back(archived("clip_qa", music{.seconds = 9}));
        return wanted;
    }
};

TEST_F(Queue, EightOrdersAtOnceAreWorkedOnTwoAtATime) {
    rules.at_once = 2;
    int made = 0;
    int failed = 0;
    for (int number = 0; number < 8; ++number) {
        asio::co_spawn(
            context, workshop().make(order(number), deadline::never()),
            [&](std::exception_ptr threw, result<stored_audio> kept) { ++(threw || !kept ? failed : made); });
    }
    std::size_t most = 0;
    ASSERT_TRUE(run_until(
        context,
        [&] {
            most = std::max(most, at_work());
            return made + failed == 8;
        },
        patient));
    EXPECT_EQ(made, 8);
    EXPECT_EQ(most, 2u);
    EXPECT_TRUE(end_to_end::eventually([&] { return scratch_is_empty(); }));
}

TEST_F(Queue, LetsCallersOfManyThreadsThrough) {
    rules.at_once = 2;
    workshop();
    std::vector<std::thread> callers;
    std::atomic<int> made = 0;
    const auto wanted = order(0);
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&, caller] {
            asio::io_context own{1};
            auto mine = wanted;
            mine.track_id = "master_r" + std::to_string(caller);
            made += await(own, workshop().make(std::move(mine), deadline::never()), patient).has_value();
        });
    }
    for (auto& caller : callers)
        caller.join();
    EXPECT_EQ(made, 4);
}

asio::awaitable<result<void>> stand_in_line(turns& line, deadline by, int number, std::vector<int>& served) {
    auto mine = co_await line.take(by);
    if (!mine)
        co_return mine.error();
    served.push_back(number);
    co_return result<void>{};
}

class Turns : public Queue {
protected:
    // Spawns somebody who waits; cancels by `stop`.
    void wait_in_line(int number, deadline by = deadline::never()) {
        asio::co_spawn(context, stand_in_line(line, by, number, served),
                       asio::bind_cancellation_slot(signals[static_cast<std::size_t>(number)].slot(),
                                                    [this](std::exception_ptr, result<void> got) {
                                                        ++ended;
                                                        if (!got)
                                                            last_error = got.error();
                                                    }));
        context.restart();
        context.poll();
    }

    turns line{1};
    std::array<asio::cancellation_signal, 5> signals;
    std::vector<int> served;
    int ended = 0;
    boost::system::error_code last_error;
};

TEST_F(Turns, GoInTheOrderOfArrival) {
    {
        auto first = await(context, line.take(deadline::never()));
        ASSERT_TRUE(first);
        for (int number = 0; number < 4; ++number)
            wait_in_line(number);
        EXPECT_EQ(line.waiting(), 4u);
        EXPECT_TRUE(served.empty());
    }
    EXPECT_TRUE(run_until(context, [&] { return ended == 4; }));
    EXPECT_EQ(served, (std::vector{0, 1, 2, 3}));
    EXPECT_EQ(line.waiting(), 0u);
}

TEST_F(Turns, AreNotWaitedForBeyondTheDeadline) {
    auto first = await(context, line.take(deadline::never()));
    wait_in_line(0, deadline::after(20ms));
    EXPECT_TRUE(run_until(context, [&] { return ended == 1; }));
    EXPECT_TRUE(is(last_error, errc::deadline_exceeded));
    EXPECT_EQ(line.waiting(), 0u);
}

TEST_F(Turns, OfACancelledCallerGoToTheNext) {
    {
        auto first = await(context, line.take(deadline::never()));
        for (int number = 0; number < 3; ++number)
            wait_in_line(number);
        signals[0].emit(asio::cancellation_type::terminal);
        context.restart();
        context.poll();
        EXPECT_EQ(line.waiting(), 2u);
    }
    // The turn is on its way to number 1, who leaves at that moment.
    signals[1].emit(asio::cancellation_type::terminal);
    EXPECT_TRUE(run_until(context, [&] { return ended == 3; }));
    EXPECT_EQ(served.back(), 2);
    EXPECT_TRUE(await(context, line.take(deadline::after(1s))));
}

}  // namespace
