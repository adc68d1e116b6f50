#pragma once
// A job store that remembers what it was told, fails when asked to, and knows nothing of leases.

#include "gateway/domain/job_store.hpp"

#include <map>
#include <string>
#include <vector>

class scripted_store final : public gateway::job_store {
public:
    template <class T>
    using answer = boost::asio::awaitable<gateway::result<T>>;

    // The script.
    boost::system::error_code failure;  // of every call
    bool queue_full = false;
    int ids_taken = 0;  // so many creates are told that their id is taken
    bool gives_lease = true;

    gateway::store_overview seen;

    // What happened.
    std::map<std::string, gateway::job> jobs;
    std::vector<std::string> calls;
    std::vector<gateway::new_job> orders;  // every create, the refused ones too
    gateway::job_filter listed;
    gateway::store_time now{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1} + std::chrono::hours{8}};

    answer<gateway::create_outcome> create(gateway::new_job order, gateway::work_limits,
                                           gateway::deadline) override {
        using kind = gateway::create_outcome::kind;
        calls.push_back("create");
        orders.push_back(order);
        if (failure)
            co_return failure;
        gateway::create_outcome outcome;
        if (order.key && claimed(*order.key, outcome))
            co_return outcome;
        if (order.rate) {
            auto& full_in = full_in_[gateway::to_hex(order.rate->key)];
            outcome.rate_full_in = gateway::allowance{order.rate->per_minute}.after_one(full_in);
            if (!outcome.rate_full_in) {
                outcome.what = kind::rate_limited;
                outcome.rate_full_in = full_in;
                co_return outcome;
            }
            full_in = *outcome.rate_full_in;
        }
        if (ids_taken > 0) {
            --ids_taken;
            outcome.what = kind::id_taken;
            co_return outcome;
        }
        if (queue_full) {
            outcome.what = kind::queue_full;
            co_return outcome;
        }
        outcome.stored.id = order.id;
        outcome.stored.owner = order.owner;
        outcome.stored.request = order.request;
        outcome.stored.traceparent = order.traceparent;
        outcome.stored.created_at = outcome.stored.as_of = now;
        jobs[order.id] = outcome.stored;
        if (order.key)
            claims_[gateway::to_hex(order.key->key)] = {order.id, order.key->request};
        if (gives_lease && order.first)
            outcome.first_lease = gateway::lease{order.id, 1};
        co_return outcome;
    }

    answer<gateway::create_outcome> find_replay(gateway::job_owner, gateway::idempotency_claim key,
                                                gateway::deadline) override {
        calls.push_back("find_replay");
        if (failure)
            co_return failure;
        gateway::create_outcome outcome;
        if (claimed(key, outcome))
            co_return outcome;
        co_return make_error_code(gateway::errc::not_found);
    }

    answer<gateway::job> find(gateway::job_owner owner, std::string id, gateway::deadline) override {
        calls.push_back("find");
        co_return seen_by(owner, id);
    }

    answer<std::vector<gateway::job>> list(gateway::job_owner owner, gateway::job_filter filter,
                                           gateway::deadline) override {
        calls.push_back("list");
        listed = filter;
        if (failure)
            co_return failure;
        std::vector<gateway::job> page;
        for (const auto& [id, each] : jobs)
            if (each.owner == owner && (!filter.status || each.state.status == *filter.status))
                page.push_back(each);
        co_return page;
    }

    answer<gateway::cancel_outcome> cancel(gateway::job_owner owner, std::string id, int progress,
                                           gateway::work_limits, gateway::deadline) override {
        calls.push_back("cancel");
        auto found = seen_by(owner, id);
        if (!found)
            co_return found.error();
        const bool lives = !gateway::is_terminal(found->state.status);
        if (lives) {
            found->state.status = gateway::job_status::cancelled;
            found->state.progress = progress;
            jobs[id] = *found;
        }
        co_return gateway::cancel_outcome{*found, lives};
    }
    answer<void> recall(std::string, gateway::deadline) override { co_return gateway::result<void>{}; }
    answer<gateway::summons> summon(gateway::task_event, gateway::work_limits, gateway::deadline) override {
        co_return make_error_code(gateway::errc::not_found);
    }

    answer<gateway::claim_outcome> claim(gateway::claim_terms, gateway::work_limits,
                                         gateway::deadline) override {
        co_return gateway::claim_outcome{};
    }
    answer<void> renew(gateway::lease, gateway::milliseconds, gateway::deadline) override {
        co_return gateway::result<void>{};
    }
    answer<void> save(gateway::lease, gateway::job_state, gateway::job_state, gateway::milliseconds,
                      gateway::work_limits, gateway::deadline) override {
        co_return gateway::result<void>{};
    }
    answer<gateway::gates> read_gates(gateway::deadline) override { co_return gateway::gates{}; }
    answer<gateway::gates> change_gates(gateway::gate_change, gateway::deadline) override {
        co_return gateway::gates{};
    }
    answer<gateway::store_overview> overview(gateway::deadline) override {
        calls.push_back("overview");
        if (failure)
            co_return failure;
        co_return seen;
    }
    answer<void> check(gateway::deadline) override { co_return gateway::result<void>{}; }

    // A job as if it had been created and worked on.
    gateway::job& put(std::string id, gateway::job_owner owner, gateway::job_status status) {
        gateway::job& stored = jobs[id];
        stored.id = std::move(id);
        stored.owner = std::move(owner);
        stored.request.engine = "studio";
        stored.request.prompt = "rain on a tin roof";
        stored.request.duration_seconds = 90;
        stored.created_at = stored.as_of = now;
        stored.state.status = status;
        return stored;
    }

private:
    struct claim_record {
        std::string job_id;
        gateway::sha256_digest request{};
    };

    bool claimed(const gateway::idempotency_claim& key, gateway::create_outcome& outcome) const {
        const auto found = claims_.find(gateway::to_hex(key.key));
        if (found == claims_.end())
            return false;
        outcome.what = gateway::create_outcome::kind::replayed;
        outcome.stored = jobs.at(found->second.job_id);
        outcome.same_request = found->second.request == key.request;
        return true;
    }

    gateway::result<gateway::job> seen_by(const gateway::job_owner& owner, const std::string& id) const {
        if (failure)
            return failure;
        const auto found = jobs.find(id);
        if (found == jobs.end() || found->second.owner != owner)
            return make_error_code(gateway::errc::not_found);
        return found->second;
    }

    std::map<std::string, std::chrono::microseconds> full_in_;  // of a key; time stands still here
    std::map<std::string, claim_record> claims_;
};
