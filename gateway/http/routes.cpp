#include "gateway/http/routes.hpp"

#include "gateway/runtime/json_text.hpp"
#include "gateway/runtime/percent_coding.hpp"

namespace gateway::http {

namespace {

// Nothing for a broken escape, for NUL, which no identifier of ours may smuggle into a C string, and for what
// is no UTF-8: an overlong '/' is one to some.
std::optional<std::string> decoded(std::string_view segment) {
    auto text = percent_decoded(segment);
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
    if (segment.find('%') == std::string_view::npos)
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

    path_arguments arguments;
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
        auto value = decoded(segment);
        if (!value || arguments.count == arguments.values.size())
            return std::nullopt;
        arguments.values[arguments.count++] = std::move(*value);
    }
    if (!pattern.empty() || !path.empty())
        return std::nullopt;
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
