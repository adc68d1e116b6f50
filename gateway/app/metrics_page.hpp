#pragma once
// What /metrics says: everything that was counted, and what is known only at the moment somebody asks (the
// store's contents, gates, limits, connections, the process).

#include "gateway/app/overview_cache.hpp"
#include "gateway/app/readiness.hpp"
#include "gateway/http/listener.hpp"
#include "gateway/runtime/metrics.hpp"
#include "gateway/service/gate_view.hpp"
#include "gateway/service/policy.hpp"
#include "gateway/work/circuit.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

namespace gateway::app {

// All of it outlives the page; the functions are called on its thread.
struct metric_sources {
    job_store& store;
    const metrics& counts;
    const readiness& state;
    const service::gate_view& gates;
    const work::circuits& upstream;
    std::function<service::policy_ptr()> rules;
    std::function<http::connection_counts()> clients;
    std::string version;
    std::string store_kind;  // "memory", "redis"
};

// Used on one thread.
class metrics_page {
public:
    explicit metrics_page(metric_sources sources) : from_{std::move(sources)}, overview_{from_.store} {}

    // Prometheus text format. While the store does not answer, what only it knows is left out, and
    // music_gateway_store_up is 0.
    boost::asio::awaitable<std::string> text();

private:
    void add_gates(std::vector<reading>& to) const;
    void add_connections(std::vector<reading>& to) const;

    metric_sources from_;
    overview_cache overview_;
};

// What an overview says, with the limits it is measured by. Pure.
std::vector<reading> store_readings(const store_overview& seen, const work_limits& limits);

}  // namespace gateway::app
