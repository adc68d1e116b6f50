#pragma once
// One scenario: what it is called, what it does, and what it hands back. The table of all is in
// scenarios.cpp.

#include "tests/chaos/audit.hpp"
#include "tests/chaos/load.hpp"
#include "tests/chaos/world.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chaos {

// How much of it this run has time for.
enum class length { brief, thorough };

// What a scenario is given.
struct assignment {
    decisions seed;
    std::filesystem::path folder;  // its own; it may not exist yet
    length how_long = length::brief;

    bool brief() const { return how_long == length::brief; }
    // The number for the run's length.
    template <class T>
    T either(T when_brief, T when_thorough) const {
        return brief() ? when_brief : when_thorough;
    }
};

struct scenario_report {
    std::uint64_t faults = 0;  // processes killed or stopped, connections cut, whatever the scenario does
    std::uint64_t kills = 0;   // of those, SIGKILL to a replica
    tally totals;
    std::vector<std::string> differences;
    std::vector<std::string> notes;  // figures worth a line under the table
    double seconds = 0;              // filled in by whoever runs it

    scenario_report& operator+=(const scenario_report& other);
};

struct scenario {
    std::string_view name;
    std::string_view says;  // one line
    scenario_report (*run)(const assignment&);
    int brief_start;  // seconds into the short run; negative: not part of it
};

std::span<const scenario> all_scenarios();

// The one way most scenarios go: load while `trouble` troubles the world on this thread, then quiet, then the
// comparison. `trouble` counts its faults in the report.
using trouble = std::function<void(world&, load&, scenario_report&)>;
void play(world& in, const assignment& given, load_options clients, const comparison_terms& terms,
          const trouble& make, scenario_report& report);

// Plays parts of a scenario at the same time, each in a world and on a thread of its own, and adds up their
// reports. Throws what the first of them threw, after all have ended.
using part = std::function<void(scenario_report&)>;
void side_by_side(const std::vector<part>& parts, scenario_report& report);

// Waits for the trouble's next instant.
void pause(milliseconds time);

// The scenarios.
scenario_report kill9(const assignment& given);
scenario_report redis_restart(const assignment& given);
scenario_report cuts(const assignment& given);
scenario_report stopped(const assignment& given);
scenario_report clocks(const assignment& given);
scenario_report unknown_outcomes(const assignment& given);
scenario_report ten_thousand(const assignment& given);
scenario_report drain(const assignment& given);
scenario_report sentinel(const assignment& given);

}  // namespace chaos
