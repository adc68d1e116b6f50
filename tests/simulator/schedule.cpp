#include "schedule.hpp"

namespace simulator {

void schedule::at(clock::time_point when, std::function<void()> what) {
    const auto entry = entries_.emplace(when, std::move(what));
    if (entry == entries_.begin())
        arm();
}

void schedule::clear() {
    entries_.clear();
    timer_.cancel();
}

void schedule::arm() {
    timer_.expires_at(entries_.begin()->first);
    timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec)
            run_due();
    });
}

void schedule::run_due() {
    const auto now = clock::now();
    while (!entries_.empty() && entries_.begin()->first <= now) {
        auto due = entries_.extract(entries_.begin());
        due.mapped()();
    }
    if (!entries_.empty())
        arm();
}

}  // namespace simulator
