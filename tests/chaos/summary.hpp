#pragma once
// The figures of a run, one line for each scenario.

#include "tests/chaos/scenario.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace chaos {

struct summary_row {
    std::string scenario;
    std::string part;  // the scenario and its round
    scenario_report report;
};

struct verdict {
    std::uint64_t differences = 0;
    std::uint64_t kills = 0;
};

std::string progress_line(const std::string& part, const scenario_report& report);

// One line for each scenario, its rounds added up; then all together.
verdict summarize(const std::vector<summary_row>& rows, std::ostream& out);

}  // namespace chaos
