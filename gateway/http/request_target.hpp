#pragma once
// The request-target of RFC 9112 section 3.2, reduced to what a gateway needs: a path and a query.

#include "gateway/http/message.hpp"

#include <optional>
#include <string_view>

namespace gateway::http {

struct request_target {
    std::string_view path;   // raw; "/..." or "*"
    std::string_view query;  // raw, without '?'
};

// Origin form as it is; of the absolute form (http, https) the path; "*" for OPTIONS alone. Nothing for the
// authority form, for a fragment and for bytes that no URI has. The views are into `text`.
std::optional<request_target> read_target(method asked, std::string_view text);

// Whether `text` is a Host: a name or an address (RFC 3986, 3.2.2), with or without a port. Not an empty one,
// nor a list of them: nothing of ours is found under none.
bool is_host(std::string_view text);

method read_method(std::string_view token);

}  // namespace gateway::http
