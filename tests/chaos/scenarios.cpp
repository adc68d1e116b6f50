#include "tests/chaos/scenario.hpp"

#include <array>
#include <thread>

namespace chaos {

namespace {

constexpr std::array<scenario, 4> table{{
    {"kill9", "one of two replicas is killed at random instants", kill9, 0},
    {"redis-restart", "Redis is killed, restarted, stopped", redis_restart, 0},
    {"cuts", "connections on all sides are cut, sliced, delayed, partitioned", cuts, 0},
    {"clocks", "the replicas' clocks are five minutes apart", clocks, 0},
}};

}  // namespace

std::span<const scenario> all_scenarios() {
    return table;
}

void pause(milliseconds time) {
    std::this_thread::sleep_for(time);
}

void play(world& in, const assignment& given, load_options clients, const comparison_terms& terms,
          const trouble& make, scenario_report& report) {
    load customers{in, given.seed.about("load"), std::move(clients)};
    make(in, customers, report);
    in.heal();
    customers.stop();
    comparison found = audit(in, customers.books(), terms);
    report.totals += found.totals;
    report.differences.insert(report.differences.end(), found.differences.begin(), found.differences.end());
}

}  // namespace chaos
