#pragma once
// The characters of header fields (RFC 9110, 5.5, 5.6.2).

#include "gateway/runtime/ascii.hpp"

#include <string_view>

namespace gateway::http {

constexpr bool is_token_character(char each) noexcept {
    return ascii::is_alphanumeric(each) ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(each) != std::string_view::npos;
}

// Of a value: blanks, what is visible, and bytes beyond ASCII. No line ends, no NUL, no other control
// characters.
constexpr bool is_field_text(char each) noexcept {
    const auto byte = static_cast<unsigned char>(each);
    return each == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace gateway::http
