#include "adapters/aitronos/credentials.hpp"

#include "gateway/http/trimmed.hpp"
#include "gateway/runtime/ascii.hpp"

#include <algorithm>

namespace adapters::aitronos {

namespace {

constexpr std::string_view blanks{" \t"};

std::string_view value_of(const gateway::http::request& incoming, std::string_view name) {
    const std::string* found = incoming.header(name);
    return found ? gateway::http::trimmed(*found) : std::string_view{};
}

// Schemes are case-insensitive (RFC 9110, 11.1).
bool is_bearer(std::string_view scheme) {
    return gateway::ascii::same_ignoring_case(scheme, "bearer");
}

std::string_view bearer_token(std::string_view authorization) {
    const auto gap = authorization.find_first_of(blanks);
    if (gap == std::string_view::npos || !is_bearer(authorization.substr(0, gap)))
        return {};
    return gateway::http::trimmed(authorization.substr(gap));
}

}  // namespace

std::string_view presented_key(const gateway::http::request& incoming) {
    if (const auto key = value_of(incoming, "x-api-key"); !key.empty())
        return key;
    if (const auto token = bearer_token(value_of(incoming, "authorization")); !token.empty())
        return token;
    return value_of(incoming, "api-key");
}

}  // namespace adapters::aitronos
