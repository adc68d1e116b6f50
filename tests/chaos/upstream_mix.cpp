#include "tests/chaos/upstream_mix.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace chaos {

namespace json = boost::json;

namespace {

using enum end_of_job;

constexpr auto refusal_at_once =
    R"({"create": {"answer": {"status": 400, "error": "The prompt violates our content policy"}}})";
constexpr auto provider_502 =
    R"({"create": {"answer": {"status": 502, "type": "upstream_error", "error": "Please try again"}}})";

constexpr auto html_502 =
    R"({"create": {"answer": {"status": 502, "body": "<h1>Bad gateway</h1>", "content_type": "text/html",
        "accepts": true}}})";

constexpr std::array<upstream_kind, 25> kinds{{
    {"fine", 30, R"({})", succeeded},
    {"slow", 10, R"({"task": {"running_ms": 3000}})", succeeded},
    {"older dialect", 4, R"({"task": {"dialect": "older"}})", succeeded},
    {"late audio", 3, R"({"cdn": {"not_found_ms": 600}})", succeeded},
    {"bad polls", 5, R"({"poll": {"faults": [{"kind": "500"}, {"kind": "cut"}, {"kind": "502_html"}]}})",
     succeeded},
    {"slow answer", 4, R"({"create": {"delay_ms": 700}})", succeeded},
    {"fails", 4, R"({"task": {"result": "failed"}})", generation_failed},
    {"times out", 3, R"({"task": {"result": "timeout"}})", generation_failed},
    {"refused", 3, R"({"task": {"result": "refused"}})", refused},
    {"refused at once", 3, refusal_at_once, refused},
    {"hang after", 2, R"({"create": {"answer": "hang_after"}})", outcome_unknown, 1, false, true},
    {"cut before", 3, R"({"create": {"answer": "cut_before"}})", outcome_unknown},
    {"cut after", 3, R"({"create": {"answer": "cut_after"}})", outcome_unknown, 1, false, true},
    {"cut mid", 3, R"({"create": {"answer": "cut_mid"}})", outcome_unknown, 1, false, true},
    {"status 500", 2, R"({"create": {"answer": {"status": 500}}})", outcome_unknown},
    {"accepted 500", 2, R"({"create": {"answer": {"status": 500, "accepts": true}}})", outcome_unknown, 1,
     false, true},
    {"html 502", 2, html_502, outcome_unknown, 1, false, true},
    {"status 504", 2, R"({"create": {"answer": {"status": 504, "accepts": true}}})", outcome_unknown, 1,
     false, true},
    {"no task id", 2, R"({"create": {"answer": "no_task_id"}})", outcome_unknown, 1, false, true},
    {"json 502", 2, provider_502, succeeded, 2, true},
    {"throttled", 2, R"({"create": {"answer": {"status": 429, "retry_after": "1"}}})", succeeded, 2, true},
    // Answered so late that the caller can be killed before: the task runs all the same.
    {"kept waiting", 0, R"({"create": {"delay_ms": 60000}})", outcome_unknown, 1, false, true},
    {"cut at times", 0, R"({"create": {"answer": "cut_after"}})", succeeded, 2, true},
    {"ten seconds", 0, R"({"task": {"running_ms": 10000, "seconds": 6}})", succeeded},
    {"two minutes", 0, R"({"task": {"running_ms": 120000, "seconds": 6}})", succeeded},
}};

}  // namespace

std::string_view to_string(end_of_job end) {
    switch (end) {
        case none: return "not ended";
        case succeeded: return "succeeded";
        case refused: return "refused";
        case cancelled: return "cancelled";
        case generation_failed: return "failed by upstream";
        case outcome_unknown: return "failed, outcome unknown";
        case failed_otherwise: return "failed otherwise";
    }
    return "?";
}

end_of_job end_in_words(const std::string& status, const std::string& error_message) {
    if (status == "succeeded")
        return succeeded;
    if (status == "refused")
        return refused;
    if (status == "cancelled")
        return cancelled;
    if (status != "failed")
        return none;
    if (error_message.find("could not be confirmed") != std::string::npos)
        return outcome_unknown;
    const bool by_upstream = error_message.find("could not be generated") != std::string::npos ||
                             error_message.find("took too long") != std::string::npos;
    return by_upstream ? generation_failed : failed_otherwise;
}

std::span<const upstream_kind> all_kinds() {
    return kinds;
}

const upstream_kind* kind_in(std::string_view prompt) {
    for (const upstream_kind& each : kinds)
        if (prompt.find("[" + std::string{each.name} + "]") != std::string_view::npos)
            return &each;
    return nullptr;
}

const upstream_kind& draw_kind(decisions& from, const std::set<std::string_view>& names) {
    const auto weight_of = [&](const upstream_kind& each) {
        if (names.empty())
            return each.weight;
        return names.contains(each.name) ? std::max(1, each.weight) : 0;
    };
    int all = 0;
    for (const upstream_kind& each : kinds)
        all += weight_of(each);
    if (all == 0)
        throw std::logic_error{"no such kind of upstream behaviour"};
    auto drawn = static_cast<int>(from.number(0, static_cast<std::uint64_t>(all - 1)));
    for (const upstream_kind& each : kinds) {
        drawn -= weight_of(each);
        if (drawn < 0)
            return each;
    }
    return kinds.front();
}

std::string script_of_all_kinds() {
    json::array rules;
    for (const upstream_kind& each : kinds) {
        json::object match{{"sound_contains", "[" + std::string{each.name} + "]"}};
        if (each.every_nth > 1)
            match["every_nth"] = each.every_nth;
        rules.push_back(json::object{
            {"match", std::move(match)},
            {"behaviour", json::parse(json::string_view{each.behaviour.data(), each.behaviour.size()})}});
    }
    const json::object usual{{"task", {{"pending_ms", 50}, {"running_ms", 400}}}};
    return json::serialize(json::object{{"default", usual}, {"rules", std::move(rules)}});
}

}  // namespace chaos
