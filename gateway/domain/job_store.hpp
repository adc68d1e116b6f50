#pragma once
// Port: what the gateway needs from storage. Adapters implement it (memory, redis); main() picks one. Every
// call is atomic; none leaves half of its work behind. The store's clock decides every time.
//
// Failures of all calls: store_unavailable when the store can't be reached, refuses to write, or breaks the
// protocol; deadline_exceeded when `by` passed first (the write may or may not have happened). Others are
// named per call. Parameters are taken by value: a coroutine outlives its caller's temporaries.
// Implementations are used on the thread of the io_context they were made for, unless they say otherwise.

#include "gateway/domain/error.hpp"
#include "gateway/domain/gates.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/domain/rate.hpp"
#include "gateway/domain/task_event.hpp"
#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/digest.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace gateway {

// A client's claim on "this order, once". The raw key never reaches the store.
struct idempotency_claim {
    sha256_digest key{};      // over organization, user and key
    sha256_digest request{};  // over the validated request, to notice a different body under the same key
};

// The right to work on a job, for a while. `fence` grows with each lease of the job; every write carries it,
// and a write with an older one is refused, so that a replica that was asleep can never overwrite another's
// work. A store that may come back as an older copy of itself (a fail-over) makes it grow all the same.
struct lease {
    std::string job_id;
    std::uint64_t fence = 0;

    bool operator==(const lease&) const = default;
};

// The limits that the store enforces across all replicas. 0 means no limit.
struct work_limits {
    milliseconds lease{30'000};                 // how long a claimed job is left alone
    milliseconds submit_lease{40'000};          // around a paid call: beyond any answer that can still come
    int max_in_flight = 5;                      // jobs whose step is submitting or accepted
    int in_flight_per_organization = 0;         // of those, per organization
    int queued_per_organization = 1000;         // jobs waiting for a slot
    double max_polls_per_second = 2;            // claims of accepted jobs, spaced evenly
    milliseconds retention{30LL * 86'400'000};  // from creation until a finished job is forgotten
};

// What a new job becomes when a slot is free for it at once, so that creating it and beginning to submit it
// are one write.
struct first_visit {
    job_state state;     // the store fills in first_tried_at when its step is submitting
    milliseconds lease;  // of the creator
};

// How much further apart than the budget asks for polls are spaced, so that it holds in any second upstream
// may count, though looks are sent some milliseconds earlier or later than planned.
inline constexpr double poll_spacing = 1.05;

struct new_job {
    std::string id;
    job_owner owner;
    generation_request request;
    std::string traceparent;
    std::optional<idempotency_claim> key;
    std::optional<create_rate> rate;   // the key has a limit, which this create counts against
    std::optional<first_visit> first;  // nothing: it queues (a gate is shut, or this process is draining)
};

struct create_outcome {
    enum class kind {
        created,
        replayed,      // the claim was taken: `stored` is the job that took it, nothing was written
        rate_limited,  // the key has made its creates of this minute; nothing was written
        queue_full,    // the organization has queued_per_organization jobs waiting; nothing was written
        id_taken,      // choose another id; nothing was written
    };
    kind what = kind::created;
    job stored;                        // created and replayed
    bool same_request = true;          // replayed: whether the claim's request digest is the stored one
    std::optional<lease> first_lease;  // created: there was a slot, and this caller may submit the job
    // created and rate_limited, with a rate: until its allowance is full again.
    std::optional<std::chrono::microseconds> rate_full_in;
};

struct job_filter {
    std::optional<job_status> status;
    int limit = 50;
    int offset = 0;
};

struct cancel_outcome {
    job value;                 // as it now is
    bool by_this_call = true;  // false: it had ended before
};

struct claim_terms {
    int most = 64;              // jobs at a time
    bool start_queued = true;   // false: leave the queues alone (paused, draining)
    bool ignore_slots = false;  // true: queued jobs are handed out whatever is in flight, to be failed
};

struct claimed_job {
    job value;
    lease held;
    milliseconds start_in{0};  // wait this long first: keeps polls evenly spaced within their budget
};

struct claim_outcome {
    std::vector<claimed_job> jobs;
    std::optional<milliseconds> next_due_in;  // of the earliest job not claimed now; nothing: there is none
    std::size_t queued = 0;                   // jobs waiting in the queues of all organizations
    gates backend;                            // as stored
};

// What summon() did.
struct summons {
    enum class kind {
        taken,     // not known to be accepted: `held` is a new lease, and any older one is void
        look_now,  // accepted: due at once, or as soon as the visit under way has ended
        // These changed nothing:
        repeated,    // this event had been heard before, or speaks of a call that is settled
        stale,       // signed further than event_window from the store's time
        other_task,  // accepted as another task
        ended,       // terminal
    };
    kind what = kind::ended;
    job value;
    std::optional<lease> held;
};

// How full the store is, over all replicas.
struct store_overview {
    std::size_t queued = 0;      // in the queues of all organizations
    std::size_t pausing = 0;     // sit out a pause, and will queue again
    std::size_t submitting = 0;  // hold a slot, and upstream is not known to have accepted them
    std::size_t running = 0;     // hold a slot, accepted
    // Since the creation of the oldest job that waits for a slot; nothing: nobody waits. Of the organizations
    // only those whose turn comes first are looked at, overview_window of them, and as many jobs that pause.
    std::optional<milliseconds> oldest_wait;
    milliseconds look_lag{0};  // by which the most overdue look is late; news that hasten one don't count

    std::size_t in_flight() const { return submitting + running; }
    bool operator==(const store_overview&) const = default;
};
inline constexpr std::size_t overview_window = 128;

class job_store {
public:
    virtual ~job_store() = default;

    // Claims the idempotency key, counts the create against the key's rate, stores the job, enters it in its
    // owner's list, and puts it either under a first lease (a slot was free, nobody was waiting, and `first`
    // says what then) or at the end of its organization's queue. One round trip.
    virtual boost::asio::awaitable<result<create_outcome>> create(new_job order, work_limits limits,
                                                                  deadline by) = 0;

    // For the creator of a job whose create() got no definite answer: should it be stored after all, and in
    // its first visit, nothing was sent for it and it queues. Changes nothing once somebody else took it
    // over.
    virtual boost::asio::awaitable<result<void>> recall(std::string id, deadline by) = 0;

    // The job that holds this claim. not_found when none does.
    virtual boost::asio::awaitable<result<create_outcome>> find_replay(job_owner owner, idempotency_claim key,
                                                                       deadline by) = 0;

    // not_found when the id is unknown, expired, or another owner's.
    virtual boost::asio::awaitable<result<job>> find(job_owner owner, std::string id, deadline by) = 0;

    // What find() would answer with, when the store can tell without asking anybody; nothing otherwise, which
    // says nothing about the job. For what is asked over and over.
    virtual std::optional<job> known(const job_owner& owner, const std::string& id) {
        static_cast<void>(owner), static_cast<void>(id);
        return std::nullopt;
    }

    // The owner's jobs, newest first. O(log n + page).
    virtual boost::asio::awaitable<result<std::vector<job>>> list(job_owner owner, job_filter filter,
                                                                  deadline by) = 0;

    // A live job becomes cancelled with `progress` frozen, gives back its slot and leaves every queue; a
    // terminal one stays as it is. not_found as in find.
    virtual boost::asio::awaitable<result<cancel_outcome>> cancel(job_owner owner, std::string id,
                                                                  int progress, work_limits limits,
                                                                  deadline by) = 0;

    // Hands out jobs under new leases: first those whose time has come (polls, retries, lapsed leases) as the
    // poll budget allows, then queued ones as slots allow, organizations taking turns. A job whose lease
    // lapsed before it was submitting goes back to the head of its organization's queue.
    virtual boost::asio::awaitable<result<claim_outcome>> claim(claim_terms terms, work_limits limits,
                                                                deadline by) = 0;

    // Extends the lease from now. lease_lost, job_ended.
    virtual boost::asio::awaitable<result<void>> renew(lease held, milliseconds duration, deadline by) = 0;

    // Writes `next` in place of the job's state, which the caller knows to be `before` (what it read, or last
    // saved, under this lease), and settles what follows from it:
    //   terminal        the job leaves slots and schedule, and expires `limits.retention` after its creation;
    //   step waiting    the slot is given back; the job is queued again, at the head, after `look_in`;
    //   otherwise       the slot is kept; the job is due again after `look_in` (its lease then ends too).
    // The lease stays with the caller until then, so a further save under it is fine, and so is the same one
    // again when its answer was lost.
    // lease_lost when a newer lease exists. job_ended when the stored job is terminal (cancelled meanwhile):
    // nothing changes, except that what the record does not know yet of the task and its credits is filled in
    // from `next`, so that whatever was paid for is on record. That part asks for no valid lease.
    virtual boost::asio::awaitable<result<void>> save(lease held, job_state before, job_state next,
                                                      milliseconds look_in, work_limits limits,
                                                      deadline by) = 0;

    // Upstream spoke of this job by itself. not_found when nobody knows it.
    virtual boost::asio::awaitable<result<summons>> summon(task_event event, work_limits limits,
                                                           deadline by) = 0;

    // The backend's gates, shared by all replicas. Each returns them as they now are.
    virtual boost::asio::awaitable<result<gates>> read_gates(deadline by) = 0;
    virtual boost::asio::awaitable<result<gates>> change_gates(gate_change change, deadline by) = 0;

    // Counts, for operators. Changes nothing, and costs little however many jobs there are: O(log n).
    virtual boost::asio::awaitable<result<store_overview>> overview(deadline by) = 0;

    // Success when the store answers and can write. For /readyz.
    virtual boost::asio::awaitable<result<void>> check(deadline by) = 0;
};

}  // namespace gateway
