#pragma once
// Answers of upstream: status, Content-Type and Retry-After on a line each, then the body.

#include "adapters/producer/text_cleaning.hpp"
#include "adapters/producer/utf8.hpp"
#include "gateway/http_client/http_answer.hpp"
#include "gateway/runtime/json_text.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <charconv>
#include <chrono>

namespace fuzz {

inline gateway::http_client::http_answer answer_of(input in) {
    gateway::http_client::http_answer made;
    const std::string_view status = in.line();
    std::from_chars(status.data(), status.data() + status.size(), made.status);
    made.content_type = in.line();
    made.retry_after = in.line();
    made.received_at = std::chrono::sys_seconds{std::chrono::seconds{1'790'000'000}};
    made.body = in.rest();
    return made;
}

// What may reach users' eyes: text, of bounded length, without addresses.
inline void claim_fit_for_users(const std::string& reason) {
    claim(gateway::json::is_utf8(reason), "a reason is text");
    claim(reason.size() <= 4 * 360, "a reason is of bounded length");
    claim(reason.find("://") == std::string::npos, "a reason holds no address");
    claim(reason.find_first_of(std::string_view{"\0\r\n\t\x1b", 5}) == std::string::npos,
          "a reason is one plain line");
}

inline void claim_bounded(const std::optional<std::chrono::milliseconds>& wait) {
    if (wait)
        claim(wait->count() >= 0 && *wait <= std::chrono::hours{1}, "a wait is at most an hour");
}

}  // namespace fuzz
