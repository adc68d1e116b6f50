#pragma once
// The work of one thread after the 202: claims jobs from the store, runs each, and hands back what it holds
// at the end.

#include "gateway/runtime/task_group.hpp"
#include "gateway/service/generations.hpp"
#include "gateway/work/job_run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <string>
#include <vector>

namespace gateway::work {

// One per thread; every member is used on the context's thread. Collaborators outlive it.
class worker final : public service::job_starter, public task_listener {
public:
    worker(boost::asio::io_context& context, job_store& store, music_backend& backend, audio_archive& archive,
           audio_workshop& workshop, service::gate_view& gates, circuits& upstream, metrics& counts,
           work_policy_ptr policy);

    // Claims and runs jobs until drain() is called.
    boost::asio::awaitable<void> run();

    // Stops claiming. Looks and fetches are broken off and their leases handed back at once. Call once;
    // finish() follows, once no request can start a job any more.
    boost::asio::awaitable<void> drain();

    // Waits for paid calls in the air until `patience` is over, since their answers must not be lost. After
    // it nothing of this worker runs.
    boost::asio::awaitable<void> finish(milliseconds patience);

    void use(work_policy_ptr policy) { place_.policy = std::move(policy); }

    void start(job stored, lease held, deadline::clock::time_point leased_after) override;
    void recall(std::string job_id) override;
    void wake() override;
    void cancelled(const job& ended) override;
    bool accepts() const override;
    boost::asio::awaitable<result<heard>> hear(task_event event, deadline by) override;

private:
    struct held_lease {
        lease held;
        job_state as_claimed;
    };

    claim_terms terms() const;
    void take(claim_outcome claimed, deadline::clock::time_point asked_at);
    void launch(claimed_job claimed, deadline::clock::time_point asked_at);
    boost::asio::awaitable<void> run_one(claimed_job claimed, deadline::clock::time_point asked_at);
    boost::asio::awaitable<void> run_created(job stored, lease held,
                                             deadline::clock::time_point leased_after);
    boost::asio::awaitable<void> hand_back(std::vector<held_lease> leases);
    boost::asio::awaitable<void> recall_surely(std::string job_id);
    void try_upstream_again();
    boost::asio::awaitable<void> probe();
    boost::asio::awaitable<void> rest(milliseconds most);
    void due_in(milliseconds wait);

    learned_times learned_;
    workplace place_;
    task_group submissions_;
    task_group looks_;
    std::map<std::string, held_lease> watching_;  // leases of running looks, to be handed back
    boost::asio::steady_timer alarm_;
    deadline::clock::time_point wake_at_ = deadline::clock::time_point::max();
    std::size_t queued_ = 0;  // as of the last claim
    int missed_polls_ = 0;    // in a row
    bool probing_ = false;    // one job is trying whether upstream lets us in again
    bool trial_ = false;      // upstream answers again: one job may try whether it takes orders, too
    bool draining_ = false;
    bool stopped_ = false;                   // run() has ended
    boost::asio::steady_timer has_stopped_;  // never expires; cancelled then
};

}  // namespace gateway::work
