#pragma once
// Every decision about a job after its 202, as pure functions: what is known, and what just happened, give
// what to write and when to come back. job_run performs them. The table they implement is in decisions.md
// beside this file.

#include "gateway/domain/audio_workshop.hpp"
#include "gateway/domain/gates.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/domain/music_backend.hpp"
#include "gateway/domain/task_event.hpp"
#include "gateway/work/work_policy.hpp"

#include <optional>
#include <string>
#include <variant>

namespace gateway::work {

// All `job`s passed here carry in `as_of` the moment the decision is made, by the store's clock.

// What to do with a job just claimed.
namespace step {
struct submit {
    job_state begun;  // to be stored before the call
};
struct look {};
struct master {};  // all clips are there
struct ask_for_lyrics {
    job_state asked;  // to be stored before the call, so that it is made once
};
struct settle {  // no call needed: write and be done for now
    job_state next;
    milliseconds look_in{0};
    std::string note;      // for the log
    bool unknown = false;  // about a call whose answer was lost
};
using any = std::variant<submit, look, master, ask_for_lyrics, settle>;
}  // namespace step

step::any next_step(const job& claimed, const gates& backend, const work_policy& policy);

// What an answer leads to.
struct verdict {
    job_state next;
    milliseconds look_in{0};
    std::optional<gate_change> gate;
    bool alarm = false;    // an operator must do something
    bool unknown = false;  // the call's outcome is unknown from now on
    std::string note;      // for the log
};

// `begun` is the job as stored before the call; `typical` the engine's learned time.
verdict after_create(const job& begun, const create_answer::any& answer, const gates& backend,
                     const engine& with, const work_policy& policy, milliseconds typical);

// Upstream itself named the task of a job that was not known to be accepted.
verdict after_event(const job& known, const task_event& event, const engine* with, milliseconds typical);

// A clip to fetch, or a verdict.
using look_verdict = std::variant<verdict, clip>;
look_verdict after_look(const job& watched, const task_answer::any& answer, const gates& backend,
                        const work_policy& policy);

// `kept` is looked at only when the answer is `fetched`.
verdict after_fetch(const job& watched, const clip& of, const fetch_answer::any& answer,
                    const result<stored_audio>& kept, const work_policy& policy);

// The log's and the metrics' word for an answer.
std::string_view name_of(const create_answer::any& answer);
std::string_view name_of(const task_answer::any& answer);
std::string_view name_of(const fetch_answer::any& answer);

// The job as it goes on with what upstream wrote, or did not write.
verdict after_lyrics(const job& asked, const lyrics_answer::any& answer);

// A part was kept in the archive and found to be `measured` long. Nothing: it is what was asked for, and only
// has to become the track.
std::optional<verdict> after_part(const job& watched, const clip& of, const stored_audio& kept,
                                  const measured_audio& measured, const engine& with);

verdict after_master(const job& mastered, const result<stored_audio>& made);

// `outcome`, or what is done instead of letting a whole job fail for one of its clips: the clip is made once
// more, or the music does without it.
verdict or_without_the_clip(const job& watched, verdict outcome, const engine& with);

}  // namespace gateway::work
