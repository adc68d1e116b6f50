#include "tests/support/eventually.hpp"

#include <thread>

namespace end_to_end {

namespace {

constexpr milliseconds between_looks{10};

}  // namespace

bool eventually(const std::function<bool()>& holds, milliseconds within) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        std::this_thread::sleep_for(between_looks);
    }
    return true;
}

bool always(const std::function<bool()>& holds, milliseconds during) {
    const auto end = std::chrono::steady_clock::now() + during;
    while (std::chrono::steady_clock::now() < end) {
        if (!holds())
            return false;
        std::this_thread::sleep_for(between_looks);
    }
    return true;
}

}  // namespace end_to_end
