#pragma once
// The Idempotency-Key header, in the two spellings clients use: the bare text, and a structured-field string
// in quotes (the IETF draft on the header). Both spell the same key.

#include "gateway/http/message.hpp"
#include "gateway/service/generation_draft.hpp"

#include <string>

namespace adapters::aitronos {

// Puts the header's key in place of the body's (reference/aitronos-api 3.1); an empty header leaves the
// body's alone. What is no key - an unfinished quoted string, bytes that are no UTF-8, two headers that
// differ - marks the field as wrong, and the rules refuse it by name.
void take_idempotency_key(const gateway::http::request& incoming, gateway::service::given<std::string>& key);

}  // namespace adapters::aitronos
