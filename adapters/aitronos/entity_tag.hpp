#pragma once
// Conditional requests: whether a client has already what it asks for, or asks for something else.

#include "gateway/http/message.hpp"

#include <string_view>

namespace adapters::aitronos {

enum class condition {
    none,          // answer as if there were no condition
    not_modified,  // 304: If-None-Match names what is there
    failed,        // 412: If-Match does not
};

// What a GET or HEAD makes conditional on `etag` (quotes included, no comma in it, strong), in the order of
// RFC 9110, 13.2.2. If-Match compares strongly, If-None-Match weakly, and "*" names anything.
condition condition_of(const gateway::http::request& incoming, std::string_view etag);

}  // namespace adapters::aitronos
