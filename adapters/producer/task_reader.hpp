#pragma once
// What the answer to a look at a task means: reference/producer-api 3.5 step by step, both dialects.

#include "gateway/domain/music_backend.hpp"
#include "gateway/http_client/http_answer.hpp"

namespace adapters::producer {

using gateway::http_client::http_answer;

// Never throws but for lack of memory. Reasons are cleaned.
gateway::task_answer::any read_task_answer(const http_answer& answer);

}  // namespace adapters::producer
