#include "adapters/aitronos/idempotency_key.hpp"

#include "adapters/aitronos/json_text.hpp"
#include "gateway/http/trimmed.hpp"

#include <optional>
#include <string_view>

namespace adapters::aitronos {

namespace {

// RFC 8941, 4.2.5, without parameters. Nothing when the text is no such string.
std::optional<std::string> unquoted(std::string_view quoted) {
    std::string key;
    for (std::size_t at = 1; at < quoted.size(); ++at) {
        char c = quoted[at];
        if (c == '"')
            return at + 1 == quoted.size() ? std::optional{std::move(key)} : std::nullopt;
        if (c == '\\') {
            if (++at == quoted.size())
                return std::nullopt;
            c = quoted[at];
            if (c != '"' && c != '\\')
                return std::nullopt;
        }
        if (c < 0x20 || c > 0x7E)
            return std::nullopt;
        key += c;
    }
    return std::nullopt;
}

std::optional<std::string> key_in(std::string_view header) {
    if (header.starts_with('"'))
        return unquoted(header);
    if (!is_utf8(header))
        return std::nullopt;
    return std::string{header};
}

}  // namespace

void take_idempotency_key(const gateway::http::request& incoming, gateway::service::given<std::string>& key) {
    std::optional<std::string> chosen;
    for (const auto& [name, value] : incoming.headers) {
        if (name != "idempotency-key")
            continue;
        auto read = key_in(gateway::http::trimmed(value));
        if (!read || (chosen && *chosen != *read)) {
            key.wrong();
            return;
        }
        chosen = std::move(read);
    }
    if (chosen && !chosen->empty())
        key.set(std::move(*chosen));
}

}  // namespace adapters::aitronos
