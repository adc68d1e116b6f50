// The Idempotency-Key header in its spellings, and what the rules let through of it.
#include "adapters/aitronos/idempotency_key.hpp"
#include "gateway/runtime/json_text.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/request_of.hpp"

namespace {

using fuzz::claim;
using gateway::service::given;

given<std::string> taken(const gateway::http::request& incoming, const std::string& in_body) {
    given<std::string> key;
    if (!in_body.empty())
        key.set(in_body);
    adapters::aitronos::take_idempotency_key(incoming, key);
    return key;
}

std::string in_quotes(std::string_view text) {
    std::string out{"\""};
    for (const char each : text) {
        if (each == '"' || each == '\\')
            out += '\\';
        out += each;
    }
    return out + '"';
}

bool is_printable(std::string_view text) {
    for (const char each : text)
        if (each < 0x20 || each > 0x7E)
            return false;
    return true;
}

}  // namespace

// The body's key on the first line (empty: none), then lines of "name: value".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::string in_body{in.line()};
    const auto incoming = fuzz::request_of(in);
    const auto key = taken(incoming, in_body);
    if (!incoming.header("idempotency-key"))
        claim(key.present() == !in_body.empty() && key.value == in_body,
              "without a header the body's key stands");
    if (!key.present())
        return 0;
    claim(!key.value.empty(), "a key is not empty");
    if (key.value != in_body)
        claim(gateway::json::is_utf8(key.value), "a header's key is text");
    if (!is_printable(key.value))
        return 0;

    gateway::http::request both;
    both.headers.emplace_back("idempotency-key", in_quotes(key.value));
    if (key.value.front() != '"' && key.value.front() != ' ' && key.value.back() != ' ')
        both.headers.emplace_back("idempotency-key", key.value);
    const auto again = taken(both, "of the body");
    claim(again.present() && again.value == key.value, "both spellings are the same key");
    return 0;
}
