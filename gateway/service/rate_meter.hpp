#pragma once
// One key's requests a minute, as this process knows them: counted here, or learned from the store, which
// counts for all replicas.

#include "gateway/service/refusal.hpp"

#include <atomic>
#include <chrono>
#include <optional>

namespace gateway::service {

// What a client is told in its rate headers.
struct rate_state {
    int limit = 0;                     // requests a minute
    int remaining = 0;                 // that would pass now
    std::chrono::seconds full_in{0};   // until all of them would
    std::chrono::seconds retry_in{0};  // until one would; 0 when one would now

    bool operator==(const rate_state&) const = default;
};

// Any thread.
class rate_meter {
public:
    using clock = std::chrono::steady_clock;

    // Nothing: no limit.
    explicit rate_meter(std::optional<int> per_minute) : per_minute_{per_minute} {}

    // Takes one request. False when it is one too many; then nothing is taken. Without a limit always true.
    bool take(clock::time_point now) const;

    // The store counted, and said at or after `asked_at` in how long the allowance is full again.
    void learn(clock::time_point asked_at, std::chrono::microseconds full_in) const;

    bool is_spent(clock::time_point now) const;

    // Nothing without a limit.
    std::optional<rate_state> state(clock::time_point now) const;

    // Why a request that found it spent is refused, and when to come back.
    refusal over(clock::time_point now) const;

private:
    std::chrono::microseconds full_in(clock::time_point now) const;

    std::optional<int> per_minute_;
    mutable std::atomic<clock::rep> full_at_{0};
};

}  // namespace gateway::service
