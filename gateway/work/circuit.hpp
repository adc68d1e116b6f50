#pragma once
// A circuit breaker: keeps calls off a server that has stopped answering, and lets one at a time try whether
// it is back. Failures of one job alone never open it, since that job's own back-off is protection enough and
// may be its own fault.

#include "gateway/runtime/backoff.hpp"

#include <chrono>
#include <mutex>
#include <set>
#include <string>

namespace gateway::work {

// Any thread. The lock is held for a few instructions.
class circuit {
public:
    using clock = std::chrono::steady_clock;

    struct terms {
        int failures = 10;     // in a row open it,
        std::size_t jobs = 5;  // provided so many different jobs had them
        backoff pause{std::chrono::milliseconds{1'000}, std::chrono::milliseconds{30'000}};  // between probes
        // The same while somebody is there and only this kind of call fails.
        std::chrono::milliseconds longest_pause_of_the_living{5'000};
        std::chrono::milliseconds probe_patience{30'000};  // a probe that never reports is given up
    };

    circuit() : circuit{terms{}} {}
    explicit circuit(terms chosen) : terms_{chosen} {}

    // A call was answered, whatever the answer.
    void succeeded();

    // A call for this job got no answer, or one that only a broken server gives. `alive`: another kind of
    // call was answered just before.
    void failed(const std::string& job_id, clock::time_point now, bool alive = false);

    bool closed() const;

    // Whether a call may be made now: always while closed, else once per pause, as a probe, whose end is then
    // to be reported by one of the two above.
    bool admit(clock::time_point now);

    // How long until admit() lets somebody through; 0 while closed.
    std::chrono::milliseconds opens_in(clock::time_point now) const;

private:
    enum class state { closed, open, probing };

    const terms terms_;
    mutable std::mutex mutex_;
    state is_ = state::closed;
    int failures_ = 0;            // in a row, while closed
    std::set<std::string> jobs_;  // whose calls those were, at most terms_.jobs
    unsigned pauses_ = 0;         // since it opened
    clock::time_point next_probe_{};
};

// The process's two: each kind of call can break while the other works.
struct circuits {
    circuit creates;
    circuit looks;
};

}  // namespace gateway::work
