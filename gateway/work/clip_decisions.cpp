// Decisions about music that takes more than one clip, or work on its only one.
#include "gateway/work/decisions.hpp"

#include "gateway/runtime/backoff.hpp"
#include "gateway/work/endings.hpp"
#include "gateway/work/music_plan.hpp"

#include <algorithm>
#include <array>

namespace gateway::work {

namespace {

constexpr int most_attempts = 3;  // at a master that the tools refuse
constexpr backoff master_retry{milliseconds{1'000}, milliseconds{60'000}};

bool is_the_clips_own(const std::string& error_message) {
    constexpr std::array messages{message::generation_failed, message::generation_timed_out,
                                  message::lost_upstream, message::no_audio, message::audio_unusable};
    return std::find(messages.begin(), messages.end(), error_message) != messages.end();
}

job_state ready_to_master(job_state next, store_time now) {
    if (!next.music_ready_at)  // the last clip asked for never came
        next.music_ready_at = now;
    next.status = job_status::running;
    next.step = submission::accepted;
    next.mastering = true;
    forget_setbacks(next);
    next.audio_url.clear();
    next.error_message.clear();
    next.refusal_reason.clear();
    return next;
}

// Under way, whatever became of the call that `from` speaks of.
job_state for_another_clip(job_state from) {
    job_state next = before_next_call(std::move(from));
    next.status = job_status::running;
    next.error_message.clear();
    return next;
}

}  // namespace

std::optional<verdict> after_part(const job& watched, const clip& of, const stored_audio& kept,
                                  const measured_audio& measured, const engine& with) {
    job grown = watched;
    job_state& next = grown.state;
    next.progress = progress_of(watched);
    if (!next.music_ready_at)
        next.music_ready_at = watched.as_of;
    next.clip_id = of.clip_id;
    if (next.seed_number.empty())
        next.seed_number = of.seed;
    next.replacing = false;
    next.clips.push_back({next.task_id, kept.extension, measured.sounding_seconds});

    const auto after = after_clip(grown, with, measured.seconds);
    if (std::holds_alternative<next_music::untouched>(after))
        return std::nullopt;
    verdict v;
    if (const auto* more = std::get_if<next_music::another_clip>(&after)) {
        v.next = for_another_clip(next);
        v.next.clips_planned = std::max(v.next.clips_planned, more->planned);
        v.note = "another clip is needed for the length";
    } else {
        v.next = ready_to_master(next, watched.as_of);
        v.note = "all clips are there";
    }
    return v;
}

verdict after_master(const job& mastered, const result<stored_audio>& made) {
    verdict v;
    if (made) {
        v.next = succeeded(mastered, *made);
        forget_setbacks(v.next);
        return v;
    }
    v.note = made.error().message();
    v.next = mastered.state;
    v.next.setbacks += 1;
    const bool tools_refuse = is(made.error(), errc::audio_work_failed) ||
                              is(made.error(), errc::not_audio) || is(made.error(), errc::not_found);
    v.next.faults += tools_refuse ? 1 : 0;
    const milliseconds tried_for = mastered.as_of - mastered.state.music_ready_at.value_or(mastered.as_of);
    if (tools_refuse ? v.next.faults >= most_attempts : tried_for >= our_own_patience(made.error()))
        v.next = failed(mastered, message::audio_unusable);
    else
        v.look_in = master_retry.wait(static_cast<unsigned>(v.next.setbacks));
    v.alarm = true;
    return v;
}

verdict or_without_the_clip(const job& watched, verdict outcome, const engine& with) {
    const job_state& state = watched.state;
    const bool focus = watched.request.mode == generation_mode::focus;
    const bool lost = outcome.next.status == job_status::failed || outcome.next.status == job_status::refused;
    if (!lost || (!focus && state.clips.empty()))
        return outcome;
    // The paid calls of a job are bounded, whatever fails; every clip is replaced once at most.
    if (is_the_clips_own(outcome.next.error_message) && !state.replacing &&
        state.call < 2 * with.max_clips_per_job) {
        outcome.next = for_another_clip(std::move(outcome.next));
        outcome.next.replacing = true;
        outcome.note = "the clip is made once more: " + outcome.note;
    } else if (!focus) {
        // What was asked for is there, only shorter; its length is told as it is.
        outcome.next = ready_to_master(std::move(outcome.next), watched.as_of);
        outcome.note = "the music does without a further clip: " + outcome.note;
    }
    return outcome;
}

}  // namespace gateway::work
