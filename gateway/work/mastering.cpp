#include "gateway/work/mastering.hpp"

#include "gateway/work/job_log.hpp"
#include "gateway/work/job_run.hpp"
#include "gateway/work/music_plan.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

asio::awaitable<result<stored_audio>> make(const workplace& at, job mastered, engine with) {
    double seed_seconds = 0;
    if (auto seed = continued_audio(mastered)) {
        auto measured =
            co_await at.workshop.measure(std::move(*seed), deadline::after(at.policy->audio_work_timeout));
        if (!measured)
            co_return measured.error();
        seed_seconds = measured->sounding_seconds;
    }
    master_order order = master_of(mastered, with, seed_seconds);
    auto made = co_await at.workshop.make(std::move(order), deadline::after(at.policy->audio_work_timeout));
    co_return made;
}

}  // namespace

engine engine_of(const workplace& at, const job& of) {
    if (const engine* known = find_engine(at.policy->engines, of.request.engine))
        return *known;
    engine gone;
    gone.length = length_rule::as_is;
    gone.max_clips_per_job = 1;
    return gone;
}

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

asio::awaitable<verdict> make_master(const workplace& at, const held_job& held) {
    using namespace asio::experimental::awaitable_operators;

    const job mastered = held.now();
    auto making = make(at, mastered, engine_of(at, mastered));
    auto leasing = keep_lease(at, held.under());
    auto first = co_await (std::move(making) || std::move(leasing));
    result<stored_audio> made = make_error_code(errc::lease_lost);
    if (first.index() == 0)
        made = std::get<0>(std::move(first));
    co_return after_master(held.now(), made);
}

asio::awaitable<void> remove_parts(const workplace& at, const job& ended) {
    for (std::size_t index = 0; index < ended.state.clips.size(); ++index) {
        auto removed =
            co_await at.archive.remove(clip_id_of(ended.id, index), ended.state.clips[index].extension);
        if (!removed)
            log_job(log::level::warning, "part_not_removed", ended, ended.state.task_id,
                    {{"reason", removed.error().message()}});
    }
}

}  // namespace gateway::work
