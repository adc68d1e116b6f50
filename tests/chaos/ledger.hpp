#pragma once
// What clients were promised, and what they saw since: the first of the three ledgers.

#include "tests/chaos/upstream_mix.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace chaos {

using moment = std::chrono::steady_clock::time_point;

// A user of one organization: what it creates, only it sees.
struct customer {
    std::string key;  // raw API key
    std::string user;
    std::string organization;
};

// One look at a job, as far as it said something new.
struct sighting {
    moment at;
    std::string status;
    std::string ending;  // of a terminal job: all that must never change afterwards, as JSON
};

// One order of one client, repeated with the same key until it was answered. Touched by one thread at a time.
struct order {
    std::string prompt;  // unlike any other
    std::string key;     // Idempotency-Key
    const customer* by = nullptr;
    const upstream_kind* kind = nullptr;
    int attempts = 0;
    int dropped = 0;                // attempts whose connection was taken, and ended without a whole answer
    std::set<std::string> job_ids;  // from every 202 that any attempt got: one, or something is wrong
    bool given_up = false;          // unanswered, and nobody will ask again
    bool missing = false;           // a look at the promised job was answered 404
    bool cancel_asked = false;      // at least sent; its answer may have been lost
    std::optional<int> audio;       // what its playback URL answered, when somebody tried: 0 for no answer
    std::vector<sighting> seen;
    std::vector<std::string> oddities;  // answers that no rule allows

    bool promised() const { return !job_ids.empty(); }
    std::string job_id() const { return promised() ? *job_ids.begin() : std::string{}; }
    bool ended() const { return !seen.empty() && !seen.back().ending.empty(); }
    void saw(const std::string& status, const std::string& ending);
};

// A deque: orders stay where they are while their client goes on.
using order_book = std::deque<order>;

}  // namespace chaos
