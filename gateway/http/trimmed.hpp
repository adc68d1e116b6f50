#pragma once
// Values of header fields and of queries may stand between white space that means nothing (RFC 9110, 5.6.3).

#include <string_view>

namespace gateway::http {

// Without the spaces and tabs around it.
constexpr std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace gateway::http
