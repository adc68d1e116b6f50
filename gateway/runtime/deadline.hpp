#pragma once
// A moment after which nobody is waiting for the answer. Passed by value down every asynchronous call.

#include <algorithm>
#include <chrono>

namespace gateway {

class deadline {
public:
    using clock = std::chrono::steady_clock;

    static deadline never() noexcept { return deadline{clock::time_point::max()}; }
    static deadline after(clock::duration budget) noexcept { return deadline{clock::now() + budget}; }

    // A callee may shorten the budget it was given, never extend it.
    deadline tightened(clock::duration budget) const noexcept {
        return deadline{std::min(at_, clock::now() + budget)};
    }

    clock::time_point at() const noexcept { return at_; }
    bool passed() const noexcept { return clock::now() >= at_; }

private:
    explicit deadline(clock::time_point at) noexcept : at_{at} {}
    clock::time_point at_;
};

}  // namespace gateway
