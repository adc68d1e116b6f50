#include "adapters/producer/trace_context.hpp"

#include "gateway/runtime/random_id.hpp"

#include <algorithm>

namespace adapters::producer {

namespace {

bool lower_hexadecimal(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool all_zero(std::string_view text) noexcept {
    return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

// 00-<trace id, 32>-<span id, 16>-<flags, 2>; a later version may have more after these.
std::string next_traceparent(std::string_view incoming) {
    constexpr std::size_t length = 55;
    if (incoming.size() < length || incoming[2] != '-' || incoming[35] != '-' || incoming[52] != '-')
        return {};
    const auto version = incoming.substr(0, 2);
    const auto trace = incoming.substr(3, 32);
    const auto span = incoming.substr(36, 16);
    const auto flags = incoming.substr(53, 2);
    if (!lower_hexadecimal(version) || version == "ff" || !lower_hexadecimal(trace) || all_zero(trace) ||
        !lower_hexadecimal(span) || all_zero(span) || !lower_hexadecimal(flags))
        return {};
    const bool longer = incoming.size() > length;
    if (longer && (version == "00" || incoming[length] != '-'))
        return {};
    std::string out{"00-"};
    out.append(trace).append("-").append(gateway::random_id("", 16)).append("-").append(flags);
    return out;
}

}  // namespace adapters::producer
