#include "adapters/aitronos/entity_tag.hpp"

#include "gateway/http/trimmed.hpp"

#include <algorithm>

namespace adapters::aitronos {

bool holds(const gateway::http::request& incoming, std::string_view etag) {
    for (const auto& [name, value] : incoming.headers) {
        if (name != "if-none-match")
            continue;
        for (std::string_view rest{value}; !rest.empty();) {
            const auto comma = std::min(rest.find(','), rest.size());
            std::string_view tag = gateway::http::trimmed(rest.substr(0, comma));
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
