#pragma once
// The two ends of a wish for lyrics (reference/producer-api 10): what the call carries, and the texts that
// answers may hold. The shapes were not seen by anybody, so what is read is read tolerantly.

#include "gateway/domain/job.hpp"
#include "gateway/http_client/http_answer.hpp"

#include <string>

namespace adapters::producer {

using gateway::http_client::http_answer;

// The body of the call that asks for lyrics, JSON.
std::string compose_lyrics_body(const gateway::generation_request& request);

// The lyrics in an answer, to the call itself or to a look at its task: not blank, well-formed UTF-8, at most
// as long as upstream is known to take. Empty when there are none (yet).
std::string read_lyrics(const http_answer& answer);

}  // namespace adapters::producer
