#include "gateway/work/circuit.hpp"

#include <algorithm>

namespace gateway::work {

void circuit::succeeded() {
    const std::lock_guard lock{mutex_};
    is_ = state::closed;
    failures_ = 0;
    jobs_.clear();
    pauses_ = 0;
}

void circuit::failed(const std::string& job_id, clock::time_point now, bool alive) {
    const std::lock_guard lock{mutex_};
    if (is_ == state::open)
        return;  // one of those that were under way when it opened
    if (is_ == state::closed) {
        ++failures_;
        if (jobs_.size() < terms_.jobs)
            jobs_.insert(job_id);
        if (failures_ < terms_.failures || jobs_.size() < terms_.jobs)
            return;
    }
    is_ = state::open;
    const auto pause = terms_.pause.wait(++pauses_);
    next_probe_ = now + (alive ? std::min(pause, terms_.longest_pause_of_the_living) : pause);
}

bool circuit::closed() const {
    const std::lock_guard lock{mutex_};
    return is_ == state::closed;
}

bool circuit::admit(clock::time_point now) {
    const std::lock_guard lock{mutex_};
    if (is_ == state::closed)
        return true;
    if (now < next_probe_)
        return false;
    is_ = state::probing;
    next_probe_ = now + terms_.probe_patience;
    return true;
}

std::chrono::milliseconds circuit::opens_in(clock::time_point now) const {
    const std::lock_guard lock{mutex_};
    if (is_ == state::closed)
        return std::chrono::milliseconds{0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_probe_ - now);
    return std::max(std::chrono::milliseconds{0}, left);
}

}  // namespace gateway::work
