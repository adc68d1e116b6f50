#include "gateway/http/routes.hpp"

#include "gateway/runtime/json_text.hpp"

namespace gateway::http {

namespace {

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

// Nothing for a broken escape, for NUL, which no identifier of ours may smuggle into a C string, and for what
// is no UTF-8: an overlong '/' is one to some.
std::optional<std::string> decoded(std::string_view segment) {
    std::string text;
    text.reserve(segment.size());
    for (std::size_t at = 0; at < segment.size(); ++at) {
        char each = segment[at];
        if (each == '%') {
            if (segment.size() - at < 3)
                return std::nullopt;
            const int high = hex_value(segment[at + 1]);
            const int low = hex_value(segment[at + 2]);
            if (high < 0 || low < 0)
                return std::nullopt;
            each = static_cast<char>(high * 16 + low);
            at += 2;
        }
        if (each == '\0')
            return std::nullopt;
        text += each;
    }
    if (!json::is_utf8(text))
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
