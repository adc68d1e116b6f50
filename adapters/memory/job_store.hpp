#pragma once
// The embedded job store: one process, no server. Nothing survives the process, so it is for trying the
// gateway out and for tests.
//
// One instance serves all threads: every call takes one mutex, briefly, and completes without suspending.

#include "adapters/memory/gate_book.hpp"
#include "adapters/memory/ledger.hpp"
#include "adapters/memory/rate_book.hpp"
#include "adapters/memory/schedule.hpp"
#include "gateway/domain/job_store.hpp"

#include <functional>
#include <mutex>

namespace adapters::memory {

class job_store final : public gateway::job_store, public gateway::job_survey {
public:
    using clock = std::function<gateway::store_time()>;

    // Without a clock of your own the system's decides, held still when it is set back. Called under the
    // lock.
    explicit job_store(clock now = system_clock());
    static clock system_clock();

    boost::asio::awaitable<gateway::result<gateway::create_outcome>> create(gateway::new_job order,
                                                                            gateway::work_limits limits,
                                                                            gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<void>> recall(std::string id, gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::create_outcome>> find_replay(
        gateway::job_owner owner, gateway::idempotency_claim key, gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::job>> find(gateway::job_owner owner, std::string id,
                                                               gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<std::vector<gateway::job>>> list(gateway::job_owner owner,
                                                                            gateway::job_filter filter,
                                                                            gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::cancel_outcome>> cancel(gateway::job_owner owner,
                                                                            std::string id, int progress,
                                                                            gateway::work_limits limits,
                                                                            gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::claim_outcome>> claim(gateway::claim_terms terms,
                                                                          gateway::work_limits limits,
                                                                          gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<void>> renew(gateway::lease held, gateway::milliseconds duration,
                                                        gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<void>> save(gateway::lease held, gateway::job_state before,
                                                       gateway::job_state next, gateway::milliseconds look_in,
                                                       gateway::work_limits limits,
                                                       gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::summons>> summon(gateway::task_event event,
                                                                     gateway::work_limits limits,
                                                                     gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::gates>> read_gates(gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::gates>> change_gates(gateway::gate_change change,
                                                                         gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::store_overview>> overview(gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<void>> check(gateway::deadline by) override;

    boost::asio::awaitable<gateway::result<gateway::job>> look_up(std::string id,
                                                                  gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::job_page>> search(gateway::job_search what,
                                                                      gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::end_counts>> count_ends(gateway::milliseconds span,
                                                                            gateway::deadline by) override;

private:
    gateway::store_time now();
    gateway::claimed_job hand_out(record& of, schedule::list in, gateway::milliseconds start_in,
                                  const gateway::work_limits& limits, gateway::store_time at);
    void end(record& of, const gateway::work_limits& limits);

    std::mutex lock_;
    clock clock_;
    gateway::store_time latest_{};
    ledger jobs_;
    schedule schedule_;
    gate_book gates_;
    rate_book rates_;
};

}  // namespace adapters::memory
