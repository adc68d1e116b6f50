#pragma once
// The backend's gates as moments in time, and how they look at a given one. Not thread-safe: the store's lock
// guards it.

#include "gateway/domain/gates.hpp"
#include "gateway/domain/job.hpp"

#include <map>
#include <optional>
#include <string>

namespace adapters::memory {

class gate_book {
public:
    void change(const gateway::gate_change& change, gateway::store_time now);
    gateway::gates as_of(gateway::store_time now) const;

private:
    std::optional<gateway::store_time> credits_shut_at_;
    std::optional<gateway::store_time> access_retry_at_;
    int access_failures_ = 0;
    gateway::store_time pause_ends_{};
    int throttles_ = 0;
    std::map<std::string, gateway::store_time> retired_;  // until when
};

}  // namespace adapters::memory
