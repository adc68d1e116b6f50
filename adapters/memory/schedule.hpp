#pragma once
// When each live job is looked at next and who gets the next free slot: leases, polls, queues, turns. Knows
// jobs only by number and organization. Everything is O(log n). Not thread-safe: the store's lock guards it.

#include "gateway/domain/job_store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace adapters::memory {

// Jobs are numbered in the order of their creation.
using job_number = std::uint64_t;

// A look that is known to find something goes first.
inline constexpr gateway::store_time before_all{};

class schedule {
public:
    enum class list { due, watch };  // not yet accepted; accepted

    // At most these places hold a job: one list, one queue. A slot goes with either list, a wait for one with
    // `due` or a queue.

    // Holds a slot (taken if need be) and is looked at again at `when`.
    void hold(job_number job, const std::string& organization, list in, gateway::store_time when);
    // Waits for a slot, from now on, or first sits out a pause until `when`.
    void enqueue(job_number job, const std::string& organization);
    void enqueue_at(job_number job, const std::string& organization, gateway::store_time when);
    // Out of every place, slot given back.
    void leave(job_number job);

    bool has_slot(job_number job) const { return find_slot(job) != nullptr; }
    bool room(const std::string& organization, const gateway::work_limits& limits) const;
    bool full(const gateway::work_limits& limits) const;
    bool anybody_queued() const noexcept { return !turns_.empty(); }
    std::size_t waiting() const noexcept { return waiting_; }
    std::size_t waiting_of(const std::string& organization) const;

    // The earliest whose time has come, in the list's order, at most `most`.
    std::vector<job_number> ripe(list in, gateway::store_time now, std::size_t most) const;
    // When the earliest that is not in `handed_out` is due.
    std::optional<gateway::store_time> earliest(list in, const std::set<job_number>& handed_out) const;

    // What an overview says of places.
    void count(gateway::store_overview& into) const;
    // The oldest job that waits for a slot, among the first `window` organizations by turn and the first
    // `window` jobs that pause.
    std::optional<job_number> oldest_waiting(std::size_t window) const;
    // When the earliest look is due, of those that were not hastened.
    std::optional<gateway::store_time> earliest_look() const;

    // The next queued job to start, by turns; nothing when no organization may start one. It stays where it
    // is: hold() it.
    std::optional<job_number> next_queued(const gateway::work_limits& limits, bool ignore_slots);

    // Books the next poll: how long until it may start; nothing (and nothing booked) when that is too far
    // ahead.
    std::optional<gateway::milliseconds> book_poll(gateway::store_time now, double per_second);
    // How long until book_poll would book again.
    gateway::milliseconds polls_open_in(gateway::store_time now) const;

private:
    struct organization_state {
        std::set<job_number> queue;
        std::uint64_t turn = 0;   // in turns_ while the queue is not empty
        std::size_t waiting = 0;  // queued, or sitting out a pause
        std::size_t in_flight = 0;
    };
    struct place {
        std::string organization;
        bool has_slot = false;
        bool waits = false;
        bool queued = false;
        std::optional<list> in;
        gateway::store_time when{};
    };
    using agenda = std::set<std::pair<gateway::store_time, job_number>>;

    agenda& agenda_of(list which) { return which == list::due ? due_ : watch_; }
    const agenda& agenda_of(list which) const { return which == list::due ? due_ : watch_; }
    const place* find_slot(job_number job) const;
    void put(job_number job, place& at, list in, gateway::store_time when);
    void to_the_back(organization_state& state, const std::string& organization);

    std::unordered_map<job_number, place> places_;
    std::unordered_map<std::string, organization_state> organizations_;
    std::map<std::uint64_t, std::string> turns_;
    std::uint64_t last_turn_ = 0;
    agenda due_, watch_;
    std::size_t in_flight_ = 0, waiting_ = 0;
    std::int64_t next_poll_ = 0;  // microseconds since the epoch
};

}  // namespace adapters::memory
