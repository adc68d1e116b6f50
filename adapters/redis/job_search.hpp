#pragma once
// A page of everybody's jobs, youngest first, for operators. Redis keeps no list of all jobs by age, since
// every create would pay for it: the page is put together from the lists that are there anyway (queues, due,
// watch) and from the short ones of ended jobs, by plain commands, which hold up nobody as a long script
// would. So it is no snapshot: a job that ends while the page is put together may be missing from it, and is
// there the next time.

#include "adapters/redis/connection.hpp"
#include "adapters/redis/outcome_reader.hpp"
#include "gateway/domain/job_survey.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::redis {

// A job's place in the order of age. Two jobs are never of the same one.
struct age_place {
    std::int64_t created = 0;  // microseconds, as the lists are scored
    std::string id;

    auto operator<=>(const age_place&) const = default;
};

// As job_page::next, and back. Nothing when the text is not one of ours.
std::string to_text(const age_place& place);
std::optional<age_place> age_place_from(std::string_view text);

// A job that may belong on the page.
struct candidate {
    age_place place;
    // Where it was found among the ended jobs: should its record be gone, this goes too.
    std::string ended_list;
    std::string ended_entry;
};

// Youngest first, each once, those not older than `before` left out.
void put_in_order(std::vector<candidate>& found, const std::optional<age_place>& before);

// Members and scores as ZREVRANGEBYSCORE ... WITHSCORES answers them; what makes no sense is left out.
std::vector<candidate> queued_in(const reply& members);
// Of a list of ended jobs, whose members are "<id> <organization>".
std::vector<candidate> ended_in(const reply& members, const std::string& list,
                                const std::optional<std::string>& organization);

// What job_store::search does. `over` outlives the call. invalid_request when `what.after` makes no sense.
boost::asio::awaitable<gateway::result<gateway::job_page>> search_jobs(connection& over, std::string prefix,
                                                                       gateway::job_search what,
                                                                       gateway::deadline by,
                                                                       on_broken report);

}  // namespace adapters::redis
