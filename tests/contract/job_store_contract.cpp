#include "tests/contract/job_store_contract.hpp"

namespace contract {

using namespace gateway;

new_job JobStore::order(const std::string& id, const job_owner& owner) const {
    new_job made;
    made.id = id;
    made.owner = owner;
    made.request.engine = "studio";
    made.request.prompt = "rain on a tin roof";
    made.request.duration_seconds = 30;
    made.first = first_visit{job_state{}, limits.lease};
    return made;
}

result<create_outcome> JobStore::create(new_job what) {
    return run(store().create(std::move(what), limits, soon()));
}
result<void> JobStore::recall(std::string id) {
    return run(store().recall(std::move(id), soon()));
}
result<create_outcome> JobStore::find_replay(job_owner owner, idempotency_claim key) {
    return run(store().find_replay(std::move(owner), key, soon()));
}
result<job> JobStore::find(std::string id) {
    return find(ann, std::move(id));
}
result<job> JobStore::find(job_owner owner, std::string id) {
    return run(store().find(std::move(owner), std::move(id), soon()));
}
result<std::vector<job>> JobStore::list(job_owner owner, job_filter filter) {
    return run(store().list(std::move(owner), filter, soon()));
}
result<cancel_outcome> JobStore::cancel(std::string id, int progress) {
    return run(store().cancel(ann, std::move(id), progress, limits, soon()));
}
result<claim_outcome> JobStore::claim(claim_terms terms) {
    return run(store().claim(terms, limits, soon()));
}
result<void> JobStore::renew(lease held, milliseconds duration) {
    return run(store().renew(std::move(held), duration, soon()));
}
result<void> JobStore::save(lease held, job_state next, milliseconds look_in) {
    job_state& known = saved_[held.job_id];
    auto outcome = run(store().save(std::move(held), known, next, look_in, limits, soon()));
    if (outcome)
        known = std::move(next);
    return outcome;
}
result<summons> JobStore::summon(task_event event) {
    return run(store().summon(std::move(event), limits, soon()));
}
result<store_overview> JobStore::overview() {
    return run(store().overview(soon()));
}
result<gates> JobStore::read_gates() {
    return run(store().read_gates(soon()));
}
result<gates> JobStore::change(gate_change what) {
    return run(store().change_gates(std::move(what), soon()));
}

lease JobStore::created_with_lease(const std::string& id, const job_owner& owner) {
    const auto made = create(order(id, owner));
    EXPECT_TRUE(made && made->what == create_outcome::kind::created && made->first_lease) << id;
    return made && made->first_lease ? *made->first_lease : lease{};
}

void JobStore::created_queued(const std::string& id, const job_owner& owner) {
    auto what = order(id, owner);
    what.first.reset();
    const auto made = create(std::move(what));
    EXPECT_TRUE(made && made->what == create_outcome::kind::created && !made->first_lease) << id;
}

lease JobStore::submitting(const std::string& id) {
    const lease held = created_with_lease(id);
    EXPECT_TRUE(save(held, state(job_status::queued, submission::submitting), limits.lease));
    return held;
}

lease JobStore::cancelled_in_the_call(const std::string& id) {
    const lease held = created_with_lease(id);
    EXPECT_TRUE(save(held, gateway::submitting(job_state{}, 10), limits.lease));
    EXPECT_TRUE(cancel(id));
    return held;
}

lease JobStore::accepted(const std::string& id, milliseconds look_in) {
    const lease held = submitting(id);
    auto running = state(job_status::running, submission::accepted);
    running.task_id = "task_" + id;
    EXPECT_TRUE(save(held, running, look_in));
    return held;
}

std::vector<std::string> JobStore::claimed_ids(claim_terms terms) {
    const auto outcome = claim(terms);
    EXPECT_TRUE(outcome);
    return outcome ? ids_of(outcome->jobs) : std::vector<std::string>{};
}

std::vector<std::string> JobStore::listed_ids(job_filter filter) {
    const auto page = list(ann, filter);
    EXPECT_TRUE(page);
    std::vector<std::string> ids;
    if (page)
        for (const job& each : *page)
            ids.push_back(each.id);
    return ids;
}

job_state JobStore::state(job_status status, submission step) {
    job_state made;
    made.status = status;
    made.step = step;
    return made;
}

job_state JobStore::ended(job_status how) {
    auto made = state(how, submission::accepted);
    made.task_id = "task";
    return made;
}

idempotency_claim JobStore::claim_on(std::string_view key, std::string_view request) {
    idempotency_claim made;
    made.key = sha256(key);
    made.request = sha256(request);
    return made;
}

std::vector<std::string> ids_of(const std::vector<claimed_job>& jobs) {
    std::vector<std::string> ids;
    for (const claimed_job& each : jobs)
        ids.push_back(each.value.id);
    return ids;
}

lease lease_on(const claim_outcome& outcome, const std::string& id) {
    for (const claimed_job& each : outcome.jobs)
        if (each.value.id == id)
            return each.held;
    ADD_FAILURE() << id << " was not claimed";
    return {};
}

INSTANTIATE_TEST_SUITE_P(Each, JobStore, testing::Values(kind::memory, kind::redis), [](const auto& info) {
    return info.param == kind::memory ? std::string{"Memory"} : std::string{"Redis"};
});

}  // namespace contract
