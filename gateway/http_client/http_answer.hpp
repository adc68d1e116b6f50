#pragma once
// What readers need of an HTTP answer, and nothing of how it came: they are pure functions of this value.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gateway::http_client {

struct http_answer {
    unsigned status = 0;
    std::string content_type;                // as sent; empty when there was none
    std::string retry_after;                 // as sent; empty when there was none
    std::chrono::sys_seconds received_at{};  // what a Retry-After date is measured from
    std::string body;
    std::string etag{};  // as sent, quotes included; empty when there was none
    std::optional<std::uint64_t>
        content_length{};  // as sent; of an answer to HEAD, the body's that it is about
};

}  // namespace gateway::http_client
