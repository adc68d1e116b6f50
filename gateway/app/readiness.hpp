#pragma once
// What /readyz says beyond the store's own answer. Shared by all threads.

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace gateway::app {

// Any thread.
class readiness {
public:
    void set_draining() noexcept { draining_ = true; }
    bool draining() const noexcept { return draining_; }

    // What an operator should know though the gateway works: unsafe store settings, for example.
    void set_warnings(std::vector<std::string> sentences) {
        const std::lock_guard lock{mutex_};
        warnings_ = std::move(sentences);
    }
    std::vector<std::string> warnings() const {
        const std::lock_guard lock{mutex_};
        return warnings_;
    }

private:
    std::atomic<bool> draining_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> warnings_;
};

}  // namespace gateway::app
