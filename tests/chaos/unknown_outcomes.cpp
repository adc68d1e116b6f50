// Each way to lose the answer to a paid call: without webhooks an honest failure after one call, with
// `resubmit` at most two calls, with webhooks a success.
#include "tests/chaos/scenario.hpp"

namespace chaos {

namespace {

// Some orders are fine: an upstream that answers nothing at all would rightly be left alone, and all would
// wait.
const std::set<std::string_view> lost_answers{"fine",       "hang after", "cut before",   "cut after",
                                              "cut mid",    "status 500", "accepted 500", "html 502",
                                              "status 504", "no task id"};

// Few, in a long run too: once only those are left whose answers are lost, upstream looks dead, and the
// gateway tries them one at a time.
constexpr std::size_t orders_of_a_client = 14;

load_options just(std::set<std::string_view> kinds, std::size_t orders) {
    load_options clients;
    clients.kinds = std::move(kinds);
    clients.clients = 3;
    clients.most_orders = orders;
    clients.live = orders;
    clients.cancels = 0;
    return clients;
}

void wait_for_promises(load& clients, std::size_t number) {
    end_to_end::eventually([&] { return clients.promised() >= number; }, milliseconds{60'000});
}

assignment part_of(const assignment& given, const std::string& name) {
    return {given.seed.about(name), given.folder / name, given.how_long};
}

void lost_on_the_wire(const assignment& given, const world_options& options, const comparison_terms& terms,
                      scenario_report& report, const std::set<std::string_view>& kinds) {
    world replicas{given.folder, given.seed.about("world"), options};
    const auto orders = orders_of_a_client;
    const auto all_sent = [&](world&, load& clients, scenario_report& counted) {
        wait_for_promises(clients, 3 * orders);
        counted.faults += 3 * orders;
    };
    play(replicas, given, just(kinds, orders), terms, all_sent, report);
}

// The replica that made the call is killed before its answer comes.
void lost_with_the_process(const assignment& given, const world_options& options,
                           const comparison_terms& terms, scenario_report& report) {
    world replicas{given.folder, given.seed.about("world"), options};
    const auto crash = [&](world& in, load& clients, scenario_report& counted) {
        wait_for_promises(clients, 6);
        end_to_end::eventually([&] { return in.simulator().count("creates_received") >= 6; });
        for (const auto& each : in.replicas()) {
            each->restart();
            ++counted.kills;
            ++counted.faults;
        }
    };
    play(replicas, given, just({"kept waiting"}, 2), terms, crash, report);
}

}  // namespace

scenario_report unknown_outcomes(const assignment& given) {
    comparison_terms exact;
    exact.unknown_for_any = false;
    comparison_terms twice = exact;
    twice.most_tasks = 2;
    comparison_terms at_most_twice = twice;  // what is sent once more may well succeed
    at_most_twice.unknown_for_any = true;
    comparison_terms healed = exact;
    healed.webhooks = true;

    world_options crash;
    crash.adjust = [](auto& config) { config.set("producer.create_timeout", "10s"); };
    world_options resubmits;
    resubmits.adjust = [](auto& config) { config.set("producer.unknown_outcome.then", "resubmit"); };
    world_options hooks;
    hooks.proxies = hooks.webhooks = true;
    hooks.adjust = [](auto& config) { config.set("producer.unknown_outcome.wait", "20s"); };

    const auto lost = [&](const std::string& name, const world_options& options,
                          const comparison_terms& terms, const std::set<std::string_view>& kinds) {
        return [=, &given](scenario_report& own) {
            lost_on_the_wire(part_of(given, name), options, terms, own, kinds);
        };
    };
    scenario_report report;
    side_by_side(
        {[&](scenario_report& own) { lost_with_the_process(part_of(given, "crash"), crash, exact, own); },
         lost("fail", {}, exact, lost_answers), lost("resubmit", resubmits, twice, lost_answers),
         lost("resubmit-once", resubmits, at_most_twice, {"cut at times", "fine"}),
         lost("webhooks", hooks, healed, lost_answers)},
        report);
    return report;
}

}  // namespace chaos
