#pragma once
// Jobs and policies to decide about.

#include "gateway/work/decisions.hpp"

namespace gateway::work {

inline constexpr store_time noon{milliseconds{1'782'900'000'000}};

inline work_policy a_policy() {
    work_policy policy;
    engine studio;
    studio.engine_key = "studio";
    studio.model = "FUZZ-2.0";
    studio.credits = 10;
    policy.engines = {studio};
    return policy;
}

inline job a_queued_job() {
    job fresh;
    fresh.id = "mgen_0123456789ab";
    fresh.owner = {"org_a", "usr_a"};
    fresh.request.engine = "studio";
    fresh.request.prompt = "a prompt";
    fresh.request.duration_seconds = 60;
    fresh.created_at = noon;
    fresh.as_of = noon;
    return fresh;
}

// As stored before the paid call.
inline job a_submitting_job() {
    job begun = a_queued_job();
    begun.state.step = submission::submitting;
    begun.state.submissions = 1;
    begun.state.first_tried_at = noon;
    begun.state.credits = 10;
    begun.state.credits_are = credit_outcome::unknown;
    return begun;
}

inline job a_running_job(milliseconds for_how_long) {
    job running = a_submitting_job();
    running.state.status = job_status::running;
    running.state.step = submission::accepted;
    running.state.task_id = "task-1";
    running.state.typical = milliseconds{40'000};
    running.state.accepted_at = noon;
    running.state.credits_are = credit_outcome::charged;
    running.as_of = noon + for_how_long;
    return running;
}

}  // namespace gateway::work
