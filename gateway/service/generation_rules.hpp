#pragma once
// What an order must be like to become a job (reference/aitronos-api 3.1). Pure.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/service/generation_draft.hpp"
#include "gateway/service/refusal.hpp"

#include <span>

namespace gateway::service {

// Lengths in characters (code points), not bytes.
struct text_limits {
    std::size_t prompt = 5000;
    std::size_t lyrics = 10'000;
    std::size_t title = 200;
    std::size_t style_tags = 50;  // how many
    std::size_t style_tag = 100;  // characters of one
};

struct checked_order {
    generation_request request;
    const engine* with = nullptr;  // points into `engines`
    std::optional<std::string> idempotency_key;
};

// Refuses with invalid_request and the first bad field in the documented order.
outcome<checked_order> check_order(const generation_draft& draft, std::span<const engine> engines,
                                   const text_limits& limits);

// The claim on (organization, user, key), with a digest of the order to tell a different one apart.
idempotency_claim claim_of(const job_owner& owner, const std::string& key, const generation_request& request);

}  // namespace gateway::service
