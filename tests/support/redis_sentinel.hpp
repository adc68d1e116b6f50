#pragma once
// Redis behind Sentinel, on the loopback: one primary, one replica, and three sentinels of which two must
// agree.

#include "tests/support/redis_server.hpp"

#include <array>
#include <chrono>
#include <functional>

namespace tests {

// One redis-sentinel process in a folder of its own, where it keeps what it learns.
class redis_sentinel {
public:
    // Watches the server on `primary_port` under the name `jobs`; `settings` are further lines of its file.
    explicit redis_sentinel(std::uint16_t primary_port, const std::string& settings = {});
    ~redis_sentinel();
    redis_sentinel(const redis_sentinel&) = delete;
    redis_sentinel& operator=(const redis_sentinel&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    void kill();
    void start();  // again, with what it had learned
    void freeze() { process_->freeze(); }
    void thaw() { process_->thaw(); }
    std::string command(const std::vector<std::string>& arguments) const {
        return process_->command(arguments);
    }

private:
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<redis_process> process_;
};

class redis_group {
public:
    // Waits until the sentinels know of each other and of the replica. Throws when they don't.
    redis_group();

    std::string url() const;                             // redis+sentinel://...
    redis_server& first() noexcept { return first_; }    // the primary at first
    redis_server& second() noexcept { return second_; }  // its replica at first
    std::array<redis_sentinel, 3>& sentinels() noexcept { return sentinels_; }

    // The port of the primary, as this sentinel sees it.
    std::uint16_t primary_port(std::size_t sentinel = 0) const;
    // SENTINEL FAILOVER: the replica is promoted though all are well.
    void promote();

private:
    bool settled() const;

    redis_server first_;
    redis_server second_;
    std::array<redis_sentinel, 3> sentinels_;
};

// Looks every few milliseconds until it holds; throws, naming `what`, after `patience`.
void wait_until(const std::string& what, const std::function<bool()>& holds,
                std::chrono::milliseconds patience = std::chrono::milliseconds{30'000});

}  // namespace tests
