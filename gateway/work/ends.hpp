#pragma once
// What is told of a job when it has ended: one log line, and its part in the sums.

#include "gateway/domain/job.hpp"
#include "gateway/runtime/metrics.hpp"

#include <string_view>

namespace gateway::work {

// Once for each job, by whoever wrote its end.
void record_end(const job& ended, std::string_view note, metrics& counts);

// Of an ended job came to light what its record did not say: the task it has upstream, what became of its
// credits. `now` is what is known from here on.
void record_late_news(const job& ended, const job_state& now, metrics& counts);

}  // namespace gateway::work
