#include "adapters/aitronos/entity_tag.hpp"

#include <algorithm>

namespace adapters::aitronos {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool holds(const gateway::http::request& incoming, std::string_view etag) {
    for (const auto& [name, value] : incoming.headers) {
        if (name != "if-none-match")
            continue;
        for (std::string_view rest{value}; !rest.empty();) {
            const auto comma = std::min(rest.find(','), rest.size());
            std::string_view tag = trimmed(rest.substr(0, comma));
            if (tag.starts_with("W/"))
                tag.remove_prefix(2);
            if (tag == etag || tag == "*")
                return true;
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return false;
}

}  // namespace adapters::aitronos
