#pragma once
// When to look at a task: near the time its engine typically takes, then in growing steps. Pure but for what
// was learned.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace gateway::work {

struct poll_schedule {
    std::optional<milliseconds> first;   // after acceptance; nothing: near the learned typical time
    double after_typical = 1.05;         // how near: a little late beats a wasted look
    milliseconds every{5'000};           // between looks at first (reference/producer-api 3.4)
    milliseconds up_to{10'000};          // between looks at a job that is late
    milliseconds deadline{15 * 60'000};  // from acceptance; then the job fails
};

// `fraction` in [0, 1) spreads the looks of jobs that were accepted together.
milliseconds first_look(const poll_schedule& schedule, milliseconds typical, double fraction);

// The wait before the next look at a job that was not finished `elapsed` after its acceptance.
milliseconds next_look(const poll_schedule& schedule, milliseconds elapsed, milliseconds typical,
                       double fraction);

// How long each engine takes, learned from the jobs that this thread saw end. A look that finds the job
// finished at once may have come too late, so the estimate shrinks a little; one that had to come again shows
// that it was too short, so it grows.
class learned_times {
public:
    milliseconds typical(const engine& of) const;

    // A job of the engine, of whose expected time `expected` was said, was seen finished `elapsed` after
    // acceptance.
    void saw_finished(const engine& of, const poll_schedule& schedule, milliseconds expected,
                      milliseconds elapsed);

private:
    std::unordered_map<std::string, milliseconds> by_engine_;
};

}  // namespace gateway::work
