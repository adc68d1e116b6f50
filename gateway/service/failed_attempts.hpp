#pragma once
// How often keys that nobody has were tried from each address.

#include "gateway/domain/client_origin.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>

namespace gateway::service {

// Any thread. Only failures are counted, and only failures refused: behind a proxy all clients have one
// address, and one that tries wrong keys must not lock the others out.
class failed_attempts {
public:
    using clock = std::chrono::steady_clock;

    // Counts one more from `origin`. The answer, once there were
    // `per_minute` of them within a minute: in how long the next is heard again. 0: no limit.
    std::optional<std::chrono::seconds> count(client_origin origin, int per_minute, clock::time_point now);

    // Origins that are told apart. Further ones are counted together as one, until others were quiet for a
    // minute.
    static constexpr std::size_t most_origins = 10'000;

private:
    void forget_the_quiet(clock::time_point now);

    std::mutex lock_;
    std::map<client_origin, clock::time_point> full_at_;
    clock::time_point all_others_full_at_{};
    clock::time_point next_sweep_{};
};

}  // namespace gateway::service
