#pragma once
// The query of the console's table, read strictly: what is not understood is said, so that nobody mistakes
// all jobs for those they asked for.

#include "gateway/domain/job_survey.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gateway::console {

struct search_query {
    std::optional<std::string> job_id;  // of `id`, which may also be a track's
    job_search search;
};

// What is wrong, as a sentence.
struct bad_query {
    std::string why;
};

// id, organization, status, limit (1 to 100), after. Empty values count as not given; unknown names, repeated
// ones and broken escapes are errors.
std::variant<search_query, bad_query> read_search_query(std::string_view query);

}  // namespace gateway::console
