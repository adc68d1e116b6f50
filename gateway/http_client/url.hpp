#pragma once
// Addresses we dial: base URLs from the configuration, and audio URLs from whoever wrote the answer.

#include "gateway/runtime/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::http_client {

struct url {
    bool tls = false;
    std::string host;  // lower case, ASCII; an IPv6 address without brackets
    std::uint16_t port = 0;
    std::string target;  // path and query as they go on the request line, "/" at least; no fragment

    bool operator==(const url&) const = default;
};

// An absolute http or https URL. An error for any other scheme, a user name, a host that is empty or not
// ASCII, port 0. Spaces and bytes beyond ASCII in path and query are escaped, as browsers do; control
// characters are an error.
gateway::result<url> parse_url(std::string_view text);

// As parse_url, but without query or fragment; its target is the prefix of every path, without a slash at the
// end.
gateway::result<url> parse_base_url(std::string_view text);

// Where a redirect from `from` leads. `location` may be relative.
gateway::result<url> follow(const url& from, std::string_view location);

// Host header: with brackets for IPv6, with the port unless it is the scheme's own.
std::string host_field(const url& of);

// One path segment, everything but unreserved characters escaped.
std::string escaped_segment(std::string_view text);

}  // namespace gateway::http_client
