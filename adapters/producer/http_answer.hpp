#pragma once
// What the readers need of an HTTP answer, and nothing of how it came: they are pure functions of this value.

#include <chrono>
#include <string>

namespace adapters::producer {

struct http_answer {
    unsigned status = 0;
    std::string content_type;                // as sent; empty when there was none
    std::string retry_after;                 // as sent; empty when there was none
    std::chrono::sys_seconds received_at{};  // what a Retry-After date is measured from
    std::string body;
};

}  // namespace adapters::producer
