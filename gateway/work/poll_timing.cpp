#include "gateway/work/poll_timing.hpp"

#include <algorithm>

namespace gateway::work {

namespace {

constexpr milliseconds shortest_typical{500};
constexpr double spread = 0.05;
constexpr double shrink = 0.98;
constexpr double growth = 0.2;

milliseconds scaled(milliseconds base, double factor) {
    return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(base.count()) * factor)};
}

}  // namespace

milliseconds first_look(const poll_schedule& schedule, milliseconds typical, double fraction) {
    const milliseconds base = schedule.first ? *schedule.first : scaled(typical, schedule.after_typical);
    return std::min(base + scaled(base, spread * fraction), schedule.deadline);
}

milliseconds next_look(const poll_schedule& schedule, milliseconds elapsed, milliseconds typical,
                       double fraction) {
    // From `every` at the typical time to `up_to` at three times that.
    const double late = static_cast<double>((elapsed - typical).count()) /
                        static_cast<double>(std::max<milliseconds::rep>(1, 2 * typical.count()));
    const milliseconds wait =
        schedule.every + scaled(schedule.up_to - schedule.every, std::clamp(late, 0.0, 1.0));
    const milliseconds jittered = wait + scaled(wait, spread * (2 * fraction - 1));
    const milliseconds left = schedule.deadline - elapsed;
    return std::max(milliseconds{1}, std::min(jittered, left));
}

milliseconds learned_times::typical(const engine& of) const {
    const auto found = by_engine_.find(of.engine_key);
    return found == by_engine_.end() ? milliseconds{of.typical} : found->second;
}

void learned_times::saw_finished(const engine& of, const poll_schedule& schedule, milliseconds expected,
                                 milliseconds elapsed) {
    const milliseconds known = typical(of);
    // Before its first look was due: upstream announced the end, so this is how long it took.
    if (elapsed < first_look(schedule, expected, 0.0)) {
        const milliseconds announced = known + scaled(elapsed - known, growth);
        by_engine_[of.engine_key] = std::clamp(announced, shortest_typical, schedule.deadline);
        return;
    }
    const bool at_first_look = elapsed <= first_look(schedule, expected, 1.0) + schedule.every / 2;
    // A job found at a later look ended somewhere in the step before it.
    const milliseconds estimate =
        at_first_look ? scaled(known, shrink) : known + scaled(elapsed - schedule.every / 2 - known, growth);
    by_engine_[of.engine_key] = std::clamp(estimate, shortest_typical, schedule.deadline);
}

}  // namespace gateway::work
