#pragma once
// One visit to one job: decide, call upstream, write what follows. The coroutines here perform what
// decisions.hpp decided.

#include "gateway/domain/audio_archive.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/domain/music_backend.hpp"
#include "gateway/runtime/metrics.hpp"
#include "gateway/service/gate_view.hpp"
#include "gateway/work/circuit.hpp"
#include "gateway/work/decisions.hpp"
#include "gateway/work/poll_timing.hpp"
#include "gateway/work/work_policy.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>

namespace gateway::work {

// What every run of one thread shares. Outlives all of them.
struct workplace {
    job_store& store;
    music_backend& backend;
    audio_archive& archive;
    audio_workshop& workshop;
    service::gate_view& gates;
    metrics& counts;
    learned_times& learned;
    circuit& creates;        // the paid call
    circuit& looks;          // polls
    work_policy_ptr policy;  // as it is when a run begins
    // This thread's loop shall claim again by then; 0: a slot became free.
    std::function<void(milliseconds)> due_in;
};

// A job is due now. 0 would speak of a free slot.
constexpr milliseconds at_once{1};

// A job's copy, whose `as_of` moves on with this machine's steady clock from the store's own time when it was
// read.
class held_job {
public:
    held_job(job value, lease held) : value_{std::move(value)}, lease_{std::move(held)} {}

    const lease& under() const { return lease_; }
    const job_state& state() const { return value_.state; }
    void become(job_state next) { value_.state = std::move(next); }

    // The job as of now.
    job now() const;

private:
    job value_;
    lease lease_;
    std::chrono::steady_clock::time_point read_at_ = std::chrono::steady_clock::now();
};

// When a poll was booked to start, and how often in a row this thread came too late for one.
struct poll_slot {
    deadline::clock::time_point at;
    int& missed;  // outlives the run
};

// Carries the job one step: a submission, a look (with the fetching of finished audio), or a decision without
// a call. When it returns, the store knows where the job stands. A job that breaks the program (a bug, an
// answer nobody thought of) fails by itself. Throws only when cancelled, or out of memory; then the job
// stands as it was last saved.
// A poll that comes too late for its slot is not made: it would be one too many in the second it came to. The
// job is due at once, for another slot.
boost::asio::awaitable<void> run_job(workplace at, claimed_job claimed, poll_slot slot);

// The first visit to a job that was stored as submitting when it was created: the paid call, and what follows
// from its answer. The lease began after `leased_after`. Throws as run_job.
boost::asio::awaitable<void> submit_created(workplace at, job stored, lease held,
                                            deadline::clock::time_point leased_after);

// Writes until the store gave a definite answer, however long that takes: an answer of upstream's must not be
// lost because Redis restarts just then. success, lease_lost, job_ended.
boost::asio::awaitable<result<void>> save_surely(const workplace& at, const held_job& held, job_state next,
                                                 milliseconds look_in);

}  // namespace gateway::work
