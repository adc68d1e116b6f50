#include "gateway/work/ends.hpp"

#include "gateway/work/job_log.hpp"

namespace gateway::work {

void record_end(const job& ended, std::string_view note, metrics& counts) {
    const job_state& state = ended.state;
    counts.job_ended(to_string(state.status));
    if (state.credits > 0)
        counts.credits(to_string(state.credits_are), state.credits);
    if (state.earlier_credits > 0)
        counts.credits(to_string(credit_outcome::charged), state.earlier_credits);
    log_job(log::level::info, "job_ended", ended, state.task_id,
            {{"status", to_string(state.status)},
             {"engine", ended.request.engine},
             {"credits", state.credits},
             {"credits_are", to_string(state.credits_are)},
             {"earlier_credits", state.earlier_credits},
             {"submissions", state.submissions},
             {"calls", state.call + 1},
             {"milliseconds", (ended.as_of - ended.created_at).count()},
             {"note", note}});
}

void record_late_news(const job& ended, const job_state& now, metrics& counts) {
    const bool settles =
        ended.state.credits_are == credit_outcome::unknown && now.credits_are != credit_outcome::unknown;
    if (settles) {
        counts.credits("settled", ended.state.credits);
        if (now.credits > 0)
            counts.credits(to_string(now.credits_are), now.credits);
    }
    log_job(log::level::warning, "late_news", ended, now.task_id,
            {{"credits", now.credits}, {"credits_are", to_string(now.credits_are)}});
}

}  // namespace gateway::work
