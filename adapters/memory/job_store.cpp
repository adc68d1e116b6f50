#include "adapters/memory/job_store.hpp"

#include <algorithm>

namespace adapters::memory {

using namespace gateway;
namespace asio = boost::asio;

namespace {

constexpr std::uint64_t first_fence = 1;
constexpr std::size_t moves_at_once = 256;  // jobs sent back to their queues by one claim

schedule::list list_for(submission step) {
    return step == submission::accepted ? schedule::list::watch : schedule::list::due;
}

// What upstream was paid for is on record, whoever learns of it and however late.
void fill_in(job_state& ended, const job_state& known) {
    if (ended.task_id.empty())
        ended.task_id = known.task_id;
    if (ended.credits_are == credit_outcome::unknown) {
        ended.credits_are = known.credits_are;
        ended.credits = known.credits;
    }
}

create_outcome replay_of(const record& holder, bool same_request, store_time now) {
    create_outcome outcome;
    outcome.what = create_outcome::kind::replayed;
    outcome.stored = copy_of(holder, now);
    outcome.same_request = same_request;
    return outcome;
}

create_outcome refusal(create_outcome::kind why) {
    create_outcome outcome;
    outcome.what = why;
    return outcome;
}

}  // namespace

job_store::job_store(clock now) : clock_{std::move(now)} {}

job_store::clock job_store::system_clock() {
    return [] { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); };
}

// Never backwards: a lease must not grow because an operator set the clock.
store_time job_store::now() {
    latest_ = std::max(latest_, clock_());
    jobs_.sweep(latest_);
    return latest_;
}

void job_store::end(record& of, const work_limits& limits) {
    of.value.ended_at = latest_;
    schedule_.leave(of.number);
    jobs_.forget_at(of, of.value.created_at + limits.retention);
}

asio::awaitable<result<create_outcome>> job_store::create(new_job order, work_limits limits, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    if (order.key)
        if (const auto claimed = jobs_.find_claim(order.owner, *order.key); claimed.holder != nullptr)
            co_return replay_of(*claimed.holder, claimed.same_request, at);
    if (jobs_.find(order.id) != nullptr)
        co_return refusal(create_outcome::kind::id_taken);

    create_outcome outcome;
    if (order.rate) {
        const auto before = rates_.full_in(*order.rate, at);
        outcome.rate_full_in = allowance{order.rate->per_minute}.after_one(before);
        if (!outcome.rate_full_in) {
            outcome = refusal(create_outcome::kind::rate_limited);
            outcome.rate_full_in = before;
            co_return outcome;
        }
    }

    const std::string& organization = order.owner.organization;
    const bool starts = order.first && !schedule_.anybody_queued() && schedule_.room(organization, limits);
    if (!starts && limits.queued_per_organization > 0 &&
        schedule_.waiting_of(organization) >= static_cast<std::size_t>(limits.queued_per_organization))
        co_return refusal(create_outcome::kind::queue_full);

    if (order.rate)
        rates_.set(*order.rate, at, *outcome.rate_full_in);
    const auto first = std::move(order.first);
    record& made = jobs_.add(std::move(order), at);
    if (starts) {
        made.fence = first_fence;
        made.value.state = first->state;
        if (first->state.step == submission::submitting)
            made.value.state.first_tried_at = at;
        schedule_.hold(made.number, made.value.owner.organization, schedule::list::due, at + first->lease);
        outcome.first_lease = lease{made.value.id, made.fence};
    } else {
        schedule_.enqueue(made.number, made.value.owner.organization);
    }
    outcome.stored = copy_of(made, at);
    co_return outcome;
}

asio::awaitable<result<void>> job_store::recall(std::string id, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    now();
    record* found = jobs_.find(id);
    if (found != nullptr && found->fence == first_fence && !is_terminal(found->value.state.status) &&
        found->value.state.step == submission::submitting) {
        jobs_.set_state(*found, job_state{});
        schedule_.enqueue(found->number, found->value.owner.organization);
    }
    co_return boost::system::in_place_value;
}

asio::awaitable<result<create_outcome>> job_store::find_replay(job_owner owner, idempotency_claim key,
                                                               deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    const auto claimed = jobs_.find_claim(owner, key);
    if (claimed.holder == nullptr)
        co_return errc::not_found;
    co_return replay_of(*claimed.holder, claimed.same_request, at);
}

asio::awaitable<result<job>> job_store::find(job_owner owner, std::string id, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    const record* found = jobs_.find(owner, id);
    if (found == nullptr)
        co_return errc::not_found;
    co_return copy_of(*found, at);
}

asio::awaitable<result<std::vector<job>>> job_store::list(job_owner owner, job_filter filter, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    std::vector<job> page;
    for (const record* each : jobs_.list(owner, filter))
        page.push_back(copy_of(*each, at));
    co_return page;
}

asio::awaitable<result<cancel_outcome>> job_store::cancel(job_owner owner, std::string id, int progress,
                                                          work_limits limits, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    record* found = jobs_.find(owner, id);
    if (found == nullptr)
        co_return errc::not_found;
    const bool lives = !is_terminal(found->value.state.status);
    if (lives) {
        job_state next = found->value.state;
        next.status = job_status::cancelled;
        next.progress = progress;
        jobs_.set_state(*found, std::move(next));
        end(*found, limits);
    }
    co_return cancel_outcome{copy_of(*found, at), lives};
}

claimed_job job_store::hand_out(record& of, schedule::list in, milliseconds start_in,
                                const work_limits& limits, store_time at) {
    ++of.fence;
    of.visited = true;
    schedule_.hold(of.number, of.value.owner.organization, in, at + start_in + limits.lease);
    return {copy_of(of, at), lease{of.value.id, of.fence}, start_in};
}

asio::awaitable<result<claim_outcome>> job_store::claim(claim_terms terms, work_limits limits, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    const auto most = static_cast<std::size_t>(std::max(0, terms.most));
    claim_outcome outcome;
    std::set<job_number> handed_out;
    const auto claim_one = [&](record& of, schedule::list in, milliseconds start_in) {
        handed_out.insert(of.number);
        outcome.jobs.push_back(hand_out(of, in, start_in, limits, at));
    };

    // Lapsed leases, and jobs whose pause is over. Nothing was sent for a waiting one, so it queues again, at
    // the head.
    for (const job_number number : schedule_.ripe(schedule::list::due, at, moves_at_once)) {
        record& each = *jobs_.find(number);
        if (each.value.state.step == submission::waiting)
            schedule_.enqueue(number, each.value.owner.organization);
        else if (outcome.jobs.size() < most)
            claim_one(each, schedule::list::due, milliseconds{0});
    }

    milliseconds polls_open_in{0};
    for (const job_number number : schedule_.ripe(schedule::list::watch, at, most - outcome.jobs.size())) {
        const auto start_in = schedule_.book_poll(at, limits.max_polls_per_second);
        if (!start_in) {
            polls_open_in = schedule_.polls_open_in(at);
            break;
        }
        claim_one(*jobs_.find(number), schedule::list::watch, *start_in);
    }

    while (terms.start_queued && outcome.jobs.size() < most) {
        const auto number = schedule_.next_queued(limits, terms.ignore_slots);
        if (!number)
            break;
        claim_one(*jobs_.find(*number), schedule::list::due, milliseconds{0});
    }

    const auto look_at = [&](schedule::list in, milliseconds at_least) {
        const auto when = schedule_.earliest(in, handed_out);
        if (!when)
            return;
        const auto due_in = std::max({milliseconds{0}, at_least, *when - at});
        outcome.next_due_in = std::min(outcome.next_due_in.value_or(due_in), due_in);
    };
    look_at(schedule::list::due, milliseconds{0});
    look_at(schedule::list::watch, polls_open_in);
    outcome.queued = schedule_.waiting();
    outcome.backend = gates_.as_of(at);
    co_return outcome;
}

asio::awaitable<result<void>> job_store::renew(lease held_lease, milliseconds duration, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    record* found = jobs_.find(held_lease.job_id);
    if (found == nullptr || is_terminal(found->value.state.status))
        co_return errc::job_ended;  // live jobs are not forgotten: one that is gone has ended
    // Who has given the slot back, or lost it when the lease lapsed, has nothing left to hold.
    if (found->fence != held_lease.fence || !schedule_.has_slot(found->number))
        co_return errc::lease_lost;
    schedule_.hold(found->number, found->value.owner.organization, list_for(found->value.state.step),
                   at + duration);
    co_return boost::system::in_place_value;
}

asio::awaitable<result<void>> job_store::save(lease held_lease, job_state, job_state next,
                                              milliseconds look_in, work_limits limits, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    record* found = jobs_.find(held_lease.job_id);
    if (found == nullptr)
        co_return errc::job_ended;
    job_state& stored = found->value.state;
    if (is_terminal(stored.status)) {
        if (found->fence == held_lease.fence && stored.status == next.status)
            co_return boost::system::in_place_value;
        fill_in(stored, next);
        co_return errc::job_ended;
    }
    if (found->fence != held_lease.fence)
        co_return errc::lease_lost;
    const std::string& organization = found->value.owner.organization;
    // The slot was given back before. Nothing is sent yet when the step becomes submitting, so the limit
    // holds; what upstream has accepted is a fact, and counts.
    if (next.step == submission::submitting && stored.step == submission::waiting &&
        !is_terminal(next.status) && !schedule_.has_slot(found->number) &&
        !schedule_.room(organization, limits))
        co_return errc::lease_lost;

    const bool ends = is_terminal(next.status);
    const submission step = next.step;
    const bool news_came = step == submission::accepted && found->look_again;  // during this visit
    if (step != submission::submitting || stored.step != submission::waiting)
        found->visited = found->look_again = false;  // otherwise the paid call is about to begin
    jobs_.set_state(*found, std::move(next));
    if (ends)
        end(*found, limits);
    else if (step != submission::waiting)
        schedule_.hold(found->number, organization, list_for(step), news_came ? before_all : at + look_in);
    else if (look_in > milliseconds{0})
        schedule_.enqueue_at(found->number, organization, at + look_in);
    else
        schedule_.enqueue(found->number, organization);
    co_return boost::system::in_place_value;
}

asio::awaitable<result<summons>> job_store::summon(task_event event, work_limits limits, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    record* found = jobs_.find(event.job_id);
    if (found == nullptr)
        co_return errc::not_found;
    summons outcome;
    outcome.value = copy_of(*found, at);
    const job_state& state = found->value.state;
    if (event.signed_at && abs(at - *event.signed_at) > event_window) {
        outcome.what = summons::kind::stale;
    } else if (state.call != event.call) {
        outcome.what = summons::kind::repeated;
    } else if (is_terminal(state.status)) {
        outcome.what = summons::kind::ended;
    } else if (state.step != submission::accepted) {
        outcome.what = summons::kind::taken;
        outcome.held = hand_out(*found, schedule::list::due, milliseconds{0}, limits, at).held;
    } else if (state.task_id != event.task_id) {
        outcome.what = summons::kind::other_task;
    } else if (found->last_event == event.id) {
        outcome.what = summons::kind::repeated;
    } else {
        outcome.what = summons::kind::look_now;
        found->last_event = std::move(event.id);
        if (found->visited)
            found->look_again = true;
        else
            schedule_.hold(found->number, found->value.owner.organization, schedule::list::watch, before_all);
    }
    co_return outcome;
}

asio::awaitable<result<gates>> job_store::read_gates(deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    co_return gates_.as_of(now());
}

asio::awaitable<result<gates>> job_store::change_gates(gate_change change, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    gates_.change(change, at);
    co_return gates_.as_of(at);
}

asio::awaitable<result<store_overview>> job_store::overview(deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    store_overview seen;
    schedule_.count(seen);
    if (const auto oldest = schedule_.oldest_waiting(overview_window))
        seen.oldest_wait = at - jobs_.find(*oldest)->value.created_at;
    if (const auto due = schedule_.earliest_look(); due && *due < at)
        seen.look_lag = at - *due;
    co_return seen;
}

asio::awaitable<result<void>> job_store::check(deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    co_return boost::system::in_place_value;
}

}  // namespace adapters::memory
