#include "gateway/service/rate_meter.hpp"

#include "gateway/domain/rate.hpp"

namespace gateway::service {

namespace {

using clock = rate_meter::clock;

clock::rep rep_of(clock::time_point moment) {
    return moment.time_since_epoch().count();
}

std::chrono::microseconds between(clock::time_point now, clock::rep full_at) {
    return std::chrono::ceil<std::chrono::microseconds>(clock::duration{full_at - rep_of(now)});
}

}  // namespace

bool rate_meter::take(clock::time_point now) const {
    if (!per_minute_)
        return true;
    const allowance rate{*per_minute_};
    auto full_at = full_at_.load(std::memory_order_relaxed);
    for (;;) {
        const auto after = rate.after_one(between(now, full_at));
        if (!after)
            return false;
        if (full_at_.compare_exchange_weak(full_at, rep_of(now + *after), std::memory_order_relaxed))
            return true;
    }
}

void rate_meter::learn(clock::time_point asked_at, std::chrono::microseconds full_in) const {
    const auto learned = rep_of(asked_at + full_in);
    auto full_at = full_at_.load(std::memory_order_relaxed);
    while (full_at < learned &&
           !full_at_.compare_exchange_weak(full_at, learned, std::memory_order_relaxed)) {
    }
}

std::chrono::microseconds rate_meter::full_in(clock::time_point now) const {
    return between(now, full_at_.load(std::memory_order_relaxed));
}

bool rate_meter::is_spent(clock::time_point now) const {
    return per_minute_ && !allowance{*per_minute_}.after_one(full_in(now));
}

std::optional<rate_state> rate_meter::state(clock::time_point now) const {
    if (!per_minute_)
        return std::nullopt;
    using std::chrono::ceil, std::chrono::seconds;
    const allowance rate{*per_minute_};
    const auto full = std::max(std::chrono::microseconds{0}, full_in(now));
    return rate_state{*per_minute_, rate.left(full), ceil<seconds>(full), ceil<seconds>(rate.wait(full))};
}

refusal rate_meter::over(clock::time_point now) const {
    refusal answer = refused(errc::rate_limited, "the API key is over its requests per minute");
    const auto known = state(now);
    answer.retry_after = std::max(known ? known->retry_in : std::chrono::seconds{0}, std::chrono::seconds{1});
    return answer;
}

}  // namespace gateway::service
