// SIGKILL of one of two replicas at random instants under load, restarted at once; with webhooks as well,
// which may reach a replica that is just gone.
#include "tests/chaos/scenario.hpp"

namespace chaos {

namespace {

void kill(const assignment& given, const world_options& options, int times, scenario_report& report) {
    world replicas{given.folder, given.seed.about("world"), options};
    const auto kills = [&](world& in, load&, scenario_report& counted) {
        decisions choose = given.seed.about("kills");
        for (int i = 0; i < times; ++i) {
            pause(choose.time(milliseconds{50}, milliseconds{1'500}));
            in.at(choose.number(0, 1)).restart();
            ++counted.kills;
            ++counted.faults;
        }
    };
    comparison_terms terms;
    terms.webhooks = options.webhooks;
    play(replicas, given, {}, terms, kills, report);
}

}  // namespace

scenario_report kill9(const assignment& given) {
    scenario_report report;
    kill(given, {}, given.either(15, 160), report);
    if (given.brief())
        return report;
    world_options hooked;
    hooked.proxies = hooked.webhooks = true;
    assignment part = given;
    part.folder = given.folder / "webhooks";
    part.seed = given.seed.about("webhooks");
    kill(part, hooked, 50, report);
    return report;
}

}  // namespace chaos
