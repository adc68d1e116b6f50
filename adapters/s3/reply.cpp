#include "adapters/s3/reply.hpp"

#include "adapters/s3/answer_reader.hpp"

#include <algorithm>
#include <array>

namespace adapters::s3 {

bool worth_another_try(unsigned status, std::string_view code) noexcept {
    constexpr std::array<std::string_view, 6> passing{"InternalError",      "SlowDown",
                                                      "ServiceUnavailable", "RequestTimeout",
                                                      "OperationAborted",   "Throttling"};
    if (std::find(passing.begin(), passing.end(), code) != passing.end())
        return true;
    return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

reply read_reply(gateway::http_client::http_answer answer, bool error_in_success) {
    reply out;
    out.answer = std::move(answer);
    const bool success = out.answer.status >= 200 && out.answer.status < 300;
    if (success && !error_in_success)
        return out;
    out.code = read_error_code(out.answer.body);
    if (success && out.code.empty())
        return out;
    out.trouble = "HTTP " + std::to_string(out.answer.status);
    if (!out.code.empty())
        out.trouble += " " + out.code;
    return out;
}

}  // namespace adapters::s3
