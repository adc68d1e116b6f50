#pragma once
// A worker over the embedded store, an upstream and a workshop that do as a test says.

#include "gateway/work/worker.hpp"

#include "adapters/memory/job_store.hpp"
#include "tests/support/await.hpp"
#include "tests/unit/work/fixtures.hpp"
#include "tests/unit/work/scripted_backend.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

namespace gateway::work {

namespace asio = boost::asio;

class Worker : public testing::Test {
protected:
    asio::io_context context{1};
    adapters::memory::job_store store;
    scripted_backend backend;
    accepting_archive archive;
    scripted_workshop workshop;
    service::gate_view gates;
    circuits upstream{circuit{brisk()}, circuit{brisk()}};
    metrics counts;
    asio::steady_timer answer_comes{context, asio::steady_timer::time_point::max()};
    std::unique_ptr<worker> under_test;
    const job_owner ann{"org_a", "usr_a"};
    bool with_lyrics = false;

    static circuit::terms brisk() {
        circuit::terms terms;
        terms.pause = {milliseconds{20}, milliseconds{80}};
        return terms;
    }
    void SetUp() override {
        auto policy = std::make_shared<work_policy>(a_policy());
        policy->poll.first = milliseconds{1};
        policy->poll.every = policy->poll.up_to = milliseconds{5};
        policy->limits.max_polls_per_second = 0;
        policy->limits.max_in_flight = 10;
        policy->engines.front().write_lyrics = with_lyrics;
        under_test = std::make_unique<worker>(context, store, backend, archive, workshop, gates, upstream,
                                              counts, policy);
        asio::co_spawn(context, under_test->run(), [](std::exception_ptr) {});
    }
    void TearDown() override {
        bool drained = false;
        asio::co_spawn(context, drain_all(), [&](std::exception_ptr) { drained = true; });
        tests::run_until(context, [&] { return drained; });
        context.poll();
    }

    asio::awaitable<void> drain_all() {
        co_await under_test->drain();
        co_await under_test->finish(milliseconds{1'000});
    }
    static deadline soon() { return deadline::after(std::chrono::seconds{10}); }
    void order(const std::string& id) { order(id, a_queued_job().request); }
    void order(const std::string& id, generation_request request) {
        new_job fresh;
        fresh.id = id;
        fresh.owner = ann;
        fresh.request = std::move(request);
        ASSERT_TRUE(tests::await(context, store.create(std::move(fresh), {}, soon())));
        under_test->wake();
    }
    // Paid calls are answered when answer_comes is cancelled.
    void hold_answers() {
        backend.on_create = [this](job asked) -> asio::awaitable<create_answer::any> {
            boost::system::error_code woken;
            co_await answer_comes.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            co_return create_answer::accepted{"task-" + asked.id};
        };
    }
    job_state state_of(const std::string& id) {
        const auto found = tests::await(context, store.find(ann, id, soon()));
        return found ? found->state : job_state{};
    }
    bool comes_to(const std::string& id, job_status end) {
        return tests::run_until(context, [&] {
            const auto found = tests::await(context, store.find(ann, id, soon()));
            return found && found->state.status == end;
        });
    }
};

}  // namespace gateway::work
