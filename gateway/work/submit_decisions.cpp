// Decisions about the paid call: before it, and after its answer.
#include "gateway/work/decisions.hpp"

#include "gateway/domain/vocals.hpp"
#include "gateway/runtime/backoff.hpp"
#include "gateway/work/endings.hpp"
#include "gateway/work/music_plan.hpp"

#include <algorithm>

namespace gateway::work {

namespace {

constexpr backoff delivery_retry{milliseconds{500}, milliseconds{30'000}};
constexpr backoff fault_retry{milliseconds{2'000}, milliseconds{60'000}};
constexpr backoff throttle_pause{milliseconds{2'000}, milliseconds{60'000}};  // reference/producer-api 7
constexpr backoff access_retry{milliseconds{5'000}, milliseconds{60'000}};
constexpr int most_faults = 6;
constexpr int price_of_lyrics = 1;                    // reference/producer-api 5
constexpr milliseconds longest_retry_after{600'000};  // upstream's word counts, within reason

milliseconds since(const job& at, const std::optional<store_time>& then) {
    return then ? at.as_of - *then : milliseconds{0};
}

// Back to the queue: nothing was charged, and the job may be sent again.
job_state waiting_again(const job& at) {
    job_state next = at.state;
    next.step = submission::waiting;
    next.setbacks += 1;
    next.credits = 0;
    next.credits_are = credit_outcome::none;
    return next;
}

job_state uncharged(job_state next) {
    next.credits = 0;
    next.credits_are = credit_outcome::none;
    return next;
}

// Until the hold is over, but no longer than until somebody has looked whether there are credits again: a job
// that may go on must not sleep through it.
milliseconds held_for(milliseconds shut_for, const work_policy& policy) {
    return std::min(policy.credits_hold - shut_for, policy.credits_check_every);
}

step::any submit_or_settle(const job& claimed, const gates& backend, const work_policy& policy) {
    const engine* with = find_engine(policy.engines, claimed.request.engine);
    if (!with)
        return step::settle{failed(claimed, message::engine_gone), {}, "the engine is no longer configured"};
    const std::string retirement = retirement_key(with->engine_key, with->model);
    if (std::find(backend.retired.begin(), backend.retired.end(), retirement) != backend.retired.end())
        return step::settle{failed(claimed, message::engine_retired), {}, "the engine is retired"};
    if (backend.credits_shut_for) {
        if (*backend.credits_shut_for >= policy.credits_hold)
            return step::settle{failed(claimed, message::no_credits), {}, "no credits left"};
        job_state next = claimed.state;
        return step::settle{next, held_for(*backend.credits_shut_for, policy), "waiting for credits"};
    }
    if (!claimed.state.lyrics_asked && wants_lyrics_written(claimed.request, *with)) {
        step::ask_for_lyrics ask{claimed.state};
        ask.asked.lyrics_asked = true;
        ask.asked.earlier_credits += price_of_lyrics;
        return ask;
    }
    job_state begun = submitting(claimed.state, with->credits);
    if (!begun.first_tried_at)
        begun.first_tried_at = claimed.as_of;
    return step::submit{begun};
}

// The answer to this job's call was lost: by the process that made it (its lease ran out), or on the wire.
step::settle outcome_is_unknown(const job& claimed, const work_policy& policy) {
    job_state next = claimed.state;
    if (!next.unknown_since) {
        next.unknown_since = claimed.as_of;
        return {next, policy.unknown_wait, "the process that submitted the job was lost", true};
    }
    const milliseconds left = policy.unknown_wait - since(claimed, next.unknown_since);
    if (left.count() > 0)
        return {next, left, "waiting for news of the lost answer", false};
    if (policy.resubmit_unknown && next.repeats == 0) {
        next = waiting_again(claimed);
        next.repeats = 1;
        next.unknown_since.reset();
        return {next, {}, "no news of the lost answer: submitting once more", true};
    }
    const auto words = next.repeats == 0 ? message::outcome_unknown : message::outcome_unknown_twice;
    return {failed(claimed, words), {}, "no news of the lost answer", true};
}

// One visitor call per row of the table in decisions.md.
struct create_rows {
    const job& begun;
    const gates& backend;
    const engine& with;
    const work_policy& policy;
    milliseconds typical;

    verdict operator()(const create_answer::accepted& answer) const {
        verdict v;
        v.next = begun.state;
        v.next.status = job_status::running;
        v.next.step = submission::accepted;
        v.next.task_id = answer.task_id;
        v.next.accepted_at = begun.as_of;
        v.next.typical = typical;
        forget_setbacks(v.next);
        v.next.unknown_since.reset();
        v.next.credits_are = credit_outcome::charged;
        if (v.next.clips_planned == 0)
            v.next.clips_planned = first_guess(begun.request, with);
        v.look_in = first_look(policy.poll, typical, random_fraction());
        if (backend.access_retry_in || backend.throttles > 0)
            v.gate = open_access{};
        return v;
    }

    verdict operator()(const create_answer::not_delivered& answer) const {
        verdict v;
        if (since(begun, begun.state.first_tried_at) >= policy.poll.deadline) {
            v.next = uncharged(failed(begun, message::unreachable));
        } else {
            v.next = waiting_again(begun);
            v.look_in = delivery_retry.wait(static_cast<unsigned>(v.next.setbacks));
        }
        v.note = answer.reason;
        return v;
    }

    verdict operator()(const create_answer::upstream_fault& answer) const {
        verdict v;
        v.next = waiting_again(begun);
        v.next.faults += 1;  // a job that has outlasted throttles and an upstream away has had no fault yet
        if (v.next.faults >= most_faults)
            v.next = uncharged(failed(begun, message::generation_failed));
        else
            v.look_in = fault_retry.wait(static_cast<unsigned>(v.next.faults));
        v.note = answer.reason;
        return v;
    }

    verdict operator()(const create_answer::throttled& answer) const {
        verdict v;
        const milliseconds pause =
            answer.retry_after ? spread(std::clamp(*answer.retry_after, milliseconds{0}, longest_retry_after))
                               : throttle_pause.wait(static_cast<unsigned>(backend.throttles) + 1);
        v.next = waiting_again(begun);
        v.look_in = pause;
        v.gate = throttle{pause};
        return v;
    }

    verdict operator()(const create_answer::content_refused& answer) const {
        verdict v;
        v.next = uncharged(refused(begun, answer.reason));
        v.note = answer.reason;
        return v;
    }

    verdict operator()(const create_answer::invalid& answer) const {
        verdict v;
        v.next = uncharged(failed(begun, message::not_accepted));
        v.note = answer.reason;
        v.alarm = true;  // what we composed was wrong: our fault, not the client's
        return v;
    }

    verdict operator()(const create_answer::out_of_credits& answer) const {
        verdict v;
        v.gate = shut_credits{};
        v.note = answer.reason;
        v.alarm = true;
        const milliseconds shut_for = backend.credits_shut_for.value_or(milliseconds{0});
        if (shut_for >= policy.credits_hold) {
            v.next = uncharged(failed(begun, message::no_credits));
        } else {
            v.next = waiting_again(begun);
            v.look_in = held_for(shut_for, policy);
        }
        return v;
    }

    verdict operator()(const create_answer::access_denied& answer) const {
        verdict v;
        v.next = waiting_again(begun);
        v.look_in = access_retry.wait(static_cast<unsigned>(backend.access_failures) + 1);
        v.gate = shut_access{v.look_in};
        v.note = answer.reason;
        v.alarm = true;
        return v;
    }

    verdict operator()(const create_answer::retired& answer) const {
        verdict v;
        v.next = uncharged(failed(begun, message::engine_retired));
        v.gate = retire_engine{retirement_key(with.engine_key, with.model)};
        v.note = answer.reason;
        v.alarm = true;
        return v;
    }

    verdict operator()(const create_answer::unknown_outcome& answer) const {
        verdict v;
        v.next = begun.state;
        v.next.unknown_since = begun.as_of;
        v.look_in = policy.unknown_wait;
        v.note = answer.reason;
        v.unknown = true;
        return v;
    }
};

}  // namespace

step::any next_step(const job& claimed, const gates& backend, const work_policy& policy) {
    switch (claimed.state.step) {
        case submission::waiting: return submit_or_settle(claimed, backend, policy);
        case submission::submitting: return outcome_is_unknown(claimed, policy);
        case submission::accepted: break;
    }
    if (claimed.state.mastering)
        return step::master{};
    // Also past its deadline: it may have finished long ago, while no replica was running.
    return step::look{};
}

verdict after_event(const job& known, const task_event& event, const engine* with, milliseconds typical) {
    verdict v;
    v.next = known.state;
    v.next.status = job_status::running;
    v.next.step = submission::accepted;
    v.next.task_id = event.task_id;
    // It was accepted when it was sent, as far as that is known: its deadline counts from there.
    v.next.accepted_at = known.state.submissions == 1 ? known.state.first_tried_at : known.as_of;
    v.next.typical = typical;
    forget_setbacks(v.next);
    v.next.unknown_since.reset();
    v.next.credits_are = credit_outcome::charged;
    if (v.next.credits == 0 && with)
        v.next.credits = with->credits;
    v.note = "the task was found";
    return v;
}

verdict after_lyrics(const job& asked, const lyrics_answer::any& answer) {
    verdict v;
    v.next = asked.state;
    if (const auto* text = std::get_if<lyrics_answer::written>(&answer))
        v.next.written_lyrics = text->lyrics;
    else
        v.note = std::get<lyrics_answer::none>(answer).reason;
    return v;
}

verdict after_create(const job& begun, const create_answer::any& answer, const gates& backend,
                     const engine& with, const work_policy& policy, milliseconds typical) {
    return std::visit(create_rows{begun, backend, with, policy, typical}, answer);
}

}  // namespace gateway::work
