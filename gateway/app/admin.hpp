#pragma once
// The admin port: /healthz (alive), /readyz (store reachable, not draining), /metrics. Never on the client
// port.

#include "gateway/app/metrics_page.hpp"
#include "gateway/app/readiness.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/http/handler.hpp"

namespace gateway::app {

// Used on one thread; all it is given outlives it.
class admin final : public http::handler {
public:
    admin(job_store& store, metrics_page metrics, const readiness& state)
        : store_{store}, metrics_{std::move(metrics)}, state_{state} {}

    boost::asio::awaitable<http::response> handle(http::request incoming) override;
    http::response refuse(http::refusal_kind kind, const std::string& request_id) override;

private:
    boost::asio::awaitable<http::response> readyz();

    job_store& store_;
    metrics_page metrics_;
    const readiness& state_;
};

}  // namespace gateway::app
