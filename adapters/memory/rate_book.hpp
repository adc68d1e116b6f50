#pragma once
// The creates of the API keys that have a rate. Not thread-safe: the store's lock guards it.

#include "gateway/domain/job.hpp"
#include "gateway/domain/rate.hpp"

#include <map>

namespace adapters::memory {

// As many entries as there are such keys in the configuration.
class rate_book {
public:
    // Until the allowance is full again; not above 0 when it is.
    std::chrono::microseconds full_in(const gateway::create_rate& of, gateway::store_time now) const {
        const auto found = full_at_.find(of.key);
        return found == full_at_.end() ? std::chrono::microseconds{0} : found->second - now;
    }

    void set(const gateway::create_rate& of, gateway::store_time now, std::chrono::microseconds full_in) {
        full_at_[of.key] = now + full_in;
    }

private:
    std::map<gateway::sha256_digest, std::chrono::sys_time<std::chrono::microseconds>> full_at_;
};

}  // namespace adapters::memory
