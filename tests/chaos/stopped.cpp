// A replica is stopped (SIGSTOP) past its leases, so that the other takes its jobs over, and goes on
// (SIGCONT) with answers in its hands that are no longer its to write.
#include "tests/chaos/scenario.hpp"

#include <csignal>

namespace chaos {

namespace {

// A lease is half a minute, also around a paid call with the time-out of this suite's configuration.
constexpr milliseconds past_a_lease{33'000};
// For a replica that woke up to do whatever it had in mind.
constexpr milliseconds after_waking{4'000};

}  // namespace

scenario_report stopped(const assignment& given) {
    scenario_report report;
    world replicas{given.folder, given.seed.about("world"), {}};
    load_options clients;
    clients.kinds = {"fine", "slow", "slow answer", "late audio", "fails", "refused", "hang after"};
    clients.cancels = 0.15;  // so that the sleeper holds jobs that ended without it
    clients.live = 12;
    const auto stops = [&](world& in, load&, scenario_report& counted) {
        decisions choose = given.seed.about("stops");
        for (int i = 0; i < given.either(1, 5); ++i) {
            pause(choose.time(milliseconds{2'000}, milliseconds{5'000}));
            replica& sleeper = in.at(choose.number(0, 1));
            sleeper.process().signal(SIGSTOP);
            pause(past_a_lease + choose.time(milliseconds{0}, milliseconds{given.either(2'000, 10'000)}));
            sleeper.process().signal(SIGCONT);
            ++counted.faults;
            pause(after_waking);
        }
    };
    play(replicas, given, clients, {}, stops, report);
    return report;
}

}  // namespace chaos
