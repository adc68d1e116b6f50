#pragma once
// Requests with headers as the transport hands them on: names in lower case, values on one line.

#include "gateway/http/message.hpp"
#include "tests/fuzz/input.hpp"

namespace fuzz {

// What is left of the input, as lines of "name: value".
inline gateway::http::request request_of(input& in) {
    gateway::http::request made;
    while (!in.empty()) {
        const std::string_view line = in.line();
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos || colon == 0)
            continue;
        std::string name{line.substr(0, colon)};
        for (char& each : name)
            if (each >= 'A' && each <= 'Z')
                each = static_cast<char>(each - 'A' + 'a');
        made.headers.emplace_back(std::move(name), line.substr(colon + 2));
    }
    return made;
}

}  // namespace fuzz
