#pragma once
// Reads the ledgers of the store and of upstream once the trouble is over, and has them compared.

#include "tests/chaos/comparison.hpp"
#include "tests/chaos/world.hpp"

#include <map>

namespace chaos {

// Far beyond a lease, an unknown outcome's wait and every back-off together: only reached when a job is lost.
inline constexpr milliseconds settle_patience{200'000};

// Waits until every promised job has ended, reads each again elsewhere, then the lists and upstream's books.
comparison audit(world& of, std::list<order_book>& books, const comparison_terms& terms,
                 milliseconds patience = settle_patience);

// What the simulator has in its books, by prompt.
std::map<std::string, upstream_record> upstream_ledger(const boost::json::object& simulator_state);

}  // namespace chaos
