// The second replica's clock is five minutes ahead of the first's, then five minutes behind.
#include "tests/chaos/scenario.hpp"

#include <stdexcept>

namespace chaos {

namespace {

// Debian keeps it in the folder of the machine's architecture.
std::string libfaketime() {
    for (const auto& entry : std::filesystem::directory_iterator{"/usr/lib"}) {
        const auto found = entry.path() / "faketime" / "libfaketimeMT.so.1";
        std::error_code none;
        if (std::filesystem::exists(found, none))
            return found.string();
    }
    throw std::runtime_error{"libfaketime is not there: install the package faketime"};
}

void with(const std::string& offset, const assignment& given, milliseconds lasting, scenario_report& report) {
    assignment part = given;
    part.seed = given.seed.about(offset);
    part.folder = given.folder / ("clock" + offset);
    world_options options;
    // What steers timers stays true: clocks of a machine differ in the date, not in the length of a second.
    options.environment_of_second = {"LD_PRELOAD=" + libfaketime(), "FAKETIME=" + offset + "s",
                                     "FAKETIME_DONT_FAKE_MONOTONIC=1"};
    world replicas{part.folder, part.seed.about("world"), options};
    comparison_terms terms;
    terms.unknown_for_any = false;
    const auto just_load = [&](world&, load&, scenario_report& counted) {
        pause(lasting);
        ++counted.faults;
    };
    play(replicas, part, {}, terms, just_load, report);
}

}  // namespace

scenario_report clocks(const assignment& given) {
    scenario_report report;
    const auto lasting = given.either(milliseconds{7'000}, milliseconds{40'000});
    with("+300", given, lasting, report);
    with("-300", given, lasting, report);
    return report;
}

}  // namespace chaos
