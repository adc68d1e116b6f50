// Connections between clients, replicas, Redis, upstream and its CDN are cut at random bytes, sliced,
// delayed, silenced, refused; one replica is parted from Redis; upstream becomes a black hole.
#include "tests/chaos/scenario.hpp"

namespace chaos {

namespace {

faults drawn(decisions& choose) {
    faults now;
    if (choose.happens(0.4)) {
        now.latency = choose.time(milliseconds{0}, milliseconds{30});
        now.jitter = choose.time(milliseconds{0}, milliseconds{30});
    }
    if (choose.happens(0.4))
        now.slice = choose.number(1, 200);
    if (choose.happens(now.slice > 0 ? 0.7 : 0.2))
        now.bytes_per_second = choose.number(20'000, 200'000);
    for (const way direction : {way::to_target, way::to_client}) {
        if (!choose.happens(0.5))
            continue;
        cut_plan plan;
        plan.direction = direction;
        plan.how = choose.happens(0.5) ? ending::reset : ending::fin;
        plan.most_bytes = choose.happens(0.5) ? 400 : 20'000;
        plan.share = choose.happens(0.5) ? 1 : 0.3;
        now.cuts.push_back(plan);
    }
    if (choose.happens(0.1))
        now.silent = choose.happens(0.5) ? way::to_target : way::to_client;
    now.black_hole = choose.happens(0.07);
    now.refuse = choose.happens(0.07);
    return now;
}

std::vector<fault_proxy*> ways_of(world& in) {
    std::vector<fault_proxy*> all{&in.to_cdn()};
    for (const auto& each : in.replicas())
        all.insert(all.end(), {each->to_store.get(), each->to_upstream.get(), each->from_clients.get()});
    return all;
}

// For seconds: one replica is parted from Redis, or nobody hears of upstream any more.
void part(world& in, decisions& choose) {
    faults silence;
    (choose.happens(0.5) ? silence.black_hole : silence.refuse) = true;
    const auto one = choose.number(0, 1);
    if (choose.happens(0.7)) {
        in.at(one).to_store->set(silence);
    } else {
        for (const auto& each : in.replicas())
            each->to_upstream->set(silence);
    }
    pause(choose.time(milliseconds{2'000}, milliseconds{7'000}));
    in.heal();
}

void trouble_the_ways(world& in, decisions choose, milliseconds lasting) {
    const auto until = std::chrono::steady_clock::now() + lasting;
    const auto ways = ways_of(in);
    while (std::chrono::steady_clock::now() < until) {
        fault_proxy& one = *ways[choose.number(0, ways.size() - 1)];
        if (choose.happens(0.3))
            one.heal();
        else
            one.set(drawn(choose));
        if (choose.happens(0.15))
            one.cut_all(choose.happens(0.5) ? ending::reset : ending::fin);
        pause(choose.time(milliseconds{50}, milliseconds{600}));
        if (choose.happens(0.06))
            part(in, choose);
        else if (choose.happens(0.08))
            in.heal();
    }
}

}  // namespace

scenario_report cuts(const assignment& given) {
    scenario_report report;
    world_options options;
    options.proxies = true;
    world replicas{given.folder, given.seed.about("world"), options};
    const auto trouble_all = [&](world& in, load&, scenario_report& counted) {
        trouble_the_ways(in, given.seed.about("ways"),
                         given.either(milliseconds{22'000}, milliseconds{150'000}));
        for (const fault_proxy* each : ways_of(in))
            counted.faults += each->counts().cuts;
    };
    play(replicas, given, {}, {}, trouble_all, report);
    return report;
}

}  // namespace chaos
