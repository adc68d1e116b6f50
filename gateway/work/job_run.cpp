#include "gateway/work/job_run.hpp"

#include "gateway/runtime/backoff.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/work/audio_fetch.hpp"
#include "gateway/work/endings.hpp"
#include "gateway/work/ends.hpp"
#include "gateway/work/hearing.hpp"
#include "gateway/work/job_log.hpp"
#include "gateway/work/mastering.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

constexpr milliseconds store_patience{5'000};  // for one write
constexpr milliseconds lease_margin{5'000};    // of a lease's end, for what is written after the answer
constexpr backoff save_retry{milliseconds{50}, milliseconds{5'000}};

asio::awaitable<void> sleep(milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

void log_step(const job& of, const verdict& outcome, std::string_view event, std::string_view answer) {
    const auto at = outcome.alarm ? log::level::error : log::level::info;
    log_job(at, event, of, outcome.next.task_id,
            {{"answer", answer},
             {"next_status", to_string(outcome.next.status)},
             {"look_in_ms", outcome.look_in.count()},
             {"note", outcome.note}});
}

// The store hears of it first, so that the gate stands before any client sees the job that shut it.
asio::awaitable<void> apply(const workplace& at, gate_change change) {
    auto changed = co_await at.store.change_gates(std::move(change), deadline::after(store_patience));
    if (!changed) {
        log::error("gate_not_stored", {{"reason", changed.error().message()}});
        co_return;
    }
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
    auto saved = co_await save_surely(at, held, outcome.next, outcome.look_in);
    if (!saved) {
        log_job(log::level::warning, "write_refused", held.now(), outcome.next.task_id,
                {{"status", to_string(outcome.next.status)}, {"reason", saved.error().message()}});
        if (is(saved.error(), errc::job_ended))
            co_await remove_parts(at, held.now());
        // The store has filled in what the record did not know.
        if (is(saved.error(), errc::job_ended) && held.state().credits_are == credit_outcome::unknown)
            record_late_news(held.now(), outcome.next, at.counts);
        co_return saved;
    }
    const bool ends = is_terminal(outcome.next.status);
    std::optional<job> before;  // a finished job has forgotten its parts
    if (ends)
        before = held.now();
    held.become(outcome.next);
    if (ends)
        record_end(held.now(), outcome.note, at.counts);
    const bool slot_is_free = ends || outcome.next.step == submission::waiting;
    if (slot_is_free)
        at.due_in(milliseconds{0});
    if (!ends)
        at.due_in(std::max(outcome.look_in, at_once));
    else
        co_await remove_parts(at, *before);
    co_return saved;
}

// Whether a server that is well could have answered so.
bool shows_trouble(const create_answer::any& answer) {
    return std::holds_alternative<create_answer::not_delivered>(answer) ||
           std::holds_alternative<create_answer::upstream_fault>(answer) ||
           std::holds_alternative<create_answer::unknown_outcome>(answer);
}

// The task was accepted, but by now somebody else holds the job, or it has ended: tell them.
asio::awaitable<void> pass_on(const workplace& at, const job& of, std::string task_id) {
    task_event news;
    news.job_id = of.id;
    news.call = of.state.call;
    news.id = "answer/" + task_id;
    news.task_id = std::move(task_id);
    news.credits_are = credit_outcome::charged;
    auto passed = co_await hear(at, news, deadline::after(store_patience));
    if (!passed)
        log::error(
            "accepted_task_not_stored",
            {{"job_id", news.job_id}, {"task_id", news.task_id}, {"reason", passed.error().message()}});
}

// The paid call for a job that is stored as submitting. Nothing is sent once its lease may have lapsed:
// whoever took the job over would not know of it. The steady clock goes on while a process is stopped, so
// this also holds for one that slept.
asio::awaitable<void> call_upstream(const workplace& at, held_job& held,
                                    deadline::clock::time_point leased_after) {
    job ordered = held.now();
    const engine* known = find_engine(at.policy->engines, ordered.request.engine);
    if (!known) {  // a reload came in between
        verdict gone;
        gone.next = failed(ordered, message::engine_gone);
        gone.next.credits = 0;  // nothing was sent
        gone.next.credits_are = credit_outcome::none;
        co_await conclude(at, held, std::move(gone));
        co_return;
    }
    const engine with = *known;
    const auto lease_left =
        at.policy->limits.submit_lease - lease_margin - (deadline::clock::now() - leased_after);
    const auto by = deadline::after(lease_left).tightened(at.policy->create_timeout);
    const auto answer = co_await at.backend.create(std::move(ordered), with, by);

    at.counts.upstream_answer("create", name_of(answer));
    // While the circuit is open a paid call follows only upon a free one that was answered.
    if (shows_trouble(answer))
        at.creates.failed(held.under().job_id, circuit::clock::now(), true);
    else
        at.creates.succeeded();
    const auto backend = at.gates.at(service::gate_view::clock::now());
    const job answered = held.now();
    verdict outcome = after_create(answered, answer, backend, with, *at.policy, at.learned.typical(with));
    outcome = or_without_the_clip(answered, std::move(outcome), with);
    log_step(answered, outcome, "submitted", name_of(answer));
    const std::string task_id = outcome.next.task_id;
    auto saved = co_await conclude(at, held, std::move(outcome));
    if (!saved && std::holds_alternative<create_answer::accepted>(answer))
        co_await pass_on(at, answered, task_id);
}

asio::awaitable<void> submit(const workplace& at, held_job& held, job_state begun) {
    const auto asked_at = deadline::clock::now();
    auto stored = co_await save_surely(at, held, begun, at.policy->limits.submit_lease);
    if (!stored) {
        log_job(log::level::info, "submission_refused", held.now(), begun.task_id,
                {{"reason", stored.error().message()}});
        co_return;
    }
    held.become(std::move(begun));
    co_await call_upstream(at, held, asked_at);
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
    auto answer = co_await at.backend.look(watched.state.task_id, traceparent_of(watched),
                                           deadline::after(at.policy->poll_timeout));
    const auto* trouble = std::get_if<task_answer::transient>(&answer);
    if (trouble && trouble->unreachable)
        at.looks.failed(watched.id, circuit::clock::now());
    else
        at.looks.succeeded();
    co_return answer;
}

asio::awaitable<void> look(const workplace& at, held_job& held) {
    const auto answer = co_await ask_for_task(at, held.now());
    at.counts.upstream_answer("task", name_of(answer));
    const auto backend = at.gates.at(service::gate_view::clock::now());
    const job answered = held.now();
    look_verdict found = after_look(answered, answer, backend, *at.policy);
    if (auto* ready = std::get_if<clip>(&found)) {
        const clip of = std::move(*ready);
        learn(at, answered);
        verdict outcome = co_await fetch_audio(at, held, of);
        log_step(held.now(), outcome, "fetched", of.clip_id);
        co_await conclude(at, held, std::move(outcome));
        co_return;
    }
    verdict outcome =
        or_without_the_clip(answered, std::get<verdict>(std::move(found)), engine_of(at, answered));
    log_step(answered, outcome, "looked", name_of(answer));
    co_await conclude(at, held, std::move(outcome));
}

asio::awaitable<void> master(const workplace& at, held_job& held) {
    verdict outcome = co_await make_master(at, held);
    log_step(held.now(), outcome, "mastered", outcome.next.clip_id);
    co_await conclude(at, held, std::move(outcome));
}

// The slot is given back meanwhile: whoever comes to the job later than that, because this process died, goes
// on without lyrics.
asio::awaitable<void> ask_for_lyrics(const workplace& at, held_job& held, job_state asked) {
    constexpr milliseconds margin{10'000};
    auto stored = co_await save_surely(at, held, asked, at.policy->lyrics_patience + margin);
    if (!stored)
        co_return;
    held.become(std::move(asked));
    const auto answer =
        co_await at.backend.write_lyrics(held.now(), deadline::after(at.policy->lyrics_patience));
    verdict outcome = after_lyrics(held.now(), answer);
    const bool written = !outcome.next.written_lyrics.empty();
    log_step(held.now(), outcome, "lyrics", written ? "written" : "none");
    co_await conclude(at, held, std::move(outcome));
}

// The store's spacing leaves a twentieth of a second's polls to spare: a little less than what may shift.
bool comes_too_late(const workplace& at, const held_job& held, const poll_slot& slot) {
    constexpr milliseconds tolerance{40};
    constexpr int most_missed = 16;  // a machine that is always late must poll all the same
    if (held.state().step != submission::accepted || held.state().mastering ||
        at.policy->limits.max_polls_per_second <= 0)
        return false;
    if (deadline::clock::now() - slot.at <= tolerance || slot.missed >= most_missed) {
        slot.missed = 0;
        return false;
    }
    ++slot.missed;
    return true;
}

asio::awaitable<void> visit(const workplace& at, held_job& held, poll_slot slot) {
    if (comes_too_late(at, held, slot)) {
        at.counts.missed_poll();
        verdict again;
        again.next = held.state();
        co_await conclude(at, held, std::move(again));
        co_return;
    }
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
        outcome = or_without_the_clip(held.now(), std::move(outcome), engine_of(at, held.now()));
        co_await conclude(at, held, std::move(outcome));
    } else if (auto* lyrics = std::get_if<step::ask_for_lyrics>(&next)) {
        co_await ask_for_lyrics(at, held, std::move(lyrics->asked));
    } else if (std::holds_alternative<step::master>(next)) {
        co_await master(at, held);
    } else {
        co_await look(at, held);
    }
}

asio::awaitable<void> give_up(const workplace& at, held_job& held, std::string reason) {
    const job broken = held.now();
    log_job(log::level::error, "job_broke_its_run", broken, broken.state.task_id, {{"reason", reason}});
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

asio::awaitable<result<void>> save_surely(const workplace& at, const held_job& held, job_state next,
                                          milliseconds look_in) {
    for (unsigned failures = 1;; ++failures) {
        auto saved = co_await at.store.save(held.under(), held.state(), next, look_in, at.policy->limits,
                                            deadline::after(store_patience));
        if (saved || is(saved.error(), errc::lease_lost) || is(saved.error(), errc::job_ended))
            co_return saved;
        log_job(log::level::warning, "save_failed", held.now(), next.task_id,
                {{"attempt", failures}, {"reason", saved.error().message()}});
        co_await sleep(save_retry.wait(failures));
    }
}

namespace {

// What a visit throws is its own job's misfortune.
template <class Visit>
asio::awaitable<void> survive(const workplace& at, held_job& held, Visit begin) {
    std::string bug;
    try {
        co_await begin();
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

}  // namespace

asio::awaitable<void> run_job(workplace at, claimed_job claimed, poll_slot slot) {
    if (claimed.start_in.count() > 0)
        co_await sleep(claimed.start_in);
    held_job held{std::move(claimed.value), std::move(claimed.held)};
    auto whole_visit = [&] { return visit(at, held, slot); };
    co_await survive(at, held, whole_visit);
}

asio::awaitable<void> submit_created(workplace at, job stored, lease under,
                                     deadline::clock::time_point leased_after) {
    held_job held{std::move(stored), std::move(under)};
    auto paid_call = [&] { return call_upstream(at, held, leased_after); };
    co_await survive(at, held, paid_call);
}

}  // namespace gateway::work
