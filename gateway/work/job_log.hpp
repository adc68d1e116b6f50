#pragma once
// One line of the log about one job: every one says which job, whose, of which trace, and as which task
// upstream knows it, so that a job's lines are found by any of these.

#include "gateway/domain/job.hpp"
#include "gateway/runtime/log.hpp"

#include <array>
#include <string_view>

namespace gateway::work {

// `task_id`: as it is known from this step on; empty: not known.
inline void log_job(log::level at, std::string_view event, const job& of, std::string_view task_id,
                    std::initializer_list<log::field> what) {
    if (!log::enabled(at))
        return;
    const std::string trace_id = trace_id_of(of);
    const std::array<log::field, 4> which{{{"job_id", of.id},
                                           {"organization", of.owner.organization},
                                           {"task_id", task_id},
                                           {"trace_id", trace_id}}};
    log::write(at, event, which, what);
}

}  // namespace gateway::work
