#pragma once
// What an operator decides about clients. Immutable: a reload (SIGHUP) makes a new one and hands it to each
// thread.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/service/generation_rules.hpp"
#include "gateway/service/key_ring.hpp"

#include <memory>
#include <vector>

namespace gateway::service {

enum class on_key_mismatch { return_existing, reject };

struct policy {
    policy(std::vector<api_key> api_keys, bool open) : keys{std::move(api_keys), open} {}

    key_ring keys;
    std::vector<engine> engines;
    text_limits texts;
    work_limits limits;
    int failed_attempts_per_minute = 0;  // of unknown keys, from one address; 0: no limit
    on_key_mismatch mismatch = on_key_mismatch::return_existing;
};

using policy_ptr = std::shared_ptr<const policy>;

}  // namespace gateway::service
