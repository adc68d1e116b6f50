#pragma once
// How one operation on a bucket ended, and whether to try it again: decided in plain code.

#include "gateway/http_client/exchange.hpp"

#include <string>
#include <string_view>

namespace adapters::s3 {

struct reply {
    gateway::http_client::http_answer answer;  // status 0 when none came
    std::string code;                          // of the store's error, when it named one
    std::string trouble;                       // empty when all went well: words for a log, without secrets
    bool cancelled = false;
    int attempts = 0;

    bool ok() const noexcept { return trouble.empty(); }
    bool missing() const noexcept { return answer.status == 404; }
};

// Whether the same may go well a moment later. 5xx, 429, time-outs in the store's words; never what is wrong
// with the request, the keys or the bucket.
bool worth_another_try(unsigned status, std::string_view code) noexcept;

// What an answered exchange means. `error_in_success`: 200 may still come with an error in its body.
reply read_reply(gateway::http_client::http_answer answer, bool error_in_success);

}  // namespace adapters::s3
