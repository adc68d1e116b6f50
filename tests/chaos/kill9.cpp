// SIGKILL of one of two replicas at random instants under load, restarted at once.
#include "tests/chaos/scenario.hpp"

namespace chaos {

scenario_report kill9(const assignment& given) {
    scenario_report report;
    world replicas{given.folder, given.seed.about("world"), {}};
    const auto kills = [&](world& in, load&, scenario_report& counted) {
        decisions choose = given.seed.about("kills");
        for (int i = 0; i < given.either(15, 210); ++i) {
            pause(choose.time(milliseconds{50}, milliseconds{1'500}));
            in.at(choose.number(0, 1)).restart();
            ++counted.kills;
        }
        counted.faults += counted.kills;
    };
    play(replicas, given, {}, {}, kills, report);
    return report;
}

}  // namespace chaos
