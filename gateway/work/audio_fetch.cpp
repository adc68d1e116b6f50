#include "gateway/work/audio_fetch.hpp"

#include "gateway/work/job_run.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

struct fetched_audio {
    fetch_answer::any answer = fetch_answer::failed{"not begun"};
    result<stored_audio> kept = make_error_code(errc::internal);
};

asio::awaitable<fetched_audio> fetch_and_keep(const workplace& at, std::string track_id, std::string url) {
    fetched_audio outcome;
    auto sink = co_await at.archive.begin(std::move(track_id));
    if (!sink) {
        outcome.answer =
            fetch_answer::fetched{};  // upstream did nothing wrong: the archive's failure is what counts
        outcome.kept = sink.error();
        co_return outcome;
    }
    outcome.answer =
        co_await at.backend.fetch(std::move(url), **sink, deadline::after(at.policy->fetch_timeout));
    if (std::holds_alternative<fetch_answer::fetched>(outcome.answer))
        outcome.kept = co_await (*sink)->keep();
    co_return outcome;
}

// Returns only when the lease is gone.
asio::awaitable<void> keep_lease(const workplace& at, lease held) {
    const milliseconds duration = at.policy->limits.lease;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        timer.expires_after(duration / 3);
        const auto [stopped] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopped)
            co_return;
        auto renewed = co_await at.store.renew(held, duration, deadline::after(duration / 3));
        if (!renewed && (is(renewed.error(), errc::lease_lost) || is(renewed.error(), errc::job_ended)))
            co_return;
    }
}

}  // namespace

asio::awaitable<verdict> fetch_audio(const workplace& at, const held_job& held, const clip& of) {
    using namespace asio::experimental::awaitable_operators;

    auto fetching = fetch_and_keep(at, track_id_of(held.under().job_id), of.audio_url);
    auto leasing = keep_lease(at, held.under());
    auto first = co_await (std::move(fetching) || std::move(leasing));
    fetched_audio outcome;
    if (first.index() == 0)
        outcome = std::get<0>(std::move(first));
    else
        outcome.answer = fetch_answer::failed{"the lease was lost while fetching"};
    co_return after_fetch(held.now(), of, outcome.answer, outcome.kept, *at.policy);
}

}  // namespace gateway::work
