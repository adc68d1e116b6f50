#include "adapters/aitronos/byte_range.hpp"

#include "gateway/http/trimmed.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace adapters::aitronos {

namespace {

constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();

// Numbers too large for 64 bits are simply beyond every file. Nothing when the text is no number.
std::optional<std::uint64_t> position(std::string_view digits) {
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (huge - digit) / 10)
            return huge;
        number = number * 10 + digit;
    }
    return number;
}

bool is_bytes_unit(std::string_view unit) {
    constexpr std::string_view bytes{"bytes"};
    return std::equal(unit.begin(), unit.end(), bytes.begin(), bytes.end(),
                      [](char sent, char expected) { return (sent | 0x20) == expected; });
}

wanted_bytes suffix(std::uint64_t length, std::uint64_t size) {
    if (length == 0 || size == 0)
        return unsatisfiable_range{};
    return byte_range{size - std::min(length, size), size - 1};
}

}  // namespace

wanted_bytes read_range(std::string_view header, std::uint64_t size) {
    const auto equals = header.find('=');
    if (equals == std::string_view::npos || !is_bytes_unit(gateway::http::trimmed(header.substr(0, equals))))
        return whole_file{};
    const std::string_view spec = gateway::http::trimmed(header.substr(equals + 1));
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos)
        return whole_file{};

    const auto first = position(spec.substr(0, dash));
    const auto last = position(spec.substr(dash + 1));
    if (dash == 0)
        return last ? suffix(*last, size) : wanted_bytes{whole_file{}};
    if (!first || (!last && dash + 1 != spec.size()) || (last && *last < *first))
        return whole_file{};
    if (*first >= size)
        return unsatisfiable_range{};
    return byte_range{*first, std::min(last.value_or(huge), size - 1)};
}

}  // namespace adapters::aitronos
