#pragma once
// Removes finished files by age, for retention. Blocking file work.

#include "gateway/runtime/result.hpp"

#include <chrono>
#include <string>

namespace adapters::archive {

struct sweep_progress {
    std::size_t removed = 0;
    std::string last_looked_at;  // "<xx>/<name>"; empty when the round ended
    bool round_ended = false;
};

// Looks at up to `limit` finished files below `root`, in the order of their names, beginning after `after`
// (empty: at the first), and removes those not written for `age`. Files of foreign names are left alone. A
// system error when `root` cannot be listed; files and folders that vanish meanwhile are fine.
gateway::result<sweep_progress> sweep_finished(const std::string& root, const std::string& after,
                                               std::chrono::seconds age, std::size_t limit);

}  // namespace adapters::archive
