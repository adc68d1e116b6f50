#include "byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace simulator {

namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stopped != end)
        return std::nullopt;
    return value;
}

}  // namespace

byte_range read_byte_range(std::string_view header, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit))
        return {};
    header.remove_prefix(unit.size());
    const auto dash = header.find('-');
    if (dash == std::string_view::npos)
        return {};
    const auto first = number(header.substr(0, dash));
    const auto last = number(header.substr(dash + 1));

    if (dash == 0) {  // the last so many bytes
        if (!last)
            return {};
        const auto length = std::min(*last, size);
        return length == 0 ? byte_range{byte_range::unsatisfiable, 0, 0}
                           : byte_range{byte_range::part, size - length, length};
    }
    if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first))
        return {};
    if (*first >= size)
        return {byte_range::unsatisfiable, 0, 0};
    const auto end = std::min(last.value_or(size - 1), size - 1);
    return {byte_range::part, *first, end - *first + 1};
}

}  // namespace simulator
