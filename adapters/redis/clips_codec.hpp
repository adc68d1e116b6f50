#pragma once
// What a job knows of its clips, as one JSON text, so that jobs of a single clip pay nothing for it.

#include "gateway/domain/job.hpp"

#include <string>
#include <string_view>

namespace adapters::redis {

// Empty for a job that never had more than one clip, nor audio work to do.
std::string encode_clips(const gateway::job_state& state);

// False when the text is none of ours; then `into` may hold a part of it.
bool decode_clips(std::string_view text, gateway::job_state& into);

}  // namespace adapters::redis
