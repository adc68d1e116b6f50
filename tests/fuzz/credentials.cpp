// Headers that say who asks, which trace it belongs to, and what the client has already.
#include "adapters/aitronos/credentials.hpp"
#include "adapters/aitronos/entity_tag.hpp"
#include "adapters/aitronos/traceparent.hpp"
#include "gateway/runtime/trace_context.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/request_of.hpp"

namespace {

using fuzz::claim;

void check_key(const gateway::http::request& incoming) {
    const std::string_view key = adapters::aitronos::presented_key(incoming);
    if (key.empty())
        return;
    bool within = false;
    for (const auto& [name, value] : incoming.headers) {
        const bool may_hold = name == "x-api-key" || name == "authorization" || name == "api-key";
        within = within || (may_hold && key.data() >= value.data() &&
                            key.data() + key.size() <= value.data() + value.size());
    }
    claim(within, "a key is a part of one of the headers that may hold one");
    constexpr std::string_view blanks{" \t"};
    claim(blanks.find(key.front()) == std::string_view::npos &&
              blanks.find(key.back()) == std::string_view::npos,
          "a key has no blanks around it");
}

void check_trace(const gateway::http::request& incoming) {
    const std::string accepted = adapters::aitronos::traceparent_of(incoming);
    if (accepted.empty())
        return;
    claim(accepted.size() == 55 && accepted.starts_with("00-"), "what is accepted has our version's form");
    claim(accepted.find_first_not_of("0123456789abcdef-") == std::string::npos,
          "and nothing of a client's but digits");
    claim(gateway::accepted_traceparent(accepted) == accepted,
          "what is accepted is accepted again, unchanged");
    const std::string next = gateway::next_traceparent(accepted);
    claim(next.size() == accepted.size() && gateway::trace_id_in(next) == gateway::trace_id_in(accepted),
          "the next span is of the same trace");
}

}  // namespace

// Lines of "name: value".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const auto incoming = fuzz::request_of(in);
    check_key(incoming);
    check_trace(incoming);
    constexpr std::string_view etag{"\"abc\""};
    bool named = false;
    bool demands = false;
    for (const auto& [name, value] : incoming.headers) {
        named = named || (name == "if-none-match" &&
                          (value.find(etag) != std::string::npos || value.find('*') != std::string::npos));
        demands = demands || name == "if-match";
    }
    const auto made = adapters::aitronos::condition_of(incoming, etag);
    claim(made != adapters::aitronos::condition::not_modified || named,
          "only a client that names the tag, or any, has it already");
    claim(made != adapters::aitronos::condition::failed || demands,
          "nobody is held to what they did not ask");
    return 0;
}
