#pragma once
// The use cases a client can ask for: create, get, list, cancel, engines, track. Authentication happened
// before; everything here is about one caller in one organization.

#include "gateway/domain/job_store.hpp"
#include "gateway/service/gate_view.hpp"
#include "gateway/service/generation_draft.hpp"
#include "gateway/service/policy.hpp"

#include <boost/asio/awaitable.hpp>

namespace gateway::service {

// Port: whoever carries a job on once it is stored and leased (work::worker).
class job_starter {
public:
    virtual ~job_starter() = default;

    // Takes over a job that is stored as submitting, under its first lease, which began after `leased_after`.
    // Returns at once; upstream is called later.
    virtual void start(job stored, lease held, deadline::clock::time_point leased_after) = 0;

    // The store gave no definite answer when this job was created under a first visit, which will not take
    // place: should it be stored, it is to queue. Returns at once.
    virtual void recall(std::string job_id) = 0;

    // A job went into the queue, or a slot may have become free.
    virtual void wake() = 0;

    // A client has cancelled this job: it ended with this call.
    virtual void cancelled(const job& ended) = 0;

    // False while draining, or while upstream does not answer: new jobs are stored, to be begun later or by
    // others.
    virtual bool accepts() const = 0;
};

struct created_job {
    job value;
    bool replayed = false;
};

// One per thread, used on that thread. Collaborators outlive it.
class generations {
public:
    generations(job_store& store, job_starter& starter, gate_view& gates, policy_ptr rules);

    // After a reload; calls under way go on with the policy they began with.
    void use(policy_ptr rules) { policy_ = std::move(rules); }
    const policy_ptr& current() const { return policy_; }

    // Order of checks: body, idempotency, then gates (rate, credits, access, engine); a replay is answered
    // whatever is shut.
    boost::asio::awaitable<outcome<created_job>> create(const key_entry& caller, std::string organization,
                                                        generation_draft draft, std::string traceparent,
                                                        deadline by);

    boost::asio::awaitable<outcome<job>> get(const key_entry& caller, std::string organization,
                                             std::string job_id, deadline by);

    boost::asio::awaitable<outcome<std::vector<job>>> list(const key_entry& caller, std::string organization,
                                                           job_filter filter, deadline by);

    // Cancels a live job; an ended one is returned as it is.
    boost::asio::awaitable<outcome<job>> cancel(const key_entry& caller, std::string organization,
                                                std::string job_id, deadline by);

    // The same for a job whose owner is known already, whoever asks.
    boost::asio::awaitable<outcome<job>> cancel(job_owner owner, std::string job_id, deadline by);

    // The succeeded job whose track this is; the track is a view of it.
    boost::asio::awaitable<outcome<job>> track(const key_entry& caller, std::string organization,
                                               std::string track_id, deadline by);

    // The engines that can be ordered from now, in configured order.
    std::vector<engine> engines() const;

private:
    boost::asio::awaitable<outcome<job>> find(job_owner owner, std::string job_id, deadline by);
    boost::asio::awaitable<outcome<created_job>> replay_or(refusal otherwise, job_owner owner,
                                                           std::optional<idempotency_claim> claim,
                                                           deadline by);
    boost::asio::awaitable<outcome<job>> seed(job_owner owner, std::string seed_track_id, deadline by);
    outcome<created_job> answer_to(create_outcome stored, deadline::clock::time_point asked_at,
                                   const policy& rules);

    job_store& store_;
    job_starter& starter_;
    gate_view& gates_;
    policy_ptr policy_;
};

}  // namespace gateway::service
