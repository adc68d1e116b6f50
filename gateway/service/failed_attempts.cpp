#include "gateway/service/failed_attempts.hpp"

#include "gateway/domain/rate.hpp"

namespace gateway::service {

namespace {

constexpr std::chrono::seconds between_sweeps{1};  // of a full table, which takes a millisecond

}  // namespace

std::optional<std::chrono::seconds> failed_attempts::count(client_origin origin, int per_minute,
                                                           clock::time_point now) {
    if (per_minute <= 0)
        return std::nullopt;
    const std::scoped_lock held{lock_};
    if (full_at_.size() >= most_origins)
        forget_the_quiet(now);
    const bool told_apart = full_at_.size() < most_origins || full_at_.contains(origin);
    auto& full_at = told_apart ? full_at_[origin] : all_others_full_at_;

    using std::chrono::ceil, std::chrono::microseconds, std::chrono::seconds;
    const allowance rate{per_minute};
    const auto full_in = ceil<microseconds>(full_at - now);
    const auto after = rate.after_one(full_in);
    if (!after)
        return std::max(ceil<seconds>(rate.wait(full_in)), seconds{1});
    full_at = now + *after;
    return std::nullopt;
}

void failed_attempts::forget_the_quiet(clock::time_point now) {
    if (now < next_sweep_)
        return;
    next_sweep_ = now + between_sweeps;
    std::erase_if(full_at_, [now](const auto& each) { return each.second <= now; });
}

}  // namespace gateway::service
