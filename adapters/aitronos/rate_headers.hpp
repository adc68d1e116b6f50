#pragma once
// The headers that tell a client how much of its key's rate is left (reference/aitronos-api 2.6).

#include "gateway/http/message.hpp"
#include "gateway/service/rate_meter.hpp"

#include <chrono>

namespace adapters::aitronos {

// Limit, remaining, reset (the Unix second from which the whole allowance is there again), and retry-after
// (seconds; 0 when another request would pass at once).
void set_rate_headers(gateway::http::response& answer, const gateway::service::rate_state& rate,
                      std::chrono::system_clock::time_point now);

}  // namespace adapters::aitronos
