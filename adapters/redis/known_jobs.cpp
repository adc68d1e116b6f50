#include "adapters/redis/known_jobs.hpp"

#include "adapters/redis/outcome_reader.hpp"

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;
using gateway::errc;
using gateway::job;
using gateway::result;

// Plain commands cost the server a fraction of what a script does, and a record is read in one step.
asio::awaitable<result<job>> read_job(connection& over, std::string key, std::string id, deadline by) {
    std::vector<command> questions;
    questions.reserve(2);
    questions.emplace_back("TIME");
    questions.push_back(std::move(command{"GET"}.add(key)));
    const auto answers = co_await over.send_together(std::move(questions), by);
    if (!answers)
        co_return answers.error();
    const auto as_of = time_of((*answers)[0]);
    if (!as_of)
        co_return errc::store_unavailable;
    co_return read_record(std::move(id), (*answers)[1], *as_of);
}

known_jobs::known_jobs(asio::io_context& context, connection& over, address where, connection_options link,
                       std::string prefix, known_jobs_options options)
    : over_{over},
      prefix_{prefix + "job:"},
      counted_{std::move(options.counted)},
      cache_{options.most_bytes, std::move(options.marks)},
      feed_{context,           over,
            std::move(where),  std::move(link),
            std::move(prefix), [this](std::optional<std::string_view> key) { forget(key); }} {}

void known_jobs::forget(std::optional<std::string_view> key) {
    if (!key)
        cache_.forget_all();
    else if (key->starts_with(prefix_))
        cache_.forget(key->substr(prefix_.size()));
}

std::optional<job> known_jobs::recall(const gateway::job_owner& owner, const std::string& id) {
    const auto now = change_feed::clock::now();
    auto known = feed_.is_current(now) ? cache_.find(id, now) : std::nullopt;
    if (known && known->owner != owner)
        known.reset();
    if (known && counted_)
        counted_(true);
    return known;
}

asio::awaitable<result<job>> known_jobs::read(std::string id, deadline by) {
    if (counted_)
        counted_(false);
    if (!feed_.covers_reads())
        co_await feed_.prepare(by);
    const auto mine = feed_.covers_reads() ? cache_.begin(id) : std::nullopt;
    std::string key = prefix_ + id;
    auto reading =
        mine ? read_and_keep(std::move(id), *mine, by) : read_job(over_, std::move(key), std::move(id), by);
    co_return co_await std::move(reading);
}

asio::awaitable<result<job>> known_jobs::read_and_keep(std::string id, read_cache::ticket mine, deadline by) {
    // However this ends, the read is over.
    struct turn {
        read_cache& cache;
        read_cache::ticket mine;
        const std::string& id;
        ~turn() { cache.give_up(mine, id); }
    } const ends{cache_, mine, id};

    std::vector<command> questions = tracked_get(prefix_ + id);
    questions.emplace_back("TIME");
    const auto answers = co_await over_.send_together(std::move(questions), by);
    if (!answers)
        co_return answers.error();
    const reply& record = (*answers)[1];
    const auto as_of = time_of((*answers)[2]);
    if (!as_of)
        co_return errc::store_unavailable;
    auto found = read_record(id, record, *as_of);
    if (found && !(*answers)[0].is_error() && feed_.covers_reads())
        cache_.keep(mine, *found, record.text.size(), change_feed::clock::now());
    co_return found;
}

}  // namespace adapters::redis
