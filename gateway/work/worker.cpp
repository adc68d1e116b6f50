#include "gateway/work/worker.hpp"

#include "gateway/runtime/backoff.hpp"
#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/work/ends.hpp"
#include "gateway/work/hearing.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_submissions = 512;  // begun by creates; more wait in the queue, not in memory
constexpr std::size_t most_runs = 512;         // looks and submissions of one thread at a time
constexpr int claim_batch = 64;                // jobs of one claim
constexpr milliseconds idle_tick{500};         // other replicas add jobs that nobody here hears of
constexpr milliseconds claim_patience{5'000};
constexpr backoff claim_retry{milliseconds{100}, milliseconds{5'000}};
constexpr milliseconds hand_back_patience{2'000};

}  // namespace

worker::worker(asio::io_context& context, job_store& store, music_backend& backend, audio_archive& archive,
               audio_workshop& workshop, service::gate_view& gates, circuits& upstream, metrics& counts,
               work_policy_ptr policy)
    : place_{store,
             backend,
             archive,
             workshop,
             gates,
             counts,
             learned_,
             upstream.creates,
             upstream.looks,
             std::move(policy),
             [this](milliseconds wait) { due_in(wait); }},
      submissions_{context, log_failure_as("job_run_failed")},
      looks_{context, log_failure_as("job_run_failed")},
      alarm_{context},
      has_stopped_{context, deadline::never().at()} {}

asio::awaitable<void> worker::run() {
    unsigned failures = 0;
    while (!draining_) {
        try_upstream_again();
        const claim_terms wanted = terms();
        const auto asked_at = deadline::clock::now();
        wake_at_ = asked_at + idle_tick;
        if (wanted.most > 0) {
            auto claimed =
                co_await place_.store.claim(wanted, place_.policy->limits, deadline::after(claim_patience));
            if (claimed) {
                failures = 0;
                if (draining_) {  // they came too late to be begun here
                    std::vector<held_lease> leases;
                    for (claimed_job& each : claimed->jobs)
                        leases.push_back({std::move(each.held), std::move(each.value.state)});
                    co_await hand_back(std::move(leases));
                    break;
                }
                const bool perhaps_more = claimed->jobs.size() == static_cast<std::size_t>(wanted.most);
                take(std::move(*claimed), asked_at);
                if (perhaps_more)
                    continue;
            } else {
                ++failures;
                log::warning("claim_failed", {{"attempt", failures}, {"reason", claimed.error().message()}});
                wake_at_ = deadline::clock::now() + claim_retry.wait(failures);
            }
        }
        co_await rest(idle_tick * 20);
    }
    stopped_ = true;
    has_stopped_.cancel();
}

// What may be claimed now, by the gates as this process knows them.
claim_terms worker::terms() const {
    claim_terms wanted;
    const std::size_t active = submissions_.size() + looks_.size();
    const std::size_t room = active < most_runs ? most_runs - active : 0;
    wanted.most = static_cast<int>(std::min<std::size_t>(room, claim_batch));

    const gates backend = place_.gates.at(deadline::clock::now());
    const bool reachable = place_.creates.closed();
    wanted.start_queued = backend.throttled_for.count() <= 0 && (reachable || trial_);
    if (!reachable && wanted.start_queued)
        wanted.most = std::min(wanted.most, 1);
    if (backend.credits_shut_for) {
        wanted.ignore_slots =
            *backend.credits_shut_for >= place_.policy->credits_hold;  // to be failed, not submitted
        wanted.start_queued = wanted.ignore_slots;                     // needs no upstream
    } else if (backend.access_retry_in) {
        wanted.start_queued = wanted.start_queued && backend.access_retry_in->count() <= 0 && !probing_;
        if (wanted.start_queued)
            wanted.most = std::min(wanted.most, 1);
    }
    return wanted;
}

void worker::take(claim_outcome claimed, deadline::clock::time_point asked_at) {
    queued_ = claimed.queued;
    const auto now = deadline::clock::now();
    place_.gates.refresh(claimed.backend, asked_at, now);
    if (claimed.next_due_in)
        due_in(*claimed.next_due_in);
    if (claimed.queued > 0 && claimed.backend.throttled_for.count() > 0)
        due_in(claimed.backend.throttled_for);
    for (claimed_job& each : claimed.jobs)
        launch(std::move(each), asked_at);
}

void worker::launch(claimed_job claimed, deadline::clock::time_point asked_at) {
    const bool submits = claimed.value.state.step == submission::waiting;
    if (!submits)
        watching_[claimed.held.job_id] = {claimed.held, claimed.value.state};
    if (submits)
        trial_ = false;
    if (submits && place_.gates.at(deadline::clock::now()).access_retry_in)
        probing_ = true;
    (submits ? submissions_ : looks_).spawn(run_one(std::move(claimed), asked_at));
}

asio::awaitable<void> worker::run_one(claimed_job claimed, deadline::clock::time_point asked_at) {
    const std::string id = claimed.held.job_id;
    const bool submits = claimed.value.state.step == submission::waiting;
    const poll_slot slot{asked_at + claimed.start_in, missed_polls_};
    co_await run_job(place_, std::move(claimed), slot);
    if (submits)
        probing_ = false;
    else
        watching_.erase(id);
}

void worker::start(job stored, lease held, deadline::clock::time_point leased_after) {
    submissions_.spawn(run_created(std::move(stored), std::move(held), leased_after));
}

asio::awaitable<void> worker::run_created(job stored, lease held, deadline::clock::time_point leased_after) {
    return submit_created(place_, std::move(stored), std::move(held), leased_after);
}

bool worker::accepts() const {
    return !draining_ && place_.creates.closed() && submissions_.size() < most_submissions;
}

void worker::recall(std::string job_id) {
    submissions_.spawn(recall_surely(std::move(job_id)));
}

// Until the first lease is over: then others may have taken the job for one that was being submitted.
asio::awaitable<void> worker::recall_surely(std::string job_id) {
    const auto by = deadline::after(place_.policy->limits.submit_lease);
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (unsigned failures = 1; !by.passed(); ++failures) {
        auto recalled = co_await place_.store.recall(job_id, by.tightened(claim_patience));
        if (recalled) {
            due_in(at_once);
            co_return;
        }
        pause.expires_after(claim_retry.wait(failures));
        co_await pause.async_wait(asio::use_awaitable);
    }
    log::warning("creation_not_recalled", {{"job_id", job_id}});
}

void worker::wake() {
    due_in(milliseconds{0});
}

void worker::cancelled(const job& ended) {
    record_end(ended, "cancelled on request", place_.counts);
    wake();
}

asio::awaitable<result<heard>> worker::hear(task_event event, deadline by) {
    return work::hear(place_, std::move(event), by);
}

// While upstream is thought to be away, a call that costs nothing finds out whether it is back, before any
// job's paid call is risked.
void worker::try_upstream_again() {
    const auto now = circuit::clock::now();
    if (place_.creates.closed()) {
        trial_ = false;
        return;
    }
    if (!trial_ && place_.creates.admit(now))
        submissions_.spawn(probe());
}

asio::awaitable<void> worker::probe() {
    const auto answer = co_await place_.backend.credits(deadline::after(place_.policy->poll_timeout));
    if (const auto* silence = std::get_if<credits_answer::transient>(&answer)) {
        log::warning("upstream_away", {{"reason", silence->reason}});
        place_.creates.failed("probe", circuit::clock::now());
        co_return;
    }
    trial_ = true;
    due_in(at_once);
}

// The loop shall claim again `wait` from now, or earlier if it meant to.
void worker::due_in(milliseconds wait) {
    if (wait.count() <= 0 && queued_ == 0)
        return;  // a free slot interests nobody
    const auto at = deadline::clock::now() + wait;
    if (at >= wake_at_)
        return;
    wake_at_ = at;
    alarm_.cancel();
}

asio::awaitable<void> worker::rest(milliseconds most) {
    const auto end = deadline::clock::now() + most;
    while (!draining_ && deadline::clock::now() < std::min(wake_at_, end)) {
        alarm_.expires_at(std::min(wake_at_, end));
        co_await alarm_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> worker::drain() {
    draining_ = true;
    alarm_.cancel();
    if (!stopped_) {  // a claim under way may still bring jobs
        boost::system::error_code woken;
        co_await has_stopped_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    looks_.cancel();
    co_await looks_.join(milliseconds{1'000});
    std::vector<held_lease> leases;
    for (auto& [id, each] : watching_)
        leases.push_back(std::move(each));
    watching_.clear();
    co_await hand_back(std::move(leases));
}

asio::awaitable<void> worker::finish(milliseconds patience) {
    co_await submissions_.join(patience);
    submissions_.cancel();
    looks_.cancel();
    co_await submissions_.join(milliseconds{1'000});
    co_await looks_.join(milliseconds{1'000});
}

// Due at once, for whoever claims next.
asio::awaitable<void> worker::hand_back(std::vector<held_lease> leases) {
    const auto by = deadline::after(hand_back_patience);
    for (held_lease& each : leases) {
        const std::string id = each.held.job_id;
        auto saved = co_await place_.store.save(std::move(each.held), each.as_claimed, each.as_claimed,
                                                milliseconds{0}, place_.policy->limits, by);
        if (!saved)
            log::info("lease_not_handed_back", {{"job_id", id}, {"reason", saved.error().message()}});
    }
}

}  // namespace gateway::work
