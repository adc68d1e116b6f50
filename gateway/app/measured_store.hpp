#pragma once
// The job store as everybody sees it: says of each call how long it took, to the metrics and to whoever waits
// for it.

#include "gateway/domain/job_store.hpp"
#include "gateway/runtime/metrics.hpp"

#include <array>

namespace gateway::app {

// One per thread, used on that thread; both it is given outlive it.
class measured_store final : public job_store {
public:
    measured_store(job_store& inner, metrics& counts);

    template <class T>
    using answer = boost::asio::awaitable<result<T>>;

    answer<create_outcome> create(new_job order, work_limits limits, deadline by) override;
    answer<void> recall(std::string id, deadline by) override;
    answer<create_outcome> find_replay(job_owner owner, idempotency_claim key, deadline by) override;
    answer<job> find(job_owner owner, std::string id, deadline by) override;
    std::optional<job> known(const job_owner& owner, const std::string& id) override {
        return inner_.known(owner, id);  // takes no time
    }
    answer<std::vector<job>> list(job_owner owner, job_filter filter, deadline by) override;
    answer<cancel_outcome> cancel(job_owner owner, std::string id, int progress, work_limits limits,
                                  deadline by) override;
    answer<claim_outcome> claim(claim_terms terms, work_limits limits, deadline by) override;
    answer<void> renew(lease held, milliseconds duration, deadline by) override;
    answer<void> save(lease held, job_state before, job_state next, milliseconds look_in, work_limits limits,
                      deadline by) override;
    answer<summons> summon(task_event event, work_limits limits, deadline by) override;
    answer<gates> read_gates(deadline by) override;
    answer<gates> change_gates(gate_change change, deadline by) override;
    answer<store_overview> overview(deadline by) override;
    answer<void> check(deadline by) override;

private:
    enum class call {
        create,
        recall,
        find_replay,
        find,
        list,
        cancel,
        claim,
        renew,
        save,
        summon,
        read_gates,
        change_gates,
        overview,
        check,
        last,
    };
    static std::string_view name_of(call which);

    template <class T>
    answer<T> measured(call which, answer<T> work, deadline by);

    job_store& inner_;
    metrics& counts_;
    std::vector<timing> timings_;  // by call
};

}  // namespace gateway::app
