#include "tests/chaos/scenario.hpp"

#include <array>
#include <future>
#include <thread>

namespace chaos {

namespace {

// The starts spread the work of the short run: each scenario mostly waits for leases at its end.
constexpr std::array<scenario, 9> table{{
    {"kill9", "one of two replicas is killed at random instants", kill9, 0},
    {"stopped", "a replica sleeps past its leases and wakes up", stopped, 0},
    {"cuts", "connections on all sides are cut, sliced, delayed, parted", cuts, 5},
    {"unknown-outcomes", "each way to lose the answer to a paid call", unknown_outcomes, 10},
    {"redis-restart", "Redis is killed, restarted, stopped", redis_restart, 40},
    {"clocks", "the replicas' clocks are five minutes apart", clocks, 30},
    {"sentinel", "the primary behind Sentinel is demoted and killed", sentinel, 0},
    {"drain", "SIGTERM under load", drain, 60},
    {"ten-thousand", "ten thousand live jobs, and one of two replicas is killed", ten_thousand, 65},
}};

}  // namespace

std::span<const scenario> all_scenarios() {
    return table;
}

scenario_report& scenario_report::operator+=(const scenario_report& other) {
    faults += other.faults;
    kills += other.kills;
    totals += other.totals;
    differences.insert(differences.end(), other.differences.begin(), other.differences.end());
    notes.insert(notes.end(), other.notes.begin(), other.notes.end());
    seconds += other.seconds;
    return *this;
}

void side_by_side(const std::vector<part>& parts, scenario_report& report) {
    std::vector<std::future<scenario_report>> running;
    for (const part& each : parts)
        running.push_back(std::async(std::launch::async, [&each] {
            scenario_report own;
            each(own);
            return own;
        }));
    for (const auto& each : running)
        each.wait();
    for (auto& each : running)
        report += each.get();
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
