// Redis behind Sentinel: its primary is demoted, and killed, under load. Replication is asynchronous, so
// Redis itself may lose what it had acknowledged; that is counted and said.
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
        group_.promote();
        recovered(before);
    }

    void kill() {
        const auto before = group_.primary_port();
        // With one replica, its successor has nobody to copy to until the dead one is back.
        for (tests::redis_server* each : {&group_.first(), &group_.second()})
            each->command({"CONFIG", "SET", "min-replicas-to-write", "0"});
        at(before).kill();
        recovered(before);
        at(before).start();
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

    void recovered(std::uint16_t before) {
        const auto begun = steady::now();
        tests::wait_until(
            "the fail-over", [&] { return group_.primary_port() != before; }, fail_over_patience);
        const auto over = steady::now();
        const auto promised = clients_.promised();
        tests::wait_until(
            "creates", [&] { return clients_.promised() > promised; }, fail_over_patience);
        slowest_fail_over =
            std::max(slowest_fail_over, std::chrono::duration_cast<milliseconds>(over - begun));
        slowest_recovery =
            std::max(slowest_recovery, std::chrono::duration_cast<milliseconds>(steady::now() - over));
    }

    tests::redis_group& group_;
    load& clients_;
};

}  // namespace

scenario_report sentinel(const assignment& given) {
    scenario_report report;
    tests::redis_group group;
    // The first primary takes no write that nobody copies: one that was parted from its replica stops by
    // itself.
    group.first().command({"CONFIG", "SET", "min-replicas-to-write", "1", "min-replicas-max-lag", "2"});
    world_options options;
    options.store_url = group.url();
    world replicas{given.folder, given.seed.about("world"), options};
    milliseconds slowest_recovery{0};
    const auto fail_over = [&](world&, load& clients, scenario_report& counted) {
        decisions choose = given.seed.about("fail-overs");
        fail_overs happening{group, clients};
        for (int i = 0; i < given.either(2, 12); ++i) {
            pause(choose.time(milliseconds{1'000}, milliseconds{3'000}));
            if (i % 2 == 0)
                happening.demote();
            else
                happening.kill();
            happening.settle();
            ++counted.faults;
        }
        slowest_recovery = happening.slowest_recovery;
        counted.notes.push_back("fail-overs within " + std::to_string(happening.slowest_fail_over.count()) +
                                " ms, creates back within " + std::to_string(slowest_recovery.count()) +
                                " ms more");
    };
    comparison_terms terms;
    terms.store_may_lose = true;
    play(replicas, given, {}, terms, fail_over, report);
    if (slowest_recovery > promised_recovery + for_a_busy_machine)
        report.differences.push_back("creates came back only " + std::to_string(slowest_recovery.count()) +
                                     " ms after the fail-over\n");
    report.notes.push_back("Redis itself lost " + std::to_string(report.totals.lost) +
                           " acknowledged jobs, and " + std::to_string(report.totals.twice) +
                           " were made twice for that");
    return report;
}

}  // namespace chaos
