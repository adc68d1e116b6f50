#pragma once
// The caller's trace, when it sent one that W3C Trace Context allows; anything else is as if nothing was
// sent.

#include "gateway/http/message.hpp"

#include <string>

namespace adapters::aitronos {

// As gateway::accepted_traceparent() of the header's value; empty when it was sent twice.
std::string traceparent_of(const gateway::http::request& incoming);

}  // namespace adapters::aitronos
