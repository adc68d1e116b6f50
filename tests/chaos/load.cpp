#include "tests/chaos/load.hpp"

#include "tests/chaos/caller.hpp"

#include <algorithm>

namespace chaos {

namespace {

void merge(order& into, order&& twin) {
    ++into.attempts;
    into.job_ids.merge(twin.job_ids);
    into.oddities.insert(into.oddities.end(), twin.oddities.begin(), twin.oddities.end());
}

}  // namespace

load::load(world& of, const decisions& seed, load_options options)
    : world_{of}, seed_{seed}, options_{std::move(options)} {
    for (std::size_t i = 0; i < options_.clients; ++i) {
        order_book& book = books_.emplace_back();
        threads_.emplace_back([this, i, &book] { run(i, book); });
    }
}

load::~load() {
    stop(milliseconds{0});
}

void load::stop(milliseconds patience) {
    if (!stopping_) {
        give_up_at_ = std::chrono::steady_clock::now() + patience;
        stopping_ = true;
    }
    threads_.clear();
}

void load::run(std::size_t number, order_book& book) {
    const std::string who = "client " + std::to_string(number);
    const customer& by = world_.customers().at(number % world_.customers().size());
    std::list<order*> live;
    decisions while_following = seed_.about(who + " following");
    while (!stopping_) {
        if (live.size() < options_.live && book.size() < options_.most_orders) {
            // Decided by its number alone, whatever happened to the orders before.
            decisions choose = seed_.about(who + " order " + std::to_string(book.size()));
            book.push_back(next_order(choose, who, book.size()));
            order& placed = book.back();
            placed.by = &by;
            place(placed, choose);
            if (placed.promised() && options_.follow)
                live.push_back(&placed);
        }
        follow(live, while_following);
        if (options_.pause.count() > 0)
            std::this_thread::sleep_for(options_.pause);
    }
}

order load::next_order(decisions& choose, const std::string& who, std::size_t number) {
    order fresh;
    fresh.kind = &draw_kind(choose, options_.kinds);
    // No comma and no full stop: the prompt is what the simulator's `sound` starts with, up to the first
    // comma.
    fresh.prompt = who + " piece " + std::to_string(number) + " [" + std::string{fresh.kind->name} + "]";
    fresh.key = "key of " + who + " " + std::to_string(number);
    return fresh;
}

void load::place(order& what, decisions& choose) {
    const auto first_replica = choose.number(0, 100);
    const bool twice = choose.happens(options_.twice_at_once);
    const bool cancels = choose.happens(options_.cancels);
    const milliseconds thinks = choose.time(milliseconds{0}, milliseconds{400});
    const bool replays = choose.happens(options_.replays);
    if (twice && options_.repeat_unanswered)
        send_twice_at_once(what);
    if (!what.promised() && !send(what, first_replica))
        return;
    ++promised_;
    if (replays)
        caller{world_.at(first_replica + 1).url()}.create(what);
    if (!cancels)
        return;
    std::this_thread::sleep_for(thinks);
    caller{world_.at(first_replica + 1).url()}.cancel(what);
}

// One key at two replicas in the same moment: one job.
void load::send_twice_at_once(order& what) {
    order twin = what;
    {
        const std::jthread other{[&] { caller{world_.at(1).url()}.create(twin); }};
        caller{world_.at(0).url()}.create(what);
    }
    merge(what, std::move(twin));
}

// Repeats, at the replicas in turn, until there is an answer that counts.
bool load::send(order& what, std::size_t first_replica) {
    for (unsigned tries = 0;; ++tries) {
        const int status = caller{world_.at(first_replica + tries).url()}.create(what);
        if (what.promised())
            return true;
        if (!may_be_repeated(status))
            return false;
        if (!options_.repeat_unanswered && status == 0) {
            what.given_up = true;
            return false;
        }
        if (std::chrono::steady_clock::now() >= give_up_at_.load()) {
            what.given_up = true;
            what.oddities.push_back("no replica took it in time; the last answer was " +
                                    std::to_string(status));
            return false;
        }
        std::this_thread::sleep_for(milliseconds{std::min(400U, 20 * (tries + 1))});
    }
}

void load::follow(std::list<order*>& live, decisions& choose) {
    for (auto at = live.begin(); at != live.end() && !stopping_;) {
        order& each = **at;
        caller{world_.at(choose.number(0, 100)).url()}.look(each);
        if (each.ended() && options_.on_end)
            options_.on_end(each);
        at = each.ended() || each.missing ? live.erase(at) : std::next(at);
    }
}

}  // namespace chaos
