// The second replica's clock is five minutes ahead of the first's, then five minutes behind.
#include "tests/chaos/poll_pace.hpp"
#include "tests/chaos/scenario.hpp"
#include "tests/support/music_client.hpp"

#include <cstdlib>
#include <ctime>
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

constexpr milliseconds every{500};
constexpr milliseconds up_to{800};
constexpr milliseconds for_a_busy_machine{2'500};

// The time that a replica says it is, from an error's envelope.
std::int64_t clock_of(const replica& which) {
    const auto reply = end_to_end::ask(which.url(), {"GET", "/nothing"});
    const auto said = end_to_end::text(reply.json().at("error").as_object(), "timestamp");
    std::tm parts{};
    if (!::strptime(said.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts))
        throw std::runtime_error{"no time in " + reply.body};
    return ::timegm(&parts);
}

// With webhooks, deliveries are stamped by upstream's clock, and lost answers must come home through either
// replica.
void with(int offset, bool webhooks, const assignment& given, scenario_report& report) {
    const std::string signed_offset =
        (offset > 0 ? "+" : "") + std::to_string(offset) + (webhooks ? "-webhooks" : "");
    assignment part = given;
    part.seed = given.seed.about(signed_offset);
    part.folder = given.folder / ("clock" + signed_offset);
    world_options options;
    // What steers timers stays true: clocks of machines differ in the date, not in the length of a second.
    options.environment_of_second = {
        "LD_PRELOAD=" + libfaketime(),
        "FAKETIME=" + (offset > 0 ? "+" : std::string{}) + std::to_string(offset) + "s",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "ASAN_OPTIONS=verify_asan_link_order=0"};  // or a gateway built with it refuses what is loaded first
    options.proxies = options.webhooks = webhooks;
    options.adjust = [&](auto& config) {
        if (webhooks)
            config.set("producer.unknown_outcome.wait", "20s");
        config.set("producer.poll.first", "500ms")
            .set("producer.poll.every", std::to_string(every.count()) + "ms")
            .set("producer.poll.up_to", std::to_string(up_to.count()) + "ms");
    };
    world replicas{part.folder, part.seed.about("world"), options};
    const auto apart = clock_of(replicas.at(1)) - clock_of(replicas.at(0));
    if (std::abs(apart - offset) > 5)
        throw std::runtime_error{"the clocks are only " + std::to_string(apart) + " s apart"};

    load_options clients;
    clients.kinds = {"fine", "slow", "slow answer", "older dialect", "fails", "refused"};
    clients.cancels = 0;  // a cancelled job's task is not looked at again
    if (webhooks)
        clients.kinds.insert({"hang after", "cut after", "cut mid", "accepted 500"});
    comparison_terms terms;
    terms.unknown_for_any = false;
    terms.webhooks = webhooks;
    const auto just_load = [&](world&, load&, scenario_report& counted) {
        pause(given.either(milliseconds{7'000}, milliseconds{25'000}));
        ++counted.faults;
    };
    play(replicas, part, clients, terms, just_load, report);
    // A webhook is a reason to look at once, whatever the schedule says.
    const milliseconds least = webhooks ? milliseconds{0} : every;
    const poll_terms schedule{least, least, up_to + for_a_busy_machine, 1'000};
    const auto found = check_polls(replicas.simulator().state(), schedule);
    report.differences.insert(report.differences.end(), found.differences.begin(), found.differences.end());
    report.notes.push_back("clocks " + std::to_string(apart) + " s apart: a task's end was noticed within " +
                           std::to_string(found.slowest.count()) + " ms");
}

}  // namespace

scenario_report clocks(const assignment& given) {
    scenario_report report;
    for (const bool webhooks : {false, true})
        for (const int offset : {300, -300})
            if (!given.brief() || webhooks == (offset < 0))
                with(offset, webhooks, given, report);
    return report;
}

}  // namespace chaos
