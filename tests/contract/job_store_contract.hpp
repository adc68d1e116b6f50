#pragma once
// What every job_store promises, said once: each claim runs against both stores.
//
// Time passes at the test's word: the memory store is given a clock, and in Redis everything that is stored
// is made older. So leases and retentions are as long as in life, and no test waits.

#include "gateway/domain/job_store.hpp"
#include "gateway/domain/job_survey.hpp"
#include "tests/support/await.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace contract {

using gateway::milliseconds;

// A store, empty at first, and its time.
class store_under_test {
public:
    virtual ~store_under_test() = default;
    virtual gateway::job_store& store() = 0;
    virtual gateway::job_survey& survey() = 0;  // of the same jobs
    virtual void pass(milliseconds time) = 0;
    // What pass() has added that the store's own clock does not show.
    virtual milliseconds unseen() const = 0;
};

enum class kind { memory, redis };
std::unique_ptr<store_under_test> make_store(kind which, boost::asio::io_context& context);

class JobStore : public testing::TestWithParam<kind> {
protected:
    boost::asio::io_context context{1};
    std::unique_ptr<store_under_test> under_test{make_store(GetParam(), context)};
    gateway::work_limits limits;  // a test narrows what it is about
    const gateway::job_owner ann{"org_a", "usr_ann"};

    void SetUp() override { limits.max_polls_per_second = 0; }

    gateway::job_store& store() { return under_test->store(); }
    gateway::job_survey& survey() { return under_test->survey(); }
    void pass(milliseconds time) { under_test->pass(time); }
    template <class T>
    T run(boost::asio::awaitable<T> work) {
        return tests::await(context, std::move(work));
    }
    static gateway::deadline soon() { return gateway::deadline::after(std::chrono::seconds{20}); }

    // The calls, for plain test bodies.
    gateway::new_job order(const std::string& id, const gateway::job_owner& owner) const;
    gateway::new_job order(const std::string& id) const { return order(id, ann); }
    gateway::result<gateway::create_outcome> create(gateway::new_job what);
    gateway::result<void> recall(std::string id);
    gateway::result<gateway::create_outcome> find_replay(gateway::job_owner owner,
                                                         gateway::idempotency_claim key);
    gateway::result<gateway::job> find(std::string id);
    gateway::result<gateway::job> find(gateway::job_owner owner, std::string id);
    gateway::result<std::vector<gateway::job>> list(gateway::job_owner owner,
                                                    gateway::job_filter filter = {});
    gateway::result<gateway::cancel_outcome> cancel(std::string id, int progress = 0);
    gateway::result<gateway::claim_outcome> claim(gateway::claim_terms terms = {});
    gateway::result<void> renew(gateway::lease held, milliseconds duration);
    gateway::result<void> save(gateway::lease held, gateway::job_state next, milliseconds look_in);
    gateway::result<gateway::summons> summon(gateway::task_event event);
    gateway::result<gateway::store_overview> overview();
    gateway::result<gateway::gates> read_gates();
    gateway::result<gateway::gates> change(gateway::gate_change what);

    // Shorter still, failing the test when the store does not play along.
    gateway::lease created_with_lease(const std::string& id) { return created_with_lease(id, ann); }
    gateway::lease created_with_lease(const std::string& id, const gateway::job_owner& owner);
    void created_queued(const std::string& id) { created_queued(id, ann); }
    void created_queued(const std::string& id, const gateway::job_owner& owner);
    gateway::lease submitting(const std::string& id);             // under a lease, due when that ends
    gateway::lease cancelled_in_the_call(const std::string& id);  // which may have cost 10 credits
    gateway::lease accepted(const std::string& id, milliseconds look_in);  // due for a poll then
    std::vector<std::string> claimed_ids(gateway::claim_terms terms = {});
    std::vector<std::string> listed_ids(gateway::job_filter filter = {});

    std::map<std::string, gateway::job_state> saved_;  // by id: what a worker would know of each job

    static gateway::job_state state(gateway::job_status status, gateway::submission step);
    static gateway::job_state waiting() { return {}; }
    static gateway::job_state ended(gateway::job_status how = gateway::job_status::succeeded);
    static gateway::idempotency_claim claim_on(std::string_view key, std::string_view request = "same");
};

std::vector<std::string> ids_of(const std::vector<gateway::claimed_job>& jobs);
gateway::lease lease_on(const gateway::claim_outcome& outcome, const std::string& id);

}  // namespace contract
