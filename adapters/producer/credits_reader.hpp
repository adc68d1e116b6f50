#pragma once
// What the answer to get-credits means (reference/producer-api 5.1).

#include "adapters/producer/http_answer.hpp"
#include "gateway/domain/music_backend.hpp"

namespace adapters::producer {

gateway::credits_answer::any read_credits_answer(const http_answer& answer);

}  // namespace adapters::producer
