#pragma once
// Which scenarios run when, and the table at the end.

#include "tests/chaos/scenario.hpp"

#include <cstdint>
#include <string>

namespace chaos {

struct run_options {
    std::uint64_t seed = 0;
    int minutes = 0;   // 0: one brief round
    std::string only;  // a scenario's name, perhaps with a round (kill9.2); empty: all
    std::string keep;  // a folder; empty: a temporary one, kept only when something differs
};

// Prints as it goes. 0 when the ledgers agree, 1 when they differ, 2 when there is no such scenario.
int run(const run_options& wanted);

}  // namespace chaos
