#include "adapters/aitronos/entity_tag.hpp"

#include "gateway/http/trimmed.hpp"

#include <algorithm>

namespace adapters::aitronos {

namespace {

enum class comparison { strong, weak };

bool names(std::string_view list, std::string_view etag, comparison how) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        std::string_view tag = gateway::http::trimmed(list.substr(0, comma));
        if (how == comparison::weak && tag.starts_with("W/"))
            tag.remove_prefix(2);
        if (tag == etag || tag == "*")
            return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace

condition condition_of(const gateway::http::request& incoming, std::string_view etag) {
    bool has_if_match = false;
    bool matches = false;
    bool is_known = false;
    for (const auto& [name, value] : incoming.headers) {
        if (name == "if-match") {
            has_if_match = true;
            matches = matches || names(value, etag, comparison::strong);
        } else if (name == "if-none-match") {
            is_known = is_known || names(value, etag, comparison::weak);
        }
    }
    if (has_if_match && !matches)
        return condition::failed;
    return is_known ? condition::not_modified : condition::none;
}

}  // namespace adapters::aitronos
