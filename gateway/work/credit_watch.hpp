#pragma once
// Asks for the balance from time to time and reopens the gates that a 402 or a rejected key shut. Free of
// charge.

#include "gateway/domain/job_store.hpp"
#include "gateway/domain/music_backend.hpp"
#include "gateway/runtime/metrics.hpp"
#include "gateway/service/gate_view.hpp"
#include "gateway/work/work_policy.hpp"

#include <boost/asio/awaitable.hpp>

namespace gateway::work {

// One per process. Collaborators outlive it.
class credit_watch {
public:
    credit_watch(job_store& store, music_backend& backend, service::gate_view& gates, metrics& counts,
                 work_policy_ptr policy)
        : store_{store}, backend_{backend}, gates_{gates}, counts_{counts}, policy_{std::move(policy)} {}

    void use(work_policy_ptr policy) { policy_ = std::move(policy); }

    // Runs until cancelled.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<void> check();
    boost::asio::awaitable<void> open(gate_change gate, const char* name);

    job_store& store_;
    music_backend& backend_;
    service::gate_view& gates_;
    metrics& counts_;
    work_policy_ptr policy_;
};

}  // namespace gateway::work
