#include "gateway/work/job_run.hpp"

#include "gateway/runtime/backoff.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/work/audio_fetch.hpp"
#include "gateway/work/endings.hpp"
#include "gateway/work/ends.hpp"
#include "gateway/work/hearing.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

constexpr milliseconds store_patience{5'000};  // for one write
constexpr milliseconds lease_margin{15'000};   // of the paid call's lease over its time-out
constexpr backoff save_retry{milliseconds{50}, milliseconds{5'000}};

asio::awaitable<void> sleep(milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
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
asio::awaitable<result<void>> conclude(const workplace& at, held_job& held, verdict outcome) {
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
        // The store has filled in what the record did not know.
        if (is(saved.error(), errc::job_ended) && held.state().credits_are == credit_outcome::unknown)
            record_late_news(held.now(), outcome.next, at.counts);
        co_return saved;
    }
    held.become(outcome.next);
    if (is_terminal(outcome.next.status))
        record_end(held.now(), outcome.note, at.counts);
    const bool slot_is_free = is_terminal(outcome.next.status) || outcome.next.step == submission::waiting;
    at.due_in(slot_is_free ? milliseconds{0} : outcome.look_in);
    if (slot_is_free && outcome.look_in.count() > 0)
        at.due_in(outcome.look_in);
    co_return saved;
}

// Whether a server that is well could have answered so.
bool shows_trouble(const create_answer::any& answer) {
    return std::holds_alternative<create_answer::not_delivered>(answer) ||
           std::holds_alternative<create_answer::upstream_fault>(answer) ||
           std::holds_alternative<create_answer::unknown_outcome>(answer);
}

void report(circuit& to, const std::string& job_id, bool trouble) {
    if (trouble)
        to.failed(job_id, circuit::clock::now());
    else
        to.succeeded();
}

// The task was accepted, but by now somebody else holds the job, or it has ended: tell them.
asio::awaitable<void> pass_on(const workplace& at, std::string job_id, std::string task_id) {
    task_event news;
    news.job_id = std::move(job_id);
    news.id = "answer/" + task_id;
    news.task_id = std::move(task_id);
    news.credits_are = credit_outcome::charged;
    auto passed = co_await hear(at, news, deadline::after(store_patience));
    if (!passed)
        log::error(
            "accepted_task_not_stored",
            {{"job_id", news.job_id}, {"task_id", news.task_id}, {"reason", passed.error().message()}});
}

asio::awaitable<void> submit(const workplace& at, held_job& held, job_state begun) {
    // Beyond the call's own time-out, so that the lease outlives any answer that can still come.
    const milliseconds lease_time =
        std::max(at.policy->limits.lease, at.policy->create_timeout + lease_margin);
    const auto asked_at = deadline::clock::now();
    auto stored = co_await save_surely(at, held.under(), begun, lease_time);
    if (!stored) {
        log::info("submission_refused",
                  {{"job_id", held.under().job_id}, {"reason", stored.error().message()}});
        co_return;
    }
    held.become(std::move(begun));
    job ordered = held.now();
    const engine with = *find_engine(at.policy->engines, ordered.request.engine);
    // Nothing is sent once the lease may have lapsed: whoever took the job over would not know of it. The
    // steady clock goes on while a process is stopped, so this also holds for one that slept.
    const auto lease_left = lease_time - lease_margin / 2 - (deadline::clock::now() - asked_at);
    const auto by = deadline::after(lease_left).tightened(at.policy->create_timeout);
    const auto answer = co_await at.backend.create(std::move(ordered), with, by);

    at.counts.upstream_answer("create", name_of(answer));
    report(at.creates, held.under().job_id, shows_trouble(answer));
    const auto backend = at.gates.at(service::gate_view::clock::now());
    verdict outcome = after_create(held.now(), answer, backend, with, *at.policy, at.learned.typical(with));
    log_step(held.now(), outcome, "submitted", name_of(answer));
    const std::string task_id = outcome.next.task_id;
    auto saved = co_await conclude(at, held, std::move(outcome));
    if (!saved && std::holds_alternative<create_answer::accepted>(answer))
        co_await pass_on(at, held.under().job_id, task_id);
}

void learn(const workplace& at, const job& finished) {
    const engine* with = find_engine(at.policy->engines, finished.request.engine);
    if (with && finished.state.accepted_at && !finished.state.music_ready_at)
        at.learned.saw_finished(*with, at.policy->poll, finished.state.typical,
                                finished.as_of - *finished.state.accepted_at);
}

asio::awaitable<task_answer::any> ask_for_task(const workplace& at, job watched) {
    const auto now = circuit::clock::now();
    if (!at.looks.admit(now))
        co_return task_answer::transient{"upstream has not answered for a while", at.looks.opens_in(now)};
    auto answer = co_await at.backend.look(watched.state.task_id, watched.traceparent,
                                           deadline::after(at.policy->poll_timeout));
    const auto* trouble = std::get_if<task_answer::transient>(&answer);
    report(at.looks, watched.id, trouble && trouble->unreachable);
    co_return answer;
}

asio::awaitable<void> look(const workplace& at, held_job& held) {
    const auto answer = co_await ask_for_task(at, held.now());
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

asio::awaitable<void> visit(const workplace& at, held_job& held) {
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

asio::awaitable<void> give_up(const workplace& at, held_job& held, std::string reason) {
    const job broken = held.now();
    log::error("job_broke_its_run", {{"job_id", broken.id},
                                     {"organization", broken.owner.organization},
                                     {"task_id", broken.state.task_id},
                                     {"reason", reason}});
    verdict outcome;
    outcome.next = failed(broken, message::internal);
    outcome.note = std::move(reason);
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
    std::string bug;
    try {
        co_await visit(at, held);
    } catch (const std::bad_alloc&) {
        throw;  // not this job's fault: its lease lapses, and it is tried again
    } catch (const boost::system::system_error& failure) {
        if (failure.code() == asio::error::operation_aborted)
            throw;
        bug = failure.what();
    } catch (const std::exception& failure) {
        bug = failure.what();
    }
    if (!bug.empty())
        co_await give_up(at, held, std::move(bug));
}

}  // namespace gateway::work
