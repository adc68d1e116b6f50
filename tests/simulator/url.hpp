#pragma once
// As much of a URL as delivering a webhook needs.

#include <optional>
#include <string>
#include <string_view>

namespace simulator {

struct url {
    bool secure = false;
    std::string host;       // without the brackets of an IPv6 address
    std::string port;       // never empty
    std::string authority;  // host and port as written, for the Host header
    std::string target;     // begins with '/'
};

// Absent when it is not an http or https address, or could smuggle a second header line into a request.
std::optional<url> parse_url(std::string_view text);

}  // namespace simulator
