#pragma once
// What the answer to get-credits means (reference/producer-api 5.1).

#include "gateway/domain/music_backend.hpp"
#include "gateway/http_client/http_answer.hpp"

namespace adapters::producer {

using gateway::http_client::http_answer;

gateway::credits_answer::any read_credits_answer(const http_answer& answer);

}  // namespace adapters::producer
