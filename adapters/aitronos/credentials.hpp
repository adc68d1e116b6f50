#pragma once
// Where a client may put its key: existing clients use four ways, and all of them work
// (reference/aitronos-api 1).

#include "gateway/http/message.hpp"

#include <string_view>

namespace adapters::aitronos {

// The key as sent: of X-API-Key, else of `Authorization: Bearer`, else of api-key. Empty when none of them
// holds one; an empty header and another Authorization scheme hold none. A view into `incoming`.
std::string_view presented_key(const gateway::http::request& incoming);

}  // namespace adapters::aitronos
