#include "gateway/http/routes.hpp"

#include "gateway/runtime/json_text.hpp"
#include "gateway/runtime/percent_coding.hpp"

namespace gateway::http {

namespace {

bool is_escaped(std::string_view segment) {
    return segment.find('%') != std::string_view::npos;
}

// Nothing for a broken escape, for NUL, which no identifier of ours may smuggle into a C string, and for what
// is no UTF-8: an overlong '/' is one to some.
std::optional<std::string> decoded(std::string_view segment) {
    auto text =
        is_escaped(segment) ? percent_decoded(segment) : std::optional<std::string>{std::in_place, segment};
    if (!text || text->find('\0') != std::string::npos || !json::is_utf8(*text))
        return std::nullopt;
    return text;
}

// Cuts the first segment off `rest`, which begins with '/'.
std::string_view next_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool same_literal(std::string_view literal, std::string_view segment) {
    if (!is_escaped(segment))
        return literal == segment;
    const auto text = decoded(segment);
    return text && *text == literal;
}

}  // namespace

std::optional<path_arguments> match(std::string_view pattern, std::string_view path) {
    if (pattern.empty() || path.empty() || pattern.front() != '/' || path.front() != '/')
        return std::nullopt;
    if (pattern == "/")
        return path == "/" ? std::optional{path_arguments{}} : std::nullopt;

    // Decoded only where the whole path fits: most patterns of a table fit in their first segments alone.
    std::array<std::string_view, path_arguments::most> found;
    std::size_t count = 0;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = next_segment(pattern);
        const std::string_view segment = next_segment(path);
        if (segment.empty())
            return std::nullopt;
        if (!is_parameter(wanted)) {
            if (!same_literal(wanted, segment))
                return std::nullopt;
            continue;
        }
        if (count == found.size())
            return std::nullopt;
        found[count++] = segment;
    }
    if (!pattern.empty() || !path.empty())
        return std::nullopt;

    std::optional<path_arguments> arguments{std::in_place};
    for (; arguments->count < count; ++arguments->count) {
        auto value = decoded(found[arguments->count]);
        if (!value)
            return std::nullopt;
        arguments->values[arguments->count] = std::move(*value);
    }
    return arguments;
}

std::string_view to_string(method name) {
    switch (name) {
        case method::get: return "GET";
        case method::head: return "HEAD";
        case method::post: return "POST";
        case method::put: return "PUT";
        case method::patch: return "PATCH";
        case method::del: return "DELETE";
        case method::options: return "OPTIONS";
        case method::other: return "OTHER";
    }
    return "OTHER";
}

}  // namespace gateway::http
