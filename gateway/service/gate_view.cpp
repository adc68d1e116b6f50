#include "gateway/service/gate_view.hpp"

#include <algorithm>

namespace gateway::service {

namespace {

// SDKs that retry by themselves wait at most 30 s (reference/aitronos-api 6.1).
constexpr std::chrono::seconds longest_retry_after{30};

bool retires(const gates& all, const engine& with) {
    const std::string key = retirement_key(with.engine_key, with.model);
    return std::find(all.retired.begin(), all.retired.end(), key) != all.retired.end();
}

}  // namespace

void gate_view::update(gates as_stored, clock::time_point now) {
    const std::lock_guard lock{mutex_};
    stored_ = std::move(as_stored);
    read_at_ = changed_at_ = now;
}

void gate_view::refresh(gates as_stored, clock::time_point asked_at, clock::time_point now) {
    const std::lock_guard lock{mutex_};
    if (asked_at < changed_at_)
        return;
    stored_ = std::move(as_stored);
    read_at_ = now;
}

gates gate_view::at(clock::time_point now) const {
    const std::lock_guard lock{mutex_};
    const auto passed = std::chrono::floor<std::chrono::milliseconds>(now - read_at_);
    gates moved = stored_;
    if (moved.credits_shut_for)
        *moved.credits_shut_for += passed;
    if (moved.access_retry_in)
        *moved.access_retry_in -= passed;
    moved.throttled_for = std::max(std::chrono::milliseconds{0}, moved.throttled_for - passed);
    return moved;
}

outcome<void> gate_view::admit(const engine& with, clock::time_point now) const {
    const std::lock_guard lock{mutex_};
    if (stored_.credits_shut_for)
        return refused(errc::insufficient_credits, "the music backend has no credits left");
    if (stored_.access_retry_in) {
        refusal answer = refused(errc::backend_unavailable, "the music backend rejects the gateway");
        const auto wait =
            *stored_.access_retry_in - std::chrono::floor<std::chrono::milliseconds>(now - read_at_);
        answer.retry_after = std::clamp(std::chrono::ceil<std::chrono::seconds>(wait),
                                        std::chrono::seconds{1}, longest_retry_after);
        return answer;
    }
    if (retires(stored_, with))
        return refused(errc::engine_retired,
                       "engine '" + with.engine_key + "' has been retired by the music backend");
    return {};
}

bool gate_view::wide_open(clock::time_point now) const {
    const std::lock_guard lock{mutex_};
    return !stored_.credits_shut_for && !stored_.access_retry_in && stored_.throttled_for <= now - read_at_;
}

void gate_view::saw_balance(double credits, clock::time_point now) {
    const std::lock_guard lock{mutex_};
    balance_ = seen_balance{credits, now};
}

std::optional<gate_view::seen_balance> gate_view::balance() const {
    const std::lock_guard lock{mutex_};
    return balance_;
}

bool gate_view::is_retired(const engine& with) const {
    const std::lock_guard lock{mutex_};
    return retires(stored_, with);
}

}  // namespace gateway::service
