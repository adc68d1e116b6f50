#include "gateway/runtime/trace_context.hpp"

#include "gateway/runtime/ascii.hpp"

#include "gateway/runtime/random_id.hpp"

#include <algorithm>
#include <optional>

namespace gateway {

namespace {

constexpr std::size_t whole_length = 55;
constexpr std::size_t trace_begin = 3, trace_length = 32;
constexpr std::size_t span_begin = 36, span_length = 16;
constexpr std::size_t flags_begin = 53;

struct parts {
    std::string_view trace, span;
    bool sampled = false;
};

int hex_value(char digit) {
    return ascii::is_upper(digit) ? -1 : ascii::hex_value(digit);  // upper case is not allowed
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char each) { return hex_value(each) >= 0; });
}

bool is_id(std::string_view text) {
    return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::optional<parts> parse(std::string_view text) {
    if (text.size() < whole_length || text[2] != '-' || text[35] != '-' || text[52] != '-')
        return std::nullopt;
    const auto version = text.substr(0, 2), flags = text.substr(flags_begin, 2);
    const parts found{text.substr(trace_begin, trace_length), text.substr(span_begin, span_length),
                      (hex_value(flags[1]) & 1) != 0};
    if (!is_hex(version) || version == "ff" || !is_id(found.trace) || !is_id(found.span) || !is_hex(flags))
        return std::nullopt;
    // A later version may say more after these.
    if (text.size() > whole_length && (version == "00" || text[whole_length] != '-'))
        return std::nullopt;
    return found;
}

std::string written(std::string_view trace, std::string_view span, bool sampled) {
    std::string out;
    out.reserve(whole_length);
    out.append("00-").append(trace).append("-").append(span).append(sampled ? "-01" : "-00");
    return out;
}

}  // namespace

std::string accepted_traceparent(std::string_view text) {
    const auto found = parse(text);
    return found ? written(found->trace, found->span, found->sampled) : std::string{};
}

std::string next_traceparent(std::string_view text) {
    const auto found = parse(text);
    return found ? written(found->trace, random_id("", span_length), found->sampled) : std::string{};
}

std::string_view trace_id_in(std::string_view traceparent) {
    return traceparent.size() < whole_length ? std::string_view{}
                                             : traceparent.substr(trace_begin, trace_length);
}

}  // namespace gateway
