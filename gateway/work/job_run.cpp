#include "gateway/work/job_run.hpp"

#include "gateway/runtime/backoff.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/work/audio_fetch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

constexpr milliseconds store_patience{5'000};  // for one write
constexpr backoff save_retry{milliseconds{50}, milliseconds{5'000}};

asio::awaitable<void> sleep(milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

void log_end(const job& of, const std::string& note) {
    const job_state& state = of.state;
    log::info("job_ended", {{"job_id", of.id},
                            {"organization", of.owner.organization},
                            {"status", to_string(state.status)},
                            {"engine", of.request.engine},
                            {"task_id", state.task_id},
                            {"credits", state.credits},
                            {"credits_are", to_string(state.credits_are)},
                            {"submissions", state.submissions},
                            {"milliseconds", (of.as_of - of.created_at).count()},
                            {"note", note}});
}

void log_step(const job& of, const verdict& outcome, std::string_view event, std::string_view answer) {
    const auto at = outcome.alarm ? log::level::error : log::level::info;
    log::write(at, event,
               {{"job_id", of.id},
                {"organization", of.owner.organization},
                {"answer", answer},
                {"task_id", outcome.next.task_id},
                {"next_status", to_string(outcome.next.status)},
                {"look_in_ms", outcome.look_in.count()},
                {"note", outcome.note}});
}

// The store hears of it first, so that the gate stands before any client sees the job that shut it.
asio::awaitable<void> apply(const workplace& at, gate_change change) {
    auto changed = co_await at.store.change_gates(std::move(change), deadline::after(store_patience));
    if (!changed) {
        at.counts.store_failure("change_gates");
        log::error("gate_not_stored", {{"reason", changed.error().message()}});
        co_return;
    }
    at.counts.gate("credits", changed->credits_shut_for.has_value());
    at.counts.gate("access", changed->access_retry_in.has_value());
    at.counts.gate("throttle", changed->throttled_for.count() > 0);
    at.counts.gate("retired", !changed->retired.empty());
    at.gates.update(std::move(*changed), service::gate_view::clock::now());
}

// Writes a verdict and settles what follows from it inside this process.
asio::awaitable<void> conclude(const workplace& at, held_job& held, verdict outcome) {
    if (outcome.gate) {
        gate_change change = std::move(*outcome.gate);
        co_await apply(at, std::move(change));
    }
    if (outcome.unknown)
        at.counts.unknown_outcome(is_terminal(outcome.next.status)              ? "failed"
                                  : outcome.next.step == submission::submitting ? "waiting"
                                                                                : "resubmitted");
    auto saved = co_await save_surely(at, held.under(), outcome.next, outcome.look_in);
    if (!saved) {
        log::warning("write_refused", {{"job_id", held.under().job_id},
                                       {"task_id", outcome.next.task_id},
                                       {"status", to_string(outcome.next.status)},
                                       {"reason", saved.error().message()}});
        co_return;
    }
    held.become(outcome.next);
    if (is_terminal(outcome.next.status)) {
        at.counts.job_ended(to_string(outcome.next.status));
        log_end(held.now(), outcome.note);
    }
    const bool slot_is_free = is_terminal(outcome.next.status) || outcome.next.step == submission::waiting;
    at.due_in(slot_is_free ? milliseconds{0} : outcome.look_in);
    if (slot_is_free && outcome.look_in.count() > 0)
        at.due_in(outcome.look_in);
}

asio::awaitable<void> submit(const workplace& at, held_job& held, job_state begun) {
    // Beyond the call's own time-out, so that the lease outlives any answer that can still come.
    const milliseconds lease_time =
        std::max(at.policy->limits.lease, at.policy->create_timeout + milliseconds{15'000});
    auto stored = co_await save_surely(at, held.under(), begun, lease_time);
    if (!stored) {
        log::info("submission_refused",
                  {{"job_id", held.under().job_id}, {"reason", stored.error().message()}});
        co_return;
    }
    held.become(std::move(begun));
    job ordered = held.now();
    const engine with = *find_engine(at.policy->engines, ordered.request.engine);
    const auto answer =
        co_await at.backend.create(std::move(ordered), with, deadline::after(at.policy->create_timeout));

    at.counts.upstream_answer("create", name_of(answer));
    const auto backend = at.gates.at(service::gate_view::clock::now());
    verdict outcome = after_create(held.now(), answer, backend, with, *at.policy, at.learned.typical(with));
    log_step(held.now(), outcome, "submitted", name_of(answer));
    co_await conclude(at, held, std::move(outcome));
}

void learn(const workplace& at, const job& finished) {
    const engine* with = find_engine(at.policy->engines, finished.request.engine);
    if (with && finished.state.accepted_at && !finished.state.music_ready_at)
        at.learned.saw_finished(*with, at.policy->poll, finished.state.typical,
                                finished.as_of - *finished.state.accepted_at);
}

asio::awaitable<void> look(const workplace& at, held_job& held) {
    const job watched = held.now();
    const auto answer = co_await at.backend.look(watched.state.task_id, watched.traceparent,
                                                 deadline::after(at.policy->poll_timeout));
    at.counts.upstream_answer("task", name_of(answer));
    const auto backend = at.gates.at(service::gate_view::clock::now());
    look_verdict found = after_look(held.now(), answer, backend, *at.policy);
    if (auto* ready = std::get_if<clip>(&found)) {
        const clip of = std::move(*ready);
        learn(at, held.now());
        verdict outcome = co_await fetch_audio(at, held, of);
        log_step(held.now(), outcome, "fetched", of.clip_id);
        co_await conclude(at, held, std::move(outcome));
        co_return;
    }
    verdict outcome = std::get<verdict>(std::move(found));
    log_step(held.now(), outcome, "looked", name_of(answer));
    co_await conclude(at, held, std::move(outcome));
}

}  // namespace

job held_job::now() const {
    job copy = value_;
    copy.as_of += std::chrono::floor<milliseconds>(std::chrono::steady_clock::now() - read_at_);
    return copy;
}

asio::awaitable<result<void>> save_surely(const workplace& at, const lease& under, job_state next,
                                          milliseconds look_in) {
    for (unsigned failures = 1;; ++failures) {
        auto saved =
            co_await at.store.save(under, next, look_in, at.policy->limits, deadline::after(store_patience));
        if (saved || is(saved.error(), errc::lease_lost) || is(saved.error(), errc::job_ended))
            co_return saved;
        at.counts.store_failure("save");
        log::warning("save_failed",
                     {{"job_id", under.job_id}, {"attempt", failures}, {"reason", saved.error().message()}});
        co_await sleep(save_retry.wait(failures));
    }
}

asio::awaitable<void> run_job(workplace at, claimed_job claimed) {
    if (claimed.start_in.count() > 0)
        co_await sleep(claimed.start_in);
    held_job held{std::move(claimed.value), std::move(claimed.held)};
    const auto backend = at.gates.at(service::gate_view::clock::now());
    step::any next = next_step(held.now(), backend, *at.policy);
    if (auto* begin = std::get_if<step::submit>(&next)) {
        co_await submit(at, held, std::move(begin->begun));
    } else if (auto* settled = std::get_if<step::settle>(&next)) {
        verdict outcome;
        outcome.next = std::move(settled->next);
        outcome.look_in = settled->look_in;
        outcome.unknown = settled->unknown;
        outcome.note = std::move(settled->note);
        co_await conclude(at, held, std::move(outcome));
    } else {
        co_await look(at, held);
    }
}

}  // namespace gateway::work
