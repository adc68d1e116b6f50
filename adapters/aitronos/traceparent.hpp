#pragma once
// The caller's trace, when it sent one that W3C Trace Context allows; anything else is as if nothing was
// sent.

#include "gateway/http/message.hpp"

#include <string>
#include <string_view>

namespace adapters::aitronos {

// Version 00: "00-" 32 hexadecimal digits "-" 16 "-" 2, lower case, neither id all zeros.
bool is_traceparent(std::string_view text);

// The header's value when it is valid and was sent once; else empty.
std::string traceparent_of(const gateway::http::request& incoming);

}  // namespace adapters::aitronos
