#include "adapters/aitronos/list_query.hpp"

#include "adapters/aitronos/query.hpp"

namespace adapters::aitronos {

using gateway::job_filter;
using gateway::service::bad_field;
using gateway::service::outcome;

namespace {

constexpr int longest_page = 100;
constexpr int farthest_offset = 1'000'000;  // nobody pages this far by hand; a store need not either

using state = named_value::state;

}  // namespace

outcome<job_filter> read_list_query(std::string_view query) {
    job_filter filter;
    if (query.empty())
        return filter;
    const auto parameters = parameters_of(query);

    if (const auto given = value_of(parameters, "status"); given.is != state::absent) {
        if (given.is == state::present)
            filter.status = gateway::job_status_from(given.value);
        if (!filter.status)
            return bad_field("status",
                             "status must be one of queued, running, succeeded, failed, cancelled, refused");
    }
    if (const auto given = value_of(parameters, "limit"); given.is != state::absent) {
        const auto number = decimal(given.value, longest_page);
        if (given.is == state::unusable || !number || *number < 1)
            return bad_field("limit", "limit must be an integer from 1 to " + std::to_string(longest_page));
        filter.limit = static_cast<int>(*number);
    }
    if (const auto given = value_of(parameters, "offset"); given.is != state::absent) {
        const auto number = decimal(given.value, farthest_offset);
        if (given.is == state::unusable || !number)
            return bad_field("offset",
                             "offset must be an integer from 0 to " + std::to_string(farthest_offset));
        filter.offset = static_cast<int>(*number);
    }
    return filter;
}

}  // namespace adapters::aitronos
