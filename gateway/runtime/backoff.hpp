#pragma once
// How long to wait before trying again: growing, bounded, and never in step with other replicas.

#include "gateway/runtime/random_id.hpp"

#include <algorithm>
#include <chrono>

namespace gateway {

struct backoff {
    std::chrono::milliseconds first{250};
    std::chrono::milliseconds most{30'000};

    // The wait after `failures` failures in a row (1 or more): doubled each time up to `most`, of which
    // `fraction` (in [0, 1)) picks a place in the upper half, so that many waiters spread out.
    std::chrono::milliseconds wait(unsigned failures, double fraction = random_fraction()) const {
        const unsigned doublings = std::min(failures > 0 ? failures - 1 : 0U, 20U);
        const auto ceiling = std::min(most, first * (1U << doublings));
        return std::chrono::milliseconds{
            ceiling.count() / 2 +
            static_cast<long long>(fraction * static_cast<double>(ceiling.count()) / 2)};
    }
};

// A wait that somebody else named, stretched by up to a fifth: all who were told the same must not come back
// at the same instant.
inline std::chrono::milliseconds spread(std::chrono::milliseconds wait, double fraction = random_fraction()) {
    return wait + std::chrono::milliseconds{
                      static_cast<long long>(fraction * static_cast<double>(wait.count()) / 5)};
}

}  // namespace gateway
