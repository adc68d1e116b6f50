#include "tests/chaos/poll_pace.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace chaos {

namespace json = boost::json;
using std::chrono::milliseconds;

namespace {

// The schedule's jitter is a twentieth either way; the rest is for calls that take their time to arrive.
constexpr double tolerance = 0.9;

// The simulator's window of a second is closed at both ends, so that even perfectly spaced polls make one
// more; and a call that was spaced well may still be held up on its way and arrive beside the next one.
std::uint64_t allowed_in_a_window(std::uint64_t budget) {
    return budget + 1 + budget / 20;
}

// 0 for null.
milliseconds time_in(const json::object& task, std::string_view member) {
    const auto& value = task.at({member.data(), member.size()});
    return milliseconds{value.is_null() ? 0 : value.to_number<std::int64_t>()};
}

bool shorter(milliseconds than_allowed, milliseconds allowed) {
    return static_cast<double>(than_allowed.count()) < tolerance * static_cast<double>(allowed.count());
}

std::string wrong_with(const json::object& task, const poll_terms& terms) {
    const auto polls = task.at("polls").to_number<std::int64_t>();
    const auto first = time_in(task, "first_poll_ms");
    const auto last = time_in(task, "last_poll_ms");
    if (polls == 0)
        return {};
    if (shorter(first - time_in(task, "created_ms"), terms.first))
        return "polled earlier than its first look was due";
    if (shorter(last - first, (polls - 1) * terms.every))
        return "polled more often than its schedule allows";
    const auto finished = time_in(task, "finished_ms");
    if (terms.latest.count() > 0 && finished.count() > 0 && last - finished > terms.latest)
        return "polled too late after its end";
    return {};
}

}  // namespace

poll_findings check_polls(const json::object& simulator_state, const poll_terms& terms) {
    poll_findings found;
    found.polls = simulator_state.at("polls").to_number<std::uint64_t>();
    found.busiest_second = simulator_state.at("max_polls_per_second").to_number<std::uint64_t>();
    if (terms.budget > 0 && found.busiest_second > allowed_in_a_window(terms.budget))
        found.differences.push_back("the poll budget of " + std::to_string(terms.budget) +
                                    " a second was exceeded: " + std::to_string(found.busiest_second) + "\n");
    for (const auto& each : simulator_state.at("tasks").as_array()) {
        const auto& task = each.as_object();
        const std::string wrong = wrong_with(task, terms);
        if (!wrong.empty())
            found.differences.push_back(wrong + ": " + json::serialize(task) + "\n");
        const auto finished = time_in(task, "finished_ms");
        if (finished.count() > 0)
            found.slowest = std::max(found.slowest, time_in(task, "last_poll_ms") - finished);
    }
    return found;
}

}  // namespace chaos
