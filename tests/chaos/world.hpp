#pragma once
// What a scenario plays in: Redis, the simulator, replicas of the gateway, and fault proxies on the ways
// between them. All real programs, in a folder of the scenario's own.
//
// Processes die with the thread that started them, so a world is made, troubled and torn down by one thread.
// Clients on other threads may ask for addresses at any time.

#include "tests/chaos/decisions.hpp"
#include "tests/chaos/fault_proxy.hpp"
#include "tests/chaos/ledger.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/simulator_process.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace chaos {

struct world_options {
    std::size_t replicas = 2;
    bool proxies = false;   // on all ways between clients, replicas, Redis, upstream and its CDN
    bool webhooks = false;  // upstream's deliveries reach each replica; needs proxies
    std::vector<std::string> redis_arguments = {};
    std::vector<std::string> simulator_options = {};
    std::vector<std::string> environment_of_second = {};  // NAME=value, for the second replica alone
    // The last word about the configuration, once the world stands.
    std::function<void(end_to_end::gateway_config&)> adjust = {};
    std::string store_url = {};  // instead of a Redis of the world's own
};

// One replica, killed and started again in place.
class replica {
public:
    replica(std::filesystem::path folder, std::string name, std::vector<std::string> environment);

    // Where clients reach it; the last address while it is down.
    std::string url() const;
    std::string admin() const;
    const std::string& name() const noexcept { return name_; }

    void configure(end_to_end::gateway_config config) { config_ = std::move(config); }
    const end_to_end::gateway_config& config() const noexcept { return config_; }
    void start();  // throws with its output when it does not serve
    void kill();
    void restart() {
        kill();
        start();
    }
    end_to_end::child_process& process() { return running_->process(); }
    int starts() const noexcept { return starts_; }

    // On its ways to Redis and to upstream, and on its clients' way to it; null without proxies.
    std::unique_ptr<fault_proxy> to_store, to_upstream, from_clients;

private:
    std::filesystem::path folder_;
    std::string name_;
    std::vector<std::string> environment_;
    end_to_end::gateway_config config_;
    std::unique_ptr<end_to_end::gateway_process> running_;
    int starts_ = 0;
    mutable std::mutex guard_;  // of the addresses
    std::string url_;
    std::string admin_;
};

class world {
public:
    // Starts everything in `folder`.
    world(std::filesystem::path folder, decisions seed, world_options options);

    const std::filesystem::path& folder() const noexcept { return folder_; }
    const std::vector<customer>& customers() const noexcept { return customers_; }
    std::vector<std::unique_ptr<replica>>& replicas() noexcept { return replicas_; }
    replica& at(std::size_t number) { return *replicas_.at(number % replicas_.size()); }
    tests::redis_server& redis() { return *redis_; }
    end_to_end::simulator_process& simulator() { return *simulator_; }

    fault_proxy& to_cdn() { return *cdn_; }

    void heal();  // every proxy behaves

private:
    void add_proxies(replica& to, const decisions& seed) const;
    end_to_end::gateway_config config_for(const replica& which) const;
    void script_upstream() const;

    std::filesystem::path folder_;
    world_options options_;
    std::vector<customer> customers_;
    std::unique_ptr<tests::redis_server> redis_;
    std::unique_ptr<fault_proxy> cdn_;
    std::unique_ptr<end_to_end::simulator_process> simulator_;
    std::vector<std::unique_ptr<replica>> replicas_;
};

}  // namespace chaos
