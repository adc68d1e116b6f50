// SIGTERM under load: whatever was begun is answered, the exit code is 0 within `drain`, and the other
// replica goes on with the jobs within a second.
#include "tests/chaos/scenario.hpp"
#include "tests/support/music_client.hpp"
#include "tests/support/sanitized.hpp"

#include <csignal>

namespace chaos {

namespace {

namespace json = boost::json;
using steady = std::chrono::steady_clock;

constexpr milliseconds drain_limit{20'000};  // the configuration's own default
constexpr milliseconds longest_interval{300};
constexpr milliseconds a_second{1'000};
// On top of what the promise allows.
constexpr milliseconds for_a_busy_machine{tests::sanitized ? 3'000 : 700};

// The polls of every unfinished task.
std::map<std::string, std::int64_t> polls_of_unfinished(world& in) {
    std::map<std::string, std::int64_t> polls;
    const json::object state = in.simulator().state();
    for (const auto& each : state.at("tasks").as_array()) {
        const auto& task = each.as_object();
        if (task.at("finished_ms").is_null())
            polls[end_to_end::text(task, "task_id")] = task.at("polls").to_number<std::int64_t>();
    }
    return polls;
}

// How long until every task that was unfinished has been looked at again, or has ended.
milliseconds until_all_are_looked_at(world& in) {
    const auto begun = steady::now();
    const auto before = polls_of_unfinished(in);
    end_to_end::eventually([&] {
        const auto now = polls_of_unfinished(in);
        for (const auto& [task, polls] : before)
            if (const auto at = now.find(task); at != now.end() && at->second == polls)
                return false;
        return true;
    });
    return std::chrono::duration_cast<milliseconds>(steady::now() - begun);
}

}  // namespace

scenario_report drain(const assignment& given) {
    scenario_report report;
    world_options options;
    options.adjust = [](auto& config) {
        config.set("producer.poll.up_to", std::to_string(longest_interval.count()) + "ms");
    };
    world replicas{given.folder, given.seed.about("world"), options};
    load_options clients;
    clients.clients = 6;
    clients.kinds = {"fine", "slow", "slow answer", "older dialect"};
    clients.repeat_unanswered = false;
    clients.cancels = 0;
    clients.replays = 0;
    comparison_terms terms;
    terms.unknown_for_any = false;
    milliseconds slowest_exit{0};
    milliseconds slowest_take_over{0};
    const auto terminate = [&](world& in, load&, scenario_report& counted) {
        decisions choose = given.seed.about("terminations");
        for (int i = 0; i < given.either(5, 40); ++i) {
            pause(choose.time(milliseconds{1'000}, milliseconds{2'500}));
            replica& one = in.at(choose.number(0, 1));
            const auto begun = steady::now();
            one.process().signal(SIGTERM);
            const auto ended = one.process().wait(drain_limit);
            slowest_exit =
                std::max(slowest_exit, std::chrono::duration_cast<milliseconds>(steady::now() - begun));
            if (!ended || ended->code != 0)
                counted.differences.push_back(one.name() +
                                              (ended ? " exited with " + std::to_string(ended->code) +
                                                           ", signal " + std::to_string(ended->signal)
                                                     : " did not exit within its drain") +
                                              "\n");
            const auto took = until_all_are_looked_at(in);
            slowest_take_over = std::max(slowest_take_over, took);
            if (took > a_second + longest_interval + for_a_busy_machine)
                counted.differences.push_back("the other replica went on only after " +
                                              std::to_string(took.count()) + " ms\n");
            one.restart();
            ++counted.faults;
        }
    };
    play(replicas, given, clients, terms, terminate, report);
    report.notes.push_back(
        "exits within " + std::to_string(slowest_exit.count()) + " ms, jobs taken over within " +
        std::to_string(slowest_take_over.count()) + " ms; of the creates without an answer " +
        std::to_string(report.totals.given_up - report.totals.dropped) + " were refused, " +
        std::to_string(report.totals.dropped) + " dropped, none begun");
    return report;
}

}  // namespace chaos
