// Ten thousand live jobs on two replicas, one of them killed: all finish, none is polled more often than its
// schedule allows, and the budget of polls holds for both together.
#include "tests/chaos/poll_pace.hpp"
#include "tests/chaos/scenario.hpp"

namespace chaos {

namespace {

struct sizes {
    std::size_t jobs;
    std::uint64_t budget;
    std::string_view kind;
    std::string first, every, up_to;
    poll_terms terms;
};

sizes sizes_of(const assignment& given) {
    if (given.brief())
        return {480, 60, "ten seconds", "8s", "4s", "8s", {milliseconds{8'000}, milliseconds{4'000}, {}, 60}};
    return {9'996,
            400,
            "two minutes",
            "90s",
            "20s",
            "40s",
            {milliseconds{90'000}, milliseconds{20'000}, {}, 400}};
}

constexpr std::size_t client_count = 6;
constexpr milliseconds patience{900'000};

}  // namespace

scenario_report ten_thousand(const assignment& given) {
    const sizes size = sizes_of(given);
    scenario_report report;
    world_options options;
    options.adjust = [&](auto& config) {
        config.set("producer.max_in_flight", std::to_string(size.jobs))
            .set("producer.max_polls_per_second", std::to_string(size.budget))
            .set("producer.poll.first", size.first)
            .set("producer.poll.every", size.every)
            .set("producer.poll.up_to", size.up_to)
            .set("producer.create_timeout", "10s")
            .set("limits.queued_per_organization", std::to_string(size.jobs));
    };
    world replicas{given.folder, given.seed.about("world"), options};
    load_options clients;
    clients.clients = client_count;
    clients.most_orders = size.jobs / client_count;
    clients.live = clients.most_orders;
    clients.kinds = {size.kind};
    clients.pause = milliseconds{0};
    clients.cancels = 0;
    clients.twice_at_once = clients.replays = 0.02;
    clients.follow = false;
    std::int64_t most_live = 0;
    const auto kill_one = [&](world& in, load& running, scenario_report& counted) {
        end_to_end::eventually([&] { return running.promised() >= size.jobs; }, patience);
        running.stop();
        end_to_end::eventually(
            [&] { return in.simulator().count("creates_received") >= std::int64_t(size.jobs); });
        most_live = in.simulator().count("unfinished_tasks");
        in.at(0).kill();
        pause(given.either(milliseconds{2'000}, milliseconds{20'000}));
        in.at(0).start();
        ++counted.kills;
        ++counted.faults;
    };
    const auto state_at_the_end = [&] { return replicas.simulator().state(); };
    load_options placed = clients;
    play(replicas, given, placed, {}, kill_one, report);
    const poll_findings found = check_polls(state_at_the_end(), size.terms);
    report.differences.insert(report.differences.end(), found.differences.begin(), found.differences.end());
    report.notes.push_back(std::to_string(most_live) + " tasks live at the kill; " +
                           std::to_string(found.polls) + " polls, " + std::to_string(found.busiest_second) +
                           " in the busiest second of " + std::to_string(size.budget) + " allowed");
    return report;
}

}  // namespace chaos
