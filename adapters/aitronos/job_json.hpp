#pragma once
// Jobs and tracks as clients know them: exactly the documented keys, in the documented order, nulls written
// out.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::aitronos {

// The 11 keys (reference/aitronos-api 3.0). `playback_url` and `track` are written when the job has succeeded
// and `playback_url` is not empty; lists pass none. `engines` knows the licence; an engine that is no longer
// configured leaves it unclear.
void append_job(std::string& out, const gateway::job& job, std::string_view playback_url,
                std::span<const gateway::engine> engines);

// The track of a succeeded job (reference/aitronos-api 5.1). An empty `playback_url` is written as null.
void append_track(std::string& out, const gateway::job& job, std::string_view playback_url,
                  std::span<const gateway::engine> engines);

// {"jobs": [...], "limit": n, "offset": n}
std::string job_list(const std::vector<gateway::job>& jobs, int limit, int offset);

}  // namespace adapters::aitronos
