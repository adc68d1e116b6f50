#pragma once
// How many requests a minute a key may make: a token bucket that starts full and refills evenly, kept as one
// number, the time until it is full again (GCRA).

#include "gateway/runtime/digest.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace gateway {

// The creates of one API key, counted over all replicas.
struct create_rate {
    sha256_digest key{};
    int per_minute = 0;
};

// The arithmetic. What `full_in` is before and after is the caller's to keep. Costs are whole microseconds,
// so that a rate of over 7,000 a minute may let a few more pass: at most one in 60, at a million.
class allowance {
public:
    using microseconds = std::chrono::microseconds;
    static constexpr microseconds minute = std::chrono::minutes{1};

    // `per_minute`: at least 1.
    constexpr explicit allowance(int per_minute) : per_minute_{per_minute}, cost_{minute / per_minute} {}

    // After one more request, which starts from `full_in`; nothing when that is one too many.
    constexpr std::optional<microseconds> after_one(microseconds full_in) const {
        const microseconds after = within_reason(full_in) + cost_;
        if (after > minute)
            return std::nullopt;
        return after;
    }

    // Requests that pass at once.
    constexpr int left(microseconds full_in) const {
        return static_cast<int>(std::min<long long>(per_minute_, (minute - within_reason(full_in)) / cost_));
    }

    // Until one passes; 0 when one does now.
    constexpr microseconds wait(microseconds full_in) const {
        return std::max(microseconds{0}, within_reason(full_in) + cost_ - minute);
    }

private:
    // Whatever a clock that was set, or a store, says: nobody waits for longer than a minute.
    static constexpr microseconds within_reason(microseconds full_in) {
        return std::clamp(full_in, microseconds{0}, minute);
    }

    int per_minute_;
    microseconds cost_;
};

}  // namespace gateway
