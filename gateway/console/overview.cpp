#include "gateway/console/overview.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace gateway::console {

namespace json = boost::json;

namespace {

json::value count_or_null(const std::optional<milliseconds>& time) {
    return time ? json::value(time->count()) : json::value(nullptr);
}

// An operator reads sentences; `shut` is for colours and programs.
json::object gate(std::string_view name, bool shut, std::string sentence) {
    return {{"name", name}, {"shut", shut}, {"text", std::move(sentence)}};
}

std::string seconds_text(milliseconds time) {
    return std::to_string(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(time).count())) +
           " s";
}

json::array gates_of(const overview_parts& parts) {
    const gates& now = parts.backend;
    json::array all;
    all.push_back(gate("credits", now.credits_shut_for.has_value(),
                       now.credits_shut_for
                           ? "Used up for " + seconds_text(*now.credits_shut_for) +
                                 ": creates are answered 402 until the balance is enough again"
                           : "There are enough for new jobs"));
    all.push_back(gate("access", now.access_retry_in.has_value(),
                       now.access_retry_in
                           ? "Our key or plan was rejected, " + std::to_string(now.access_failures) +
                                 " times in a row: creates are answered 503, the next attempt comes in " +
                                 seconds_text(*now.access_retry_in)
                           : "The music service takes our key"));
    all.push_back(gate(
        "speed", now.throttled_for.count() > 0,
        now.throttled_for.count() > 0
            ? "The music service asked for a pause: nothing is sent for " + seconds_text(now.throttled_for)
            : "Nothing is held back"));
    all.push_back(gate("upstream", !parts.facts.upstream_answers,
                       parts.facts.upstream_answers
                           ? "The music service answers this process"
                           : "The music service does not answer this process: jobs wait in the queue"));
    return all;
}

json::array engines_of(const overview_parts& parts) {
    json::array all;
    for (const engine& each : parts.engines) {
        const auto key = retirement_key(each.engine_key, each.model);
        const bool retired = std::ranges::find(parts.backend.retired, key) != parts.backend.retired.end();
        all.push_back({{"key", each.engine_key},
                       {"name", each.display_name},
                       {"model", each.model},
                       {"credits", each.credits},
                       {"typical_seconds", each.typical.count()},
                       {"max_duration_seconds", each.max_duration_seconds},
                       {"retired", retired}});
    }
    return all;
}

json::value jobs_of(const std::optional<store_overview>& jobs) {
    if (!jobs)
        return nullptr;
    return {{"queued", jobs->queued},
            {"pausing", jobs->pausing},
            {"submitting", jobs->submitting},
            {"running", jobs->running},
            {"in_flight", jobs->in_flight()},
            {"oldest_wait_ms", count_or_null(jobs->oldest_wait)},
            {"look_lag_ms", jobs->look_lag.count()}};
}

json::value ends_of(const std::optional<end_counts>& ends) {
    if (!ends)
        return nullptr;
    return {{"span_seconds", std::chrono::seconds{counted_span}.count()},
            {"at_most", remembered_ends},
            {"succeeded", ends->succeeded},
            {"failed", ends->failed},
            {"refused", ends->refused},
            {"cancelled", ends->cancelled}};
}

}  // namespace

json::object overview_of(const overview_parts& parts) {
    json::object made{{"version", parts.facts.version}, {"draining", parts.facts.draining}};
    made["store"] = {{"reachable", parts.jobs.has_value()},
                     {"text", parts.jobs ? "The job store answers" : parts.store_trouble}};
    made["jobs"] = jobs_of(parts.jobs);
    made["ended"] = ends_of(parts.ends);
    made["limits"] = {{"in_flight", parts.limits.max_in_flight},
                      {"in_flight_per_organization", parts.limits.in_flight_per_organization},
                      {"queued_per_organization", parts.limits.queued_per_organization}};
    made["credits"] = parts.balance ? json::value{{"balance", parts.balance->credits},
                                                  {"age_ms", parts.balance->age.count()}}
                                    : json::value(nullptr);
    made["gates"] = gates_of(parts);
    made["engines"] = engines_of(parts);
    made["warnings"] = json::array(parts.facts.warnings.begin(), parts.facts.warnings.end());
    return made;
}

}  // namespace gateway::console
