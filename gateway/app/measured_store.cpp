#include "gateway/app/measured_store.hpp"

namespace gateway::app {

namespace asio = boost::asio;

std::string_view measured_store::name_of(call which) {
    switch (which) {
        case call::create: return "create";
        case call::recall: return "recall";
        case call::find_replay: return "find_replay";
        case call::find: return "find";
        case call::list: return "list";
        case call::cancel: return "cancel";
        case call::claim: return "claim";
        case call::renew: return "renew";
        case call::save: return "save";
        case call::summon: return "summon";
        case call::read_gates: return "read_gates";
        case call::change_gates: return "change_gates";
        case call::overview: return "overview";
        case call::check: return "check";
        case call::last: break;
    }
    return "unknown";
}

measured_store::measured_store(job_store& inner, metrics& counts) : inner_{inner}, counts_{counts} {
    for (int each = 0; each < static_cast<int>(call::last); ++each)
        timings_.push_back(counts.store_calls(name_of(static_cast<call>(each))));
}

template <class T>
measured_store::answer<T> measured_store::measured(call which, answer<T> work, deadline by) {
    const auto asked_at = deadline::clock::now();
    auto outcome = co_await std::move(work);
    const auto took = deadline::clock::now() - asked_at;
    timings_[static_cast<std::size_t>(which)].observe(took);
    by.add_waited(took);
    if (!outcome &&
        (is(outcome.error(), errc::store_unavailable) || is(outcome.error(), errc::deadline_exceeded)))
        counts_.store_failure(name_of(which));
    co_return outcome;
}

// None of these is a coroutine: the inner call begins when the one that measures it is awaited.

measured_store::answer<create_outcome> measured_store::create(new_job order, work_limits limits,
                                                              deadline by) {
    return measured(call::create, inner_.create(std::move(order), limits, by), by);
}

measured_store::answer<void> measured_store::recall(std::string id, deadline by) {
    return measured(call::recall, inner_.recall(std::move(id), by), by);
}

measured_store::answer<create_outcome> measured_store::find_replay(job_owner owner, idempotency_claim key,
                                                                   deadline by) {
    return measured(call::find_replay, inner_.find_replay(std::move(owner), key, by), by);
}

measured_store::answer<job> measured_store::find(job_owner owner, std::string id, deadline by) {
    return measured(call::find, inner_.find(std::move(owner), std::move(id), by), by);
}

measured_store::answer<std::vector<job>> measured_store::list(job_owner owner, job_filter filter,
                                                              deadline by) {
    return measured(call::list, inner_.list(std::move(owner), filter, by), by);
}

measured_store::answer<cancel_outcome> measured_store::cancel(job_owner owner, std::string id, int progress,
                                                              work_limits limits, deadline by) {
    return measured(call::cancel, inner_.cancel(std::move(owner), std::move(id), progress, limits, by), by);
}

measured_store::answer<claim_outcome> measured_store::claim(claim_terms terms, work_limits limits,
                                                            deadline by) {
    return measured(call::claim, inner_.claim(terms, limits, by), by);
}

measured_store::answer<void> measured_store::renew(lease held, milliseconds duration, deadline by) {
    return measured(call::renew, inner_.renew(std::move(held), duration, by), by);
}

measured_store::answer<void> measured_store::save(lease held, job_state before, job_state next,
                                                  milliseconds look_in, work_limits limits, deadline by) {
    auto saving = inner_.save(std::move(held), std::move(before), std::move(next), look_in, limits, by);
    return measured(call::save, std::move(saving), by);
}

measured_store::answer<summons> measured_store::summon(task_event event, work_limits limits, deadline by) {
    return measured(call::summon, inner_.summon(std::move(event), limits, by), by);
}

measured_store::answer<gates> measured_store::read_gates(deadline by) {
    return measured(call::read_gates, inner_.read_gates(by), by);
}

measured_store::answer<gates> measured_store::change_gates(gate_change change, deadline by) {
    return measured(call::change_gates, inner_.change_gates(std::move(change), by), by);
}

measured_store::answer<store_overview> measured_store::overview(deadline by) {
    return measured(call::overview, inner_.overview(by), by);
}

measured_store::answer<void> measured_store::check(deadline by) {
    return measured(call::check, inner_.check(by), by);
}

}  // namespace gateway::app
