// Redis behind Sentinel: its primary is demoted, and killed, under load. Replication is asynchronous, so
// Redis itself may lose what it had acknowledged; that is counted and said. With store.redis.replicas nothing
// that was promised may be lost.
#include "tests/chaos/scenario.hpp"
#include "tests/support/redis_sentinel.hpp"

namespace chaos {

namespace {

using steady = std::chrono::steady_clock;

constexpr milliseconds fail_over_patience{60'000};
constexpr milliseconds promised_recovery{5'000};  // after the fail-over
constexpr milliseconds for_a_busy_machine{1'500};

// The group, and how long it and the creates took to be back.
class fail_overs {
public:
    fail_overs(tests::redis_group& group, load& clients) : group_{group}, clients_{clients} {}

    // The demoted one takes no write that nobody copies any more.
    void demote() {
        const auto before = group_.primary_port();
        at(before).command({"CONFIG", "SET", "min-replicas-to-write", "1", "min-replicas-max-lag", "2"});
        const auto begun = steady::now();
        group_.promote();
        switched(before);
        slowest_fail_over = std::max(slowest_fail_over, since(begun));
        creates_are_back();
    }

    void kill() {
        const auto before = group_.primary_port();
        // With one replica, its successor has nobody to copy to until the dead one is back.
        for (tests::redis_server* each : {&group_.first(), &group_.second()})
            each->command({"CONFIG", "SET", "min-replicas-to-write", "0"});
        tests::redis_server& dead = at(before);
        dead.kill();
        const auto begun = steady::now();
        switched(before);
        slowest_fail_over = std::max(slowest_fail_over, since(begun));
        dead.launch({"--replicaof", "127.0.0.1", std::to_string(group_.primary_port())});
        creates_are_back();
    }

    // Until the group is whole again: a primary with a replica that follows it.
    void settle() {
        tests::wait_until(
            "a replica that follows the primary",
            [this] {
                const auto told = at(group_.primary_port()).command({"INFO", "replication"});
                return told.find("role:master") != std::string::npos &&
                       told.find("state=online") != std::string::npos;
            },
            fail_over_patience);
    }

    milliseconds slowest_fail_over{0};
    milliseconds slowest_recovery{0};

private:
    tests::redis_server& at(std::uint16_t port) {
        return port == group_.first().port() ? group_.first() : group_.second();
    }

    static milliseconds since(steady::time_point then) {
        return std::chrono::duration_cast<milliseconds>(steady::now() - then);
    }

    void switched(std::uint16_t before) {
        tests::wait_until(
            "the fail-over", [&] { return group_.primary_port() != before; }, fail_over_patience);
    }

    void creates_are_back() {
        const auto begun = steady::now();
        const auto promised = clients_.promised();
        tests::wait_until(
            "creates", [&] { return clients_.promised() > promised; }, fail_over_patience);
        slowest_recovery = std::max(slowest_recovery, since(begun));
    }

    tests::redis_group& group_;
    load& clients_;
};

void with(bool waits_for_replica, const assignment& given, scenario_report& report) {
    assignment part = given;
    const std::string name = waits_for_replica ? "replicated" : "asynchronous";
    part.seed = given.seed.about(name);
    part.folder = given.folder / name;
    tests::redis_group group;
    world_options options;
    options.store_url = group.url();
    if (waits_for_replica)
        options.adjust = [](auto& config) { config.set("store.redis.replicas", "1"); };
    world replicas{part.folder, part.seed.about("world"), options};
    const auto fail_over = [&](world&, load& clients, scenario_report& counted) {
        decisions choose = part.seed.about("fail-overs");
        fail_overs happening{group, clients};
        for (int i = 0; i < given.either(2, 10); ++i) {
            pause(choose.time(milliseconds{1'000}, milliseconds{3'000}));
            if (i % 2 == 0)
                happening.demote();
            else
                happening.kill();
            happening.settle();
            ++counted.faults;
        }
        const auto recovery = happening.slowest_recovery;
        counted.notes.push_back(name + ": fail-overs within " +
                                std::to_string(happening.slowest_fail_over.count()) +
                                " ms, creates back within " + std::to_string(recovery.count()) + " ms more");
        // Who waits for a replica waits until the group is whole again.
        if (!waits_for_replica && recovery > promised_recovery + for_a_busy_machine)
            counted.differences.push_back("creates came back only " + std::to_string(recovery.count()) +
                                          " ms after the fail-over\n");
    };
    comparison_terms terms;
    terms.store_may_lose = !waits_for_replica;
    terms.store_may_go_back = true;
    const tally before = report.totals;
    play(replicas, part, {}, terms, fail_over, report);
    report.notes.push_back(name + ": Redis itself lost " + std::to_string(report.totals.lost - before.lost) +
                           " acknowledged jobs, and " + std::to_string(report.totals.twice - before.twice) +
                           " were made twice for that");
}

}  // namespace

scenario_report sentinel(const assignment& given) {
    scenario_report report;
    with(false, given, report);
    with(true, given, report);
    return report;
}

}  // namespace chaos
