#pragma once
// Passes a W3C trace on: the same trace, a span of our own.

#include <string>
#include <string_view>

namespace adapters::producer {

// A traceparent with the trace id and flags of `incoming` and a fresh span id; empty when `incoming` is not
// well-formed, so nothing a client sent reaches a header unread.
std::string next_traceparent(std::string_view incoming);

}  // namespace adapters::producer
