#pragma once
// The jobs themselves: records by id, idempotency claims, the lists of their owners, and what is to be
// forgotten when. Not thread-safe: the store's lock guards it.

#include "adapters/memory/schedule.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/domain/job_survey.hpp"

#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace adapters::memory {

struct record {
    job_number number = 0;
    gateway::job value;
    std::uint64_t fence = 0;
    std::string claim;  // key in the ledger's claims; empty without one
    std::optional<gateway::store_time> forget_at;
    bool visited = false;     // handed out by a claim or a summons, and not saved since
    bool look_again = false;  // news came during that visit
    std::string last_event;   // heard of an accepted job
};

// The job as it is now.
inline gateway::job copy_of(const record& of, gateway::store_time now) {
    gateway::job copy = of.value;
    copy.as_of = now;
    return copy;
}

// Of everybody's jobs at most so many are looked at for one operator: the lock is held for a few
// milliseconds.
inline constexpr std::size_t searched_at_once = 10'000;

class ledger {
public:
    record* find(std::string_view id);
    record* find(job_number number);
    // The owner's job of that id.
    record* find(const gateway::job_owner& owner, std::string_view id);

    struct claimed {
        record* holder = nullptr;  // none: the claim is free
        bool same_request = true;
    };
    claimed find_claim(const gateway::job_owner& owner, const gateway::idempotency_claim& claim);

    // The id must be unknown and the claim free.
    record& add(gateway::new_job order, gateway::store_time now);

    void set_state(record& of, gateway::job_state next);

    // The owner's jobs, newest first. Drops the forgotten ones in its way.
    std::vector<const record*> list(const gateway::job_owner& owner, const gateway::job_filter& filter);

    // Everybody's jobs, youngest first, from the one before `before` on (0: from the youngest).
    struct found_jobs {
        std::vector<const record*> jobs;
        job_number last = 0;  // the last one looked at; 0 when there is none older
    };
    found_jobs search(const gateway::job_search& what, job_number before) const;

    // Calls `visit` with everybody's jobs, youngest first, until it says false.
    void each_from_youngest(job_number before, const std::function<bool(const record&)>& visit) const;

    // From `when` on the job is not found; its memory is given back by a later sweep().
    void forget_at(record& of, gateway::store_time when);
    // Moves the time on, and drops the first few of those forgotten by then, so that no call pays for many.
    void sweep(gateway::store_time now);

private:
    // Knows how many entries lie before each, so that a page far down costs no more than the first.
    using index = __gnu_pbds::tree<job_number, __gnu_pbds::null_type, std::less<job_number>,
                                   __gnu_pbds::rb_tree_tag, __gnu_pbds::tree_order_statistics_node_update>;
    static constexpr std::size_t statuses = 6;
    struct lists {
        index all;
        std::array<index, statuses> by_status;
    };
    struct claim_entry {
        job_number holder = 0;
        gateway::sha256_digest request{};
    };

    bool is_forgotten(const record& of) const { return of.forget_at && *of.forget_at <= now_; }
    void drop(job_number number);
    std::vector<const record*> page_of(const index& entries, const gateway::job_filter& filter,
                                       std::vector<job_number>& gone) const;

    std::unordered_map<job_number, record> records_;
    std::unordered_map<std::string, job_number> numbers_;  // by id
    std::unordered_map<std::string, claim_entry> claims_;
    std::unordered_map<std::string, lists> lists_;  // by owner
    std::set<std::pair<gateway::store_time, job_number>> forgotten_;
    gateway::store_time now_{};
    job_number last_number_ = 0;
    job_number oldest_number_ = 1;  // none lower is held
};

}  // namespace adapters::memory
