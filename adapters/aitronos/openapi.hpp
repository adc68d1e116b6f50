#pragma once
// The face's contract for newcomers and their tools: openapi.json, embedded at build time, with what this
// gateway's configuration says written into it.

#include "gateway/http/message.hpp"
#include "gateway/service/policy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace adapters::aitronos {

// The file in pieces, in order; the build makes it from openapi.json.
const std::vector<std::string_view>& openapi_pieces();

// The document with `public_url` as its server and the limits of texts in force. One line of JSON.
std::string openapi_document(std::string_view public_url, const gateway::service::text_limits& limits);

// GET and HEAD /openapi.json. One per thread.
class openapi_route {
public:
    // 200, or 304 to whoever has it already. `rules` may change from call to call, as a reload makes them.
    gateway::http::response serve(const gateway::http::request& incoming, std::string_view public_url,
                                  const gateway::service::policy_ptr& rules);

private:
    gateway::service::policy_ptr made_for_;  // kept, so that its address is nobody else's
    std::string text_;
    std::string etag_;
};

}  // namespace adapters::aitronos
