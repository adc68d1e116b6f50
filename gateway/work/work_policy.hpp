#pragma once
// What an operator decides about the work after the 202. Immutable; a reload makes a new one.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/work/poll_timing.hpp"

#include <memory>
#include <vector>

namespace gateway::work {

struct work_policy {
    std::vector<engine> engines;
    work_limits limits;
    poll_schedule poll;
    milliseconds create_timeout{25'000};
    milliseconds poll_timeout{10'000};
    milliseconds fetch_timeout{300'000};         // one whole audio file
    milliseconds audio_work_timeout{1'800'000};  // of one piece of audio work, with the wait for its turn
    milliseconds lyrics_patience{60'000};        // for upstream's lyrics
    milliseconds unknown_wait{300'000};          // for news of a call whose answer was lost
    bool resubmit_unknown = false;               // after that: once more, instead of failing
    milliseconds credits_hold{0};                // how long jobs wait for credits before they fail
    milliseconds credits_check_every{60'000};    // while a gate is shut
};

using work_policy_ptr = std::shared_ptr<const work_policy>;

}  // namespace gateway::work
