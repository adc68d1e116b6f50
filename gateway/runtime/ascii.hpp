#pragma once
// Characters of ASCII by what they are, whatever the locale says. Bytes beyond ASCII are none of them.

#include <algorithm>
#include <string>
#include <string_view>

namespace gateway::ascii {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_alphanumeric(char c) noexcept {
    return is_digit(c) || is_lower(c) || is_upper(c);
}

constexpr bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

constexpr char lower(char c) noexcept {
    return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char upper(char c) noexcept {
    return is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c;
}

inline std::string lowered(std::string_view text) {
    std::string copy{text};
    std::transform(copy.begin(), copy.end(), copy.begin(), lower);
    return copy;
}

constexpr bool same_ignoring_case(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

// The value of one hexadecimal character of either case; -1 for any other.
constexpr int hex_value(char c) noexcept {
    if (is_digit(c))
        return c - '0';
    const char letter = lower(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

}  // namespace gateway::ascii
