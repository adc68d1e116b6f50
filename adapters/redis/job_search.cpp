#include "adapters/redis/job_search.hpp"

#include "adapters/redis/job_codec.hpp"
#include "adapters/redis/scripts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace adapters::redis {

using namespace gateway;
namespace asio = boost::asio;

namespace {

// What one search looks at, whatever the store holds.
constexpr std::array places{"due", "watch", "later"};  // of live jobs that are not in a queue
constexpr std::int64_t most_live = 1'000;              // jobs of each of these
constexpr std::size_t most_glances = 100;              // jobs that one script reads: others wait for it
constexpr std::int64_t most_organizations = 128;       // that queue, by turn
constexpr int most_passes = 4;                         // over records, when some turn out to be gone
constexpr std::size_t longest_place = 200;

constexpr std::array ends{job_status::succeeded, job_status::failed, job_status::cancelled,
                          job_status::refused};

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// Scores are whole numbers of microseconds, written by Redis as a double: "1.7637e+15" never,
// "1763725200000000" always.
std::optional<std::int64_t> score_from(const reply& from) {
    return from.is_text() ? number_from<std::int64_t>(from.text) : std::nullopt;
}

bool fits(const job& one, const job_search& what) {
    return (!what.organization || *what.organization == one.owner.organization) &&
           (!what.status || *what.status == one.state.status);
}

// One search on its way: asks, and remembers what was answered.
class searching {
public:
    searching(connection& over, std::string prefix, job_search what, std::optional<age_place> before,
              deadline by, on_broken report)
        : over_{over},
          prefix_{std::move(prefix)},
          what_{std::move(what)},
          before_{std::move(before)},
          by_{by},
          report_{std::move(report)} {}

    asio::awaitable<result<job_page>> run() {
        if (wants_ended()) {
            const auto asked = co_await ask_ended();
            if (!asked)
                co_return asked.error();
        }
        if (wants_live()) {
            const auto asked = co_await ask_live();
            if (!asked)
                co_return asked.error();
        }
        put_in_order(found_, before_);
        // Of a list that was cut off, what follows may be younger than the rest of the others.
        if (truncated_ && found_.size() > static_cast<std::size_t>(share()))
            found_.erase(found_.begin() + share(), found_.end());
        auto page = co_await read_page();
        co_return page;
    }

private:
    bool wants_live() const { return !what_.status || !is_terminal(*what_.status); }
    bool wants_queued() const { return !what_.status || *what_.status == job_status::queued; }
    bool wants_ended() const { return !what_.status || is_terminal(*what_.status); }
    // From one list: enough for a page though half of it should turn out to be gone, and one to know that
    // more follow.
    std::int64_t share() const { return 2 * std::max(0, what_.limit) + 1; }

    command youngest_of(const std::string& list, bool all) const {
        command question{"ZREVRANGEBYSCORE"};
        question.add(list).add(before_ ? std::to_string(before_->created) : std::string{"+inf"}).add("-inf");
        question.add("WITHSCORES");
        if (!all)
            question.add("LIMIT").add(std::int64_t{0}).add(share());
        return question;
    }

    asio::awaitable<result<void>> ask_ended() {
        std::vector<std::string> lists;
        for (const job_status each : ends)
            if (!what_.status || *what_.status == each)
                lists.push_back(prefix_ + "ended:" + std::string{letter_of(each)});
        std::vector<command> questions;
        for (const std::string& list :
             lists)  // an organization's may lie anywhere in the whole, which is short
            questions.push_back(youngest_of(list, what_.organization.has_value()));
        const auto answers = co_await over_.send_together(std::move(questions), by_);
        if (!answers)
            co_return answers.error();
        for (std::size_t each = 0; each < lists.size(); ++each) {
            if ((*answers)[each].is_error())
                co_return errc::store_unavailable;
            take(ended_in((*answers)[each], lists[each], what_.organization));
        }
        co_return boost::system::in_place_value;
    }

    asio::awaitable<result<void>> ask_live() {
        std::vector<command> questions;
        const auto first_of = [&](const char* list, std::int64_t most) {
            command question{"ZRANGE"};
            question.add(prefix_ + list).add(std::int64_t{0}).add(most - 1);
            questions.push_back(std::move(question));
        };
        for (const char* list : places)
            first_of(list, most_live);
        if (!what_.organization && wants_queued())
            first_of("orgs", most_organizations);
        const auto lists = co_await over_.send_together(std::move(questions), by_);
        if (!lists)
            co_return lists.error();

        std::vector<std::string> held, organizations;
        for (std::size_t each = 0; each < lists->size(); ++each) {
            const reply& list = (*lists)[each];
            if (list.what != reply::kind::array)
                co_return errc::store_unavailable;
            for (const reply& one : list.items)
                (each < places.size() ? held : organizations).push_back(one.text);
            const auto most = static_cast<std::size_t>(each < places.size() ? most_live : most_organizations);
            complete_ = complete_ && list.items.size() < most;
        }
        if (what_.organization && wants_queued())
            organizations.push_back(*what_.organization);
        const auto asked = co_await ask_places(std::move(held), std::move(organizations));
        co_return asked;
    }

    // How old they are: of those in queues the score says it, of the others the record.
    asio::awaitable<result<void>> ask_places(std::vector<std::string> held,
                                             std::vector<std::string> organizations) {
        std::vector<command> questions;
        for (const std::string& each : organizations)
            questions.push_back(youngest_of(prefix_ + "queue:" + each, false));
        if (!questions.empty()) {
            const auto queues = co_await over_.send_together(std::move(questions), by_);
            if (!queues)
                co_return queues.error();
            for (const reply& each : *queues)
                take(queued_in(each));
        }
        for (std::size_t begin = 0; begin < held.size(); begin += most_glances) {
            const std::size_t end = std::min(held.size(), begin + most_glances);
            argument_list these;
            for (std::size_t each = begin; each < end; ++each)
                these.add(held[each]);
            const auto seen = co_await redis::run(glance_script, over_, prefix_, std::move(these), by_);
            if (!seen)
                co_return seen.error();
            if (!seen->is_array_of(end - begin + 1))
                co_return errc::store_unavailable;
            for (std::size_t each = begin; each < end; ++each)
                take_held(std::move(held[each]), seen->items[each - begin + 1]);
        }
        co_return boost::system::in_place_value;
    }

    void take(std::vector<candidate> more) {
        truncated_ = truncated_ || static_cast<std::int64_t>(more.size()) >= share();
        found_.insert(found_.end(), std::make_move_iterator(more.begin()),
                      std::make_move_iterator(more.end()));
    }

    void take_held(std::string id, const reply& fields) {
        if (!fields.is_array_of(3))
            return;
        const auto created = score_from(fields.items[0]);
        const bool wanted = (!what_.organization || fields.items[1].text == *what_.organization) &&
                            (!what_.status || fields.items[2].text == letter_of(*what_.status));
        if (created && wanted)
            found_.push_back({{*created, std::move(id)}, {}, {}});
    }

    // Some records may be gone, or say something else by now: then the next ones are looked at, for a while.
    asio::awaitable<result<job_page>> read_page() {
        job_page page;
        page.complete = complete_;
        const auto wanted = static_cast<std::size_t>(std::max(0, what_.limit));
        std::size_t next = 0;
        for (int pass = 0; pass < most_passes && next < found_.size() && page.jobs.size() < wanted; ++pass) {
            const std::size_t end = std::min(found_.size(), next + (wanted - page.jobs.size()));
            const auto read = co_await read_records(next, end, page);
            if (!read)
                co_return read.error();
            next = end;
        }
        if (next > 0 && (next < found_.size() || truncated_))
            page.next = to_text(found_[next - 1].place);
        co_await forget_stale();
        co_return page;
    }

    asio::awaitable<result<void>> read_records(std::size_t begin, std::size_t end, job_page& into) {
        std::vector<command> questions;
        questions.emplace_back("TIME");
        for (std::size_t each = begin; each < end; ++each)
            questions.push_back(std::move(command{"GET"}.add(prefix_ + "job:" + found_[each].place.id)));
        const auto answers = co_await over_.send_together(std::move(questions), by_);
        if (!answers)
            co_return answers.error();
        const auto as_of = time_of((*answers)[0]);
        if (!as_of)
            co_return errc::store_unavailable;
        for (std::size_t each = begin; each < end; ++each) {
            const std::string& id = found_[each].place.id;
            auto one = read_record(id, (*answers)[1 + each - begin], *as_of);
            if (one && fits(*one, what_))
                into.jobs.push_back(std::move(*one));
            else if (one)
                continue;
            else if (is(one.error(), errc::not_found))
                stale_.push_back(found_[each]);
            else if (is(one.error(), errc::invalid_request))
                report_(id);  // one broken record must not hide the others
            else
                co_return one.error();
        }
        co_return boost::system::in_place_value;
    }

    // Expired since: nobody else takes them off the lists of ended jobs while these are not full.
    asio::awaitable<void> forget_stale() {
        std::vector<command> commands;
        for (const candidate& each : stale_)
            if (!each.ended_list.empty())
                commands.push_back(std::move(command{"ZREM"}.add(each.ended_list).add(each.ended_entry)));
        if (!commands.empty())
            co_await over_.send_together(std::move(commands),
                                         by_);  // should it fail, the next search does it
    }

    connection& over_;
    const std::string prefix_;
    const job_search what_;
    const std::optional<age_place> before_;
    const deadline by_;
    const on_broken report_;
    std::vector<candidate> found_;
    std::vector<candidate> stale_;
    bool truncated_ = false;  // a list may hold more than was asked of it
    bool complete_ = true;
};

}  // namespace

std::string to_text(const age_place& place) {
    return std::to_string(place.created) + "." + place.id;
}

std::optional<age_place> age_place_from(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || text.size() > longest_place)
        return std::nullopt;
    const auto created = number_from<std::int64_t>(text.substr(0, dot));
    if (!created || *created < 0)
        return std::nullopt;
    return age_place{*created, std::string{text.substr(dot + 1)}};
}

void put_in_order(std::vector<candidate>& found, const std::optional<age_place>& before) {
    if (before)
        std::erase_if(found, [&](const candidate& each) { return each.place >= *before; });
    std::ranges::sort(found, [](const candidate& a, const candidate& b) { return a.place > b.place; });
    const auto same = [](const candidate& a, const candidate& b) { return a.place == b.place; };
    found.erase(std::unique(found.begin(), found.end(), same), found.end());
}

std::vector<candidate> queued_in(const reply& members) {
    std::vector<candidate> found;
    for (std::size_t at = 0; at + 1 < members.items.size(); at += 2)
        if (const auto created = score_from(members.items[at + 1]))
            found.push_back({{*created, members.items[at].text}, {}, {}});
    return found;
}

std::vector<candidate> ended_in(const reply& members, const std::string& list,
                                const std::optional<std::string>& organization) {
    std::vector<candidate> found;
    for (std::size_t at = 0; at + 1 < members.items.size(); at += 2) {
        const std::string& entry = members.items[at].text;
        const auto created = score_from(members.items[at + 1]);
        const auto space = entry.find(' ');
        if (!created || space == std::string::npos ||
            (organization && entry.substr(space + 1) != *organization))
            continue;
        found.push_back({{*created, entry.substr(0, space)}, list, entry});
    }
    return found;
}

asio::awaitable<result<job_page>> search_jobs(connection& over, std::string prefix, job_search what,
                                              deadline by, on_broken report) {
    std::optional<age_place> before;
    if (!what.after.empty()) {
        before = age_place_from(what.after);
        if (!before)
            co_return errc::invalid_request;
    }
    searching one{over, std::move(prefix), std::move(what), std::move(before), by, std::move(report)};
    auto page = co_await one.run();
    co_return page;
}

}  // namespace adapters::redis
