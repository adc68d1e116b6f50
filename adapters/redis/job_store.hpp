#pragma once
// The job store in Redis, shared by all replicas: each call that writes is one script, so one atomic step and
// one round trip.
//
// One instance per thread, used on the thread of its io_context; its link is its own. Redis's clock is the
// only one. A record that can't be read (another program wrote it, or damaged it) is logged once and skipped
// by lists; the job fails as soon as it is due or asked for, with what is legible of it.

#include "adapters/redis/connection.hpp"
#include "adapters/redis/durability.hpp"
#include "adapters/redis/known_jobs.hpp"
#include "adapters/redis/replication.hpp"
#include "adapters/redis/scripts.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/domain/job_survey.hpp"

#include <optional>
#include <set>
#include <string>

namespace adapters::redis {

struct store_options {
    std::string prefix =
        "mg:{jobs}:";  // of every key; the braces are the hash tag and must stay for a Redis Cluster
    connection_options connection;
    // How many of Redis's replicas must have what create, cancel and save wrote before these succeed (WAIT);
    // with too few they fail with store_unavailable, though the write may last. 0: the primary alone decides,
    // and a fail-over may forget what it wrote last.
    int replicas = 0;
    known_jobs_options known;  // what find() may answer without asking; 0 bytes: nothing
};

class job_store final : public gateway::job_store, public gateway::job_survey {
public:
    job_store(boost::asio::io_context& context, address where, store_options options = {});

    boost::asio::awaitable<gateway::result<gateway::create_outcome>> create(gateway::new_job order,
                                                                            gateway::work_limits limits,
                                                                            gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<void>> recall(std::string id, gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::create_outcome>> find_replay(
        gateway::job_owner owner, gateway::idempotency_claim key, gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::job>> find(gateway::job_owner owner, std::string id,
                                                               gateway::deadline by) override;
    std::optional<gateway::job> known(const gateway::job_owner& owner, const std::string& id) override;
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

    // Drops all links for good.
    boost::asio::awaitable<void> close(std::chrono::milliseconds patience);

    // For start, drain and metrics: whether the link is up, waiting for it, closing it.
    connection& link() noexcept { return connection_; }

    // What is wrong with the server's settings, as sentences for the log; fails as connection::send.
    boost::asio::awaitable<gateway::result<std::vector<std::string>>> durability_warnings(
        gateway::deadline by);

private:
    boost::asio::awaitable<gateway::result<reply>> ask(const script& what, argument_list arguments,
                                                       gateway::deadline by);
    // invalid_request when the record can't be read.
    boost::asio::awaitable<gateway::result<gateway::job>> read(std::string id, gateway::deadline by);
    boost::asio::awaitable<gateway::result<gateway::job>> read_broken(std::string id, gateway::deadline by);
    // As ask, for what somebody is promised.
    boost::asio::awaitable<gateway::result<reply>> ask_and_confirm(const script& what,
                                                                   argument_list arguments,
                                                                   gateway::deadline by);
    void report_broken(const std::string& id);

    std::string prefix_;
    std::set<std::string> reported_;  // broken records that were logged already
    std::shared_ptr<write_marks> marks_;
    connection connection_;
    std::optional<replication> replication_;  // with store_options::replicas
    std::optional<known_jobs> known_;         // with store_options::known
};

}  // namespace adapters::redis
