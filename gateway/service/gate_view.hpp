#pragma once
// The backend's gates as this process last heard of them, so that a create is refused without asking the
// store. Shared by all threads: what one thread's job ran into holds for the next create on any of them.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/gates.hpp"
#include "gateway/service/refusal.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace gateway::service {

// Any thread. The lock is held for a few instructions.
class gate_view {
public:
    using clock = std::chrono::steady_clock;

    // `as_stored` is what the store answered at `now` to a change of the gates.
    void update(gates as_stored, clock::time_point now);

    // `as_stored` came at `now` along with something else that was asked of the store at `asked_at`. Passed
    // over when a change was answered in between: on another thread's connection this may have been read
    // before it.
    void refresh(gates as_stored, clock::time_point asked_at, clock::time_point now);

    // The gates as they are at `now`: the durations have moved on since the store was read.
    gates at(clock::time_point now) const;

    // insufficient_credits, backend_unavailable (with retry_after), engine_retired; success when a create may
    // go on.
    outcome<void> admit(const engine& with, clock::time_point now) const;

    // Whether a new job may be submitted at once: every gate is open and nothing is throttled.
    bool wide_open(clock::time_point now) const;

    bool is_retired(const engine& with) const;

    // The account's balance, for operators: whether creates are refused is the gate's matter alone.
    struct seen_balance {
        double credits = 0;
        clock::time_point at;
    };
    void saw_balance(double credits, clock::time_point now);
    std::optional<seen_balance> balance() const;  // nothing before the first answer

private:
    mutable std::mutex mutex_;
    gates stored_;
    clock::time_point read_at_{};
    clock::time_point changed_at_{};
    std::optional<seen_balance> balance_;
};

}  // namespace gateway::service
