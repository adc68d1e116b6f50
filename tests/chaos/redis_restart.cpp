// Redis is killed and restarted, with its append-only file written every second and always, and stands still
// for seconds. A killed process loses nothing that it had written to its file, so nothing may be missing
// afterwards.
#include "tests/chaos/scenario.hpp"

namespace chaos {

namespace {

void one_trouble(world& in, decisions& choose) {
    pause(choose.time(milliseconds{300}, milliseconds{2'500}));
    if (choose.happens(0.35)) {
        in.redis().freeze();
        pause(choose.time(milliseconds{2'000}, milliseconds{8'000}));
        in.redis().thaw();
        return;
    }
    in.redis().kill();
    pause(choose.time(milliseconds{0}, milliseconds{2'000}));
    in.redis().start();
}

void with(const std::string& fsync, const assignment& given, int troubles, scenario_report& report) {
    assignment part = given;
    part.seed = given.seed.about(fsync);
    part.folder = given.folder / fsync;
    world_options options;
    options.redis_arguments = {"--appendfsync", fsync};
    world replicas{part.folder, part.seed.about("world"), options};
    const auto trouble_redis = [&](world& in, load&, scenario_report& counted) {
        decisions choose = part.seed.about("redis");
        for (int i = 0; i < troubles; ++i) {
            one_trouble(in, choose);
            ++counted.faults;
        }
    };
    comparison_terms terms;
    terms.unknown_for_any = false;  // a store that is away takes no answer of upstream's away
    play(replicas, part, {}, terms, trouble_redis, report);
}

}  // namespace

scenario_report redis_restart(const assignment& given) {
    scenario_report report;
    with("everysec", given, given.either(5, 25), report);
    if (!given.brief())
        with("always", given, 15, report);
    return report;
}

}  // namespace chaos
