#pragma once
// What the answer to a look at a task means: reference/producer-api 3.5 step by step, both dialects.

#include "adapters/producer/http_answer.hpp"
#include "gateway/domain/music_backend.hpp"

namespace adapters::producer {

// Never throws but for lack of memory. Reasons are cleaned.
gateway::task_answer::any read_task_answer(const http_answer& answer);

}  // namespace adapters::producer
