#pragma once
// What the answer to the paid call means. The one question that matters: may the call be sent again? Only
// after 429 and after the provider's own 502; every doubt is unknown_outcome (reference/producer-api 2.3
// - 2.5, 6).

#include "gateway/domain/music_backend.hpp"
#include "gateway/http_client/http_answer.hpp"

namespace adapters::producer {

using gateway::http_client::http_answer;

// Never throws but for lack of memory, and never answers not_delivered: an answer came. Reasons are cleaned.
gateway::create_answer::any read_create_answer(const http_answer& answer);

}  // namespace adapters::producer
