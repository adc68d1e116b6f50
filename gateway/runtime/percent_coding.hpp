#pragma once
// Percent-coding as in URLs (RFC 3986, 2.1).

#include "gateway/runtime/ascii.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway {

// What needs no coding anywhere in a URL (RFC 3986, 2.3).
constexpr bool is_unreserved(char c) noexcept {
    return ascii::is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// The byte that the three characters at the beginning of `text` stand for, "%41"; -1 when they do not.
constexpr int percent_coded_byte(std::string_view text) noexcept {
    if (text.size() < 3 || text[0] != '%' || ascii::hex_value(text[1]) < 0 || ascii::hex_value(text[2]) < 0)
        return -1;
    return ascii::hex_value(text[1]) * 16 + ascii::hex_value(text[2]);
}

// `plus` is what a '+' stands for: itself, or a blank in what a form sends. Nothing for a broken escape.
std::optional<std::string> percent_decoded(std::string_view text, char plus = '+');

void append_percent_coded(std::string& out, char byte);

}  // namespace gateway
