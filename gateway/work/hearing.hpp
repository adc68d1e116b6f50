#pragma once
// What is done when upstream speaks of a job by itself: a webhook, or an answer that came after its lease.

#include "gateway/domain/task_event.hpp"
#include "gateway/work/job_run.hpp"

namespace gateway::work {

// Heals a job whose task was not known, hastens one whose task was, and fills in the record of one that has
// ended. Fails as job_store::summon; then nothing was changed that a repetition would not mend.
boost::asio::awaitable<result<heard>> hear(workplace at, task_event event, deadline by);

}  // namespace gateway::work
