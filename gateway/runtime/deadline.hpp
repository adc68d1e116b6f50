#pragma once
// A moment after which nobody is waiting for the answer. Passed by value down every asynchronous call.

#include <algorithm>
#include <chrono>

namespace gateway {

// How long somebody has waited for others so far: what is awaited under a deadline that counts here adds to
// it.
struct time_waited {
    std::chrono::nanoseconds sum{0};
};

class deadline {
public:
    using clock = std::chrono::steady_clock;

    static deadline never() noexcept { return deadline{clock::time_point::max()}; }
    static deadline after(clock::duration budget) noexcept { return deadline{clock::now() + budget}; }

    // A callee may shorten the budget it was given, never extend it.
    deadline tightened(clock::duration budget) const noexcept {
        deadline sooner = *this;
        sooner.at_ = std::min(at_, clock::now() + budget);
        return sooner;
    }

    // The same moment, for calls whose time is to be added to `waited`. It outlives every call under this
    // deadline: the caller waits for them all.
    deadline counting(time_waited& waited) const noexcept {
        deadline counted = *this;
        counted.waited_ = &waited;
        return counted;
    }
    // A call under this deadline took so long. On the caller's thread, before the call returns.
    void add_waited(std::chrono::nanoseconds time) const noexcept {
        if (waited_ != nullptr)
            waited_->sum += time;
    }

    clock::time_point at() const noexcept { return at_; }
    bool passed() const noexcept { return clock::now() >= at_; }

private:
    explicit deadline(clock::time_point at) noexcept : at_{at} {}
    clock::time_point at_;
    time_waited* waited_ = nullptr;
};

}  // namespace gateway
