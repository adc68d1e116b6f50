// Decisions about a job whose task upstream has accepted: after a look, and after fetching its audio.
#include "gateway/work/decisions.hpp"

#include "gateway/runtime/backoff.hpp"
#include "gateway/work/endings.hpp"

#include <algorithm>

namespace gateway::work {

namespace {

constexpr milliseconds unknown_task_grace{30'000};  // reference/producer-api 3.5, 8
constexpr int most_lost_looks = 3;
constexpr milliseconds audio_grace{
    60'000};  // success without audio, or a CDN that says 404: reference/producer-api 9
constexpr milliseconds audio_again{2'000};
constexpr backoff trouble{milliseconds{1'000}, milliseconds{60'000}};
constexpr backoff audio_retry{milliseconds{1'000}, milliseconds{30'000}};
constexpr int most_refusals = 2;                 // of a clip by the audio tools
constexpr milliseconds audio_patience{300'000};  // for a network that keeps failing
constexpr backoff access_retry{milliseconds{5'000}, milliseconds{60'000}};
constexpr milliseconds longest_retry_after{600'000};

milliseconds since(const job& at, const std::optional<store_time>& then) {
    return then ? at.as_of - *then : milliseconds{0};
}

milliseconds running_for(const job& watched) {
    return since(watched, watched.state.accepted_at);
}

job_state with_refund(job_state next, const std::optional<bool>& refunded) {
    // Upstream gives the credits of a failed task back by itself, unless it says otherwise
    // (reference/producer-api 5.3).
    next.credits_are = refunded.value_or(true) ? credit_outcome::refunded : credit_outcome::charged;
    return next;
}

// From here on what goes wrong goes wrong with the audio; the troubles of polling are over.
job_state with_music_ready(const job& watched) {
    job_state next = watched.state;
    if (!next.music_ready_at) {
        next.music_ready_at = watched.as_of;
        forget_setbacks(next);
    }
    return next;
}

// A job that is to go on, unless its time is over.
verdict go_on(const job& watched, const work_policy& policy, job_state next, milliseconds look_in,
              std::string note = {}) {
    verdict v;
    v.note = std::move(note);
    const milliseconds left = policy.poll.deadline - running_for(watched);
    if (left.count() <= 0) {
        v.next = failed(watched, message::generation_timed_out);
        v.next.credits_are = credit_outcome::unknown;
        return v;
    }
    v.next = std::move(next);
    v.look_in = std::max(milliseconds{1}, std::min(look_in, left));
    return v;
}

verdict set_back(const job& watched, const work_policy& policy, std::optional<milliseconds> retry_after,
                 std::string note) {
    job_state next = watched.state;
    next.setbacks += 1;
    const milliseconds wait = retry_after
                                  ? spread(std::clamp(*retry_after, milliseconds{0}, longest_retry_after))
                                  : trouble.wait(static_cast<unsigned>(next.setbacks));
    return go_on(watched, policy, next, wait, std::move(note));
}

// One call per row of the table in decisions.md.
struct look_rows {
    const job& watched;
    const gates& backend;
    const work_policy& policy;

    look_verdict operator()(const task_answer::pending&) const {
        job_state next = watched.state;
        forget_setbacks(next);
        next.lost_looks = 0;
        return go_on(watched, policy, next,
                     next_look(policy.poll, running_for(watched), watched.state.typical, random_fraction()));
    }

    look_verdict operator()(const task_answer::ready_without_audio&) const {
        job_state next = with_music_ready(watched);
        if (watched.as_of - *next.music_ready_at >= audio_grace) {
            verdict v;
            v.next = failed(watched, message::no_audio);
            v.note = "upstream reported success without audio";
            return v;
        }
        return go_on(watched, policy, next, spread(audio_again), "success without audio yet");
    }

    look_verdict operator()(const task_answer::succeeded& answer) const {
        if (answer.clips.empty())
            return (*this)(task_answer::ready_without_audio{});
        return answer.clips.front();
    }

    look_verdict operator()(const task_answer::failed& answer) const {
        verdict v;
        v.next = with_refund(
            failed(watched, answer.timed_out ? message::generation_timed_out : message::generation_failed),
            answer.refunded);
        v.note = answer.reason;
        return v;
    }

    look_verdict operator()(const task_answer::refused& answer) const {
        verdict v;
        v.next = with_refund(refused(watched, answer.reason), answer.refunded);
        v.note = answer.reason;
        return v;
    }

    look_verdict operator()(const task_answer::lost&) const {
        job_state next = watched.state;
        if (running_for(watched) < unknown_task_grace)
            return go_on(watched, policy, next, spread(policy.poll.every), "unknown task, within the grace");
        next.lost_looks += 1;
        if (next.lost_looks < most_lost_looks)
            return go_on(watched, policy, next, spread(policy.poll.every), "unknown task");
        verdict v;
        v.next = failed(watched, message::lost_upstream);
        v.next.credits_are = credit_outcome::unknown;
        v.note = "unknown task three times in a row";
        return v;
    }

    look_verdict operator()(const task_answer::transient& answer) const {
        return set_back(watched, policy, answer.retry_after, answer.reason);
    }

    look_verdict operator()(const task_answer::throttled& answer) const {
        verdict v = set_back(watched, policy, answer.retry_after, "throttled");
        if (!is_terminal(v.next.status))
            v.gate = throttle{v.look_in};
        return v;
    }

    look_verdict operator()(const task_answer::access_denied& answer) const {
        const milliseconds wait = access_retry.wait(static_cast<unsigned>(backend.access_failures) + 1);
        verdict v = go_on(watched, policy, watched.state, wait, answer.reason);
        v.gate = shut_access{wait};
        v.alarm = true;
        return v;
    }

    look_verdict operator()(const task_answer::misconfigured& answer) const {
        verdict v = set_back(watched, policy, std::nullopt, answer.reason);
        v.alarm = true;
        return v;
    }

    look_verdict operator()(const task_answer::retired& answer) const {
        verdict v;
        v.next = with_refund(failed(watched, message::engine_retired), std::nullopt);
        v.note = answer.reason;
        v.alarm = true;
        if (const engine* with = find_engine(policy.engines, watched.request.engine))
            v.gate = retire_engine{retirement_key(with->engine_key, with->model)};
        return v;
    }
};

job_state music_is_ready(const job& watched, const clip& of) {
    job_state next = with_music_ready(watched);
    next.clip_id = of.clip_id;
    next.audio_url = of.audio_url;
    if (next.seed_number.empty())
        next.seed_number = of.seed;
    next.lost_looks = 0;
    return next;
}

// Once the music exists its own patience counts, not the poll deadline: it is paid for.
verdict fetch_later(const job& watched, job_state next, milliseconds patience, milliseconds wait,
                    std::string note) {
    verdict v;
    v.note = std::move(note);
    if (watched.as_of - *next.music_ready_at >= patience) {
        job at = watched;
        at.state = std::move(next);
        v.next = failed(at, message::no_audio);
        v.alarm = true;
        return v;
    }
    v.next = std::move(next);
    v.look_in = wait;
    return v;
}

verdict keep_outcome(const job& watched, job_state next, const result<stored_audio>& kept) {
    if (kept) {
        job at = watched;
        at.state = std::move(next);
        forget_setbacks(at.state);
        verdict v;
        v.next = succeeded(at, *kept);
        return v;
    }
    next.setbacks += 1;
    if (is(kept.error(), errc::not_audio) || is(kept.error(), errc::body_too_large))
        return fetch_later(watched, std::move(next), audio_grace, spread(audio_again),
                           kept.error().message());
    // Over a limit, or too much for the tools: another try may find the machine less busy, not the file
    // better.
    const bool tools_refuse = is(kept.error(), errc::audio_work_failed);
    next.faults += tools_refuse ? 1 : 0;
    if (tools_refuse && next.faults >= most_refusals) {
        job at = watched;
        at.state = std::move(next);
        verdict v;
        v.next = failed(at, message::audio_unusable);
        v.note = kept.error().message();
        v.alarm = true;
        return v;
    }
    // Our own disk, or the machine is busy: the music is there and paid for.
    const milliseconds wait = audio_retry.wait(static_cast<unsigned>(next.setbacks));
    verdict v =
        fetch_later(watched, std::move(next), our_own_patience(kept.error()), wait, kept.error().message());
    v.alarm = true;
    return v;
}

}  // namespace

look_verdict after_look(const job& watched, const task_answer::any& answer, const gates& backend,
                        const work_policy& policy) {
    return std::visit(look_rows{watched, backend, policy}, answer);
}

verdict after_fetch(const job& watched, const clip& of, const fetch_answer::any& answer,
                    const result<stored_audio>& kept, const work_policy&) {
    job_state next = music_is_ready(watched, of);
    if (std::holds_alternative<fetch_answer::fetched>(answer))
        return keep_outcome(watched, std::move(next), kept);
    if (std::holds_alternative<fetch_answer::not_there_yet>(answer))
        return fetch_later(watched, std::move(next), audio_grace, spread(audio_again),
                           "the audio is not there yet");
    if (const auto* forbidden = std::get_if<fetch_answer::forbidden_host>(&answer)) {
        job at = watched;
        at.state = std::move(next);
        verdict v;
        v.next = failed(at, message::no_audio);
        v.note = "audio.allowed_hosts does not allow " + forbidden->host;
        v.alarm = true;
        return v;
    }
    next.setbacks += 1;
    const milliseconds wait = audio_retry.wait(static_cast<unsigned>(next.setbacks));
    return fetch_later(watched, std::move(next), audio_patience, wait,
                       std::get<fetch_answer::failed>(answer).reason);
}

}  // namespace gateway::work
