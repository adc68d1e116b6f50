#pragma once
// Conditional requests: whether a client already has what it asks for.

#include "gateway/http/message.hpp"

#include <string_view>

namespace adapters::aitronos {

// Whether If-None-Match names `etag` (quotes included, and no comma in it) or anything at all: the answer is
// 304 then. Weak comparison, as RFC 9110, 13.1.2 asks.
bool holds(const gateway::http::request& incoming, std::string_view etag);

}  // namespace adapters::aitronos
