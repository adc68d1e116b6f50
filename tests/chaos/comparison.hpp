#pragma once
// The three ledgers side by side: what clients were promised, what the store says, what upstream made and
// charged. Pure: whoever calls it has read all three.

#include "tests/chaos/ledger.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace chaos {

// What the simulator knows of one prompt.
struct upstream_record {
    int received = 0;  // creates, of whatever answer
    int accepted = 0;  // tasks: each was charged
    int succeeded = 0;
    std::vector<std::string> tasks;  // "id state"
};

struct ledgers {
    const std::list<order_book>& promised;  // with all that was seen, the last readings included
    std::map<std::string, std::vector<std::string>> listed;  // by user: the ids of all pages
    std::map<std::string, upstream_record> upstream;         // by prompt
};

struct comparison_terms {
    // Whether trouble may have taken away the answer to any paid call. Otherwise jobs end as upstream meant
    // them.
    bool unknown_for_any = true;
    int most_tasks = 1;     // of one job: 2 with `then: resubmit`
    bool webhooks = false;  // a task that was made comes home, although the answer to its create was lost
    // Whether the store itself may have lost acknowledged writes: then jobs that are lost, or made twice, are
    // counted and are no difference.
    bool store_may_lose = false;
    // Whether a job may be seen in an earlier state again, because an older copy of the store took over.
    bool store_may_go_back = false;
};

struct tally {
    std::uint64_t promised = 0;
    std::uint64_t succeeded = 0, unknown = 0, failed = 0, refused = 0, cancelled = 0;
    std::uint64_t given_up = 0;  // never answered, and never promised
    std::uint64_t dropped = 0;   // creates whose connection was taken, and ended without an answer
    std::uint64_t lost = 0;      // promised, and not found, not listed, or never ended
    std::uint64_t twice = 0;     // more jobs or more tasks than the one that was ordered
    std::uint64_t tasks = 0;     // charged upstream

    tally& operator+=(const tally& other);
};

struct comparison {
    tally totals;
    std::vector<std::string>
        differences;  // each a paragraph: what is wrong, and all that is known of the order
};

comparison compare(const ledgers& all, const comparison_terms& terms);

}  // namespace chaos
