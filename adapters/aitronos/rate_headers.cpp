#include "adapters/aitronos/rate_headers.hpp"

namespace adapters::aitronos {

void set_rate_headers(gateway::http::response& answer, const gateway::service::rate_state& rate,
                      std::chrono::system_clock::time_point now) {
    const auto reset = std::chrono::ceil<std::chrono::seconds>(now.time_since_epoch()) + rate.full_in;
    answer.set("x-ratelimit-limit", std::to_string(rate.limit));
    answer.set("x-ratelimit-remaining", std::to_string(rate.remaining));
    answer.set("x-ratelimit-reset", std::to_string(reset.count()));
    answer.set("x-ratelimit-retry-after", std::to_string(rate.retry_in.count()));
}

}  // namespace adapters::aitronos
