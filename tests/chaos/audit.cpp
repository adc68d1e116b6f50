#include "tests/chaos/audit.hpp"

#include "tests/chaos/caller.hpp"
#include "tests/support/music_client.hpp"

#include <boost/json/serialize.hpp>

#include <thread>

namespace chaos {

namespace json = boost::json;

namespace {

using end_to_end::text;

constexpr int page = 100;
constexpr milliseconds list_patience{30'000};
constexpr std::size_t most_heard = 10;  // pieces of each client

// What a job's prompt became: the composer puts its own words behind it, after a comma.
std::string prompt_of(const std::string& sound) {
    return sound.substr(0, sound.find(','));
}

// Until none is left or the patience is: those still live are not asked in every round by all means, but
// soon.
void settle(world& of, std::list<order_book>& books, milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::list<order*> live;
    for (order_book& book : books)
        for (order& each : book)
            if (each.promised() && !each.ended())
                live.push_back(&each);
    for (std::size_t round = 0; !live.empty() && std::chrono::steady_clock::now() < until; ++round) {
        for (auto at = live.begin(); at != live.end();) {
            caller{of.at(round).url()}.look(**at);
            at = (*at)->ended() || (*at)->missing ? live.erase(at) : std::next(at);
        }
        std::this_thread::sleep_for(milliseconds{200});
    }
}

// Terminal never changes: each is read once more from every replica.
void read_again(world& of, std::list<order_book>& books) {
    for (const auto& replica : of.replicas())
        for (order_book& book : books)
            for (order& each : book)
                if (each.ended())
                    caller{replica->url()}.look(each);
}

// The music of some, each at another replica.
void listen_to_some(world& of, std::list<order_book>& books) {
    for (order_book& book : books) {
        std::size_t heard = 0;
        for (order& each : book)
            if (heard < most_heard && each.ended() && each.seen.back().status == "succeeded")
                caller{of.at(heard++).url()}.listen(each);
    }
}

std::vector<std::string> list_of(world& of, const customer& by) {
    std::vector<std::string> ids;
    for (;;) {
        const std::string query = "?limit=" + std::to_string(page) + "&offset=" + std::to_string(ids.size());
        std::optional<end_to_end::http_reply> reply;
        end_to_end::eventually(
            [&] {
                reply = caller{of.at(0).url()}.get(by, query);
                return reply && reply->status == 200;
            },
            list_patience);
        if (!reply || reply->status != 200)
            throw std::runtime_error{"the list of " + by.user + " can't be read"};
        const auto jobs = reply->json().as_object().at("jobs").as_array();
        for (const auto& each : jobs)
            ids.push_back(text(each.as_object(), "id"));
        if (jobs.size() < static_cast<std::size_t>(page))
            return ids;
    }
}

}  // namespace

std::map<std::string, upstream_record> upstream_ledger(const json::object& simulator_state) {
    std::map<std::string, upstream_record> all;
    for (const auto& each : simulator_state.at("creates_by_key").as_array()) {
        const auto& creates = each.as_object();
        upstream_record& record = all[prompt_of(text(creates, "sound"))];
        record.received += creates.at("received").to_number<int>();
        record.accepted += creates.at("accepted").to_number<int>();
    }
    for (const auto& each : simulator_state.at("tasks").as_array()) {
        const auto& task = each.as_object();
        upstream_record& record = all[prompt_of(text(task.at("request").as_object(), "sound"))];
        record.tasks.push_back(text(task, "task_id") + " " + text(task, "state") + ", polls " +
                               json::serialize(task.at("polls")));
        record.succeeded += text(task, "result") == "success" ? 1 : 0;
    }
    return all;
}

comparison audit(world& of, std::list<order_book>& books, const comparison_terms& terms,
                 milliseconds patience) {
    settle(of, books, patience);
    read_again(of, books);
    listen_to_some(of, books);
    ledgers all{books, {}, {}};
    for (const customer& each : of.customers())
        all.listed[each.user] = list_of(of, each);
    all.upstream = upstream_ledger(of.simulator().state());
    return compare(all, terms);
}

}  // namespace chaos
