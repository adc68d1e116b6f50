// Redis is killed and restarted, with its append-only file synchronized always and every second, and stands
// still for seconds. With `always` what was answered is in the file, so nothing may be missing afterwards.
// With `everysec` Redis holds its writes back for up to two seconds while the disk is slow to synchronize,
// and answers all the same: when a kill took a write of ours that had been answered just before it, whatever
// else is missing is counted as Redis's own loss, and otherwise nothing may be.
#include "tests/chaos/scenario.hpp"

namespace chaos {

namespace {

constexpr const char* witness = "chaos:witness";

// Whether Redis has all again that it had answered.
bool one_trouble(world& in, decisions& choose) {
    pause(choose.time(milliseconds{300}, milliseconds{2'500}));
    if (choose.happens(0.35)) {
        in.redis().freeze();
        pause(choose.time(milliseconds{2'000}, milliseconds{8'000}));
        in.redis().thaw();
        return true;
    }
    const std::string answered = in.redis().command({"INCR", witness});
    in.redis().kill();
    pause(choose.time(milliseconds{0}, milliseconds{2'000}));
    in.redis().start();
    return in.redis().command({"GET", witness}) == answered;
}

void with(const std::string& fsync, const assignment& given, int troubles, scenario_report& report) {
    assignment part = given;
    part.seed = given.seed.about(fsync);
    part.folder = given.folder / fsync;
    world_options options;
    options.redis_arguments = {"--appendfsync", fsync};
    world replicas{part.folder, part.seed.about("world"), options};
    comparison_terms terms;
    terms.unknown_for_any = false;  // a store that is merely away takes no answer of upstream's away
    const auto trouble_redis = [&](world& in, load&, scenario_report& counted) {
        decisions choose = part.seed.about("redis");
        for (int i = 0; i < troubles; ++i) {
            if (!one_trouble(in, choose) && fsync != "always")
                terms.unknown_for_any = terms.store_may_lose = terms.store_may_go_back = true;
            ++counted.faults;
        }
    };
    const tally before = report.totals;
    play(replicas, part, {}, terms, trouble_redis, report);
    if (terms.store_may_lose)
        report.notes.push_back(fsync + ": Redis itself lost " +
                               std::to_string(report.totals.lost - before.lost) + " acknowledged jobs, and " +
                               std::to_string(report.totals.twice - before.twice) +
                               " were made twice for that");
}

}  // namespace

scenario_report redis_restart(const assignment& given) {
    scenario_report report;
    with("always", given, given.either(4, 20), report);
    with("everysec", given, given.either(2, 20), report);
    return report;
}

}  // namespace chaos
