#include "adapters/aitronos/traceparent.hpp"

namespace adapters::aitronos {

namespace {

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_id(std::string_view text) {
    return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

bool is_traceparent(std::string_view text) {
    constexpr std::size_t length = 2 + 1 + 32 + 1 + 16 + 1 + 2;
    return text.size() == length && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
           is_id(text.substr(3, 32)) && is_id(text.substr(36, 16)) && is_hex(text.substr(53));
}

std::string traceparent_of(const gateway::http::request& incoming) {
    const std::string* found = nullptr;
    for (const auto& [name, value] : incoming.headers) {
        if (name != "traceparent")
            continue;
        if (found)
            return {};
        found = &value;
    }
    return found && is_traceparent(*found) ? *found : std::string{};
}

}  // namespace adapters::aitronos
