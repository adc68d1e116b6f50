#pragma once
// A route table that reads as the API: method, path pattern, handler. It tells 404 from 405 and knows what
// Allow must say.

#include "gateway/http/message.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gateway::http {

// The values of a pattern's {names}, percent-decoded, in the order of the pattern.
struct path_arguments {
    static constexpr std::size_t most = 4;

    std::array<std::string, most> values;
    std::size_t count = 0;

    const std::string& operator[](std::size_t index) const { return values[index]; }
};

// Whether `path` has the shape of `pattern`, e.g. "/v1/music/{organization_id}/generations/{job_id}".
// Segments match whole; a {name} matches one non-empty segment. A trailing slash, an empty segment, or a
// broken or NUL percent-escape matches nothing.
std::optional<path_arguments> match(std::string_view pattern, std::string_view path);

constexpr std::ptrdiff_t segments_of(std::string_view path) noexcept {
    return std::count(path.begin(), path.end(), '/');
}

// One line of a table; `Handler` is whatever the face calls.
template <class Handler>
struct route {
    http::method method;
    std::string_view pattern;
    Handler handle;
    std::ptrdiff_t segments = segments_of(pattern);  // by this alone most lines are told from a path
};

template <class Handler>
struct routed {
    const route<Handler>* found = nullptr;
    path_arguments arguments;
    std::string allow;  // methods of the path when only the method did not fit; empty: no such path
};

std::string_view to_string(method name);

// Finds the line for a request. HEAD is served by GET's line.
template <class Handler>
routed<Handler> find_route(std::span<const route<Handler>> table, method wanted, std::string_view path) {
    routed<Handler> answer;
    const method looked_for = wanted == method::head ? method::get : wanted;
    const auto segments = segments_of(path);
    for (const auto& line : table) {
        if (line.segments != segments)
            continue;
        auto arguments = match(line.pattern, path);
        if (!arguments)
            continue;
        if (line.method == looked_for) {
            answer.found = &line;
            answer.arguments = std::move(*arguments);
            return answer;
        }
        if (!answer.allow.empty())
            answer.allow += ", ";
        answer.allow +=
            line.method == method::get ? std::string{"GET, HEAD"} : std::string{to_string(line.method)};
    }
    return answer;
}

}  // namespace gateway::http
