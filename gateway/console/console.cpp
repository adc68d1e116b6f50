#include "gateway/console/console.hpp"

#include "gateway/console/job_view.hpp"
#include "gateway/console/search_query.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace gateway::console {

namespace asio = boost::asio;
namespace json = boost::json;
using http::method;
using http::request;
using http::response;

namespace {

constexpr std::chrono::seconds patience{3};  // with the store, while a page asks every two seconds
constexpr std::string_view audio_path = "/console/api/audio/";

// What no answer of the console goes without. The page is an operator's: nobody may keep it, frame it or
// guess at its type.
void guard(response& answer) {
    std::erase_if(answer.headers, [](const auto& header) { return header.first == "cache-control"; });
    answer.set("cache-control", "no-store");
    answer.set("x-content-type-options", "nosniff");
    answer.set("referrer-policy", "no-referrer");
    answer.set("cross-origin-resource-policy", "same-origin");
}

response json_response(unsigned status, const json::object& body) {
    response answer;
    answer.status = status;
    answer.content_type = "application/json";
    answer.body = json::serialize(body);
    return answer;
}

response refusal(unsigned status, std::string_view sentence) {
    return json_response(status, {{"error", sentence}});
}

response plain_refusal(unsigned status, std::string_view sentence) {
    response answer;
    answer.status = status;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = std::string{sentence} + "\n";
    return answer;
}

unsigned status_of(verdict of) {
    return of == verdict::token_missing || of == verdict::token_wrong ? 401 : 403;
}

response not_welcome(verdict why, console::needs asked) {
    auto answer = asked == console::needs::page ? plain_refusal(status_of(why), to_sentence(why))
                                                : refusal(status_of(why), to_sentence(why));
    if (answer.status == 401)
        answer.set("www-authenticate", "Bearer realm=\"console\"");
    return answer;
}

response failure(errc why) {
    switch (why) {
        case errc::not_found: return refusal(404, "No such job is known.");
        case errc::invalid_request: return refusal(400, "`after` is not what a page before named as `next`.");
        case errc::deadline_exceeded:
        case errc::store_unavailable: return refusal(503, "The job store does not answer.");
        default: return refusal(500, "The gateway could not answer. Its log says more.");
    }
}

response failure(const boost::system::error_code& why) {
    return failure(why.category() == gateway_category() ? static_cast<errc>(why.value()) : errc::internal);
}

}  // namespace

std::span<const http::route<console::endpoint>> console::routes() {
    static constexpr std::array<http::route<endpoint>, 6> table{{
        {method::get, "/console", {needs::page, &console::show_page}},
        {method::get, "/console/api/overview", {needs::read, &console::show_overview}},
        {method::get, "/console/api/jobs", {needs::read, &console::search}},
        {method::get, "/console/api/jobs/{job_id}", {needs::read, &console::show_job}},
        {method::post, "/console/api/jobs/{job_id}/cancel", {needs::change, &console::cancel}},
        // A player cannot send a token: the address is signed instead, and works for a while.
        {method::get, "/console/api/audio/{file}", {needs::page, &console::play}},
    }};
    return table;
}

console::console(surroundings around, access_settings who)
    : around_{std::move(around)}, page_{make_page(!who.token.empty())}, access_{std::move(who)} {}

asio::awaitable<response> console::handle(request incoming) {
    auto line = http::find_route(routes(), incoming.method, incoming.path);
    response answer;
    if (!line.found && incoming.path == "/console/") {
        answer = plain_refusal(308, "The console is at /console.");
        answer.set("location", "/console");
    } else if (!line.found && line.allow.empty()) {
        answer = refusal(404, "There is no such route.");
    } else if (!line.found) {
        answer = refusal(405, "Allowed here: " + line.allow + ".");
        answer.set("allow", line.allow);
    } else {
        const endpoint& there = line.found->handle;
        const verdict admitted = judge(there.asks_for, incoming);
        const call now{incoming, line.arguments};
        if (admitted == verdict::welcome)
            answer = co_await (this->*there.answer)(now);
        else
            answer = not_welcome(admitted, there.asks_for);
        answer.route = line.found->pattern;
    }
    guard(answer);
    co_return answer;
}

response console::refuse(http::refusal_kind kind, const std::string&) {
    return refusal(http::status_of(kind), "The request could not be read or answered.");
}

verdict console::judge(needs what, const request& incoming) const {
    switch (what) {
        case needs::page: return access_.of_page(incoming);
        case needs::read: return access_.of_read(incoming);
        case needs::change: return access_.of_change(incoming);
    }
    return verdict::closed;
}

asio::awaitable<response> console::show_page(const call&) {
    response answer;
    answer.content_type = "text/html; charset=utf-8";
    answer.body = page_.html;
    answer.set("content-security-policy", page_.content_security_policy);
    answer.set("x-frame-options", "DENY");
    answer.set("cross-origin-opener-policy", "same-origin");
    co_return answer;
}

asio::awaitable<response> console::show_overview(const call& now) {
    const deadline by = now.incoming.by.tightened(patience);
    const auto rules = around_.generations.current();
    overview_parts parts;
    parts.facts = around_.facts();
    auto jobs = co_await around_.store.overview(by);
    auto ends = co_await around_.survey.count_ends(counted_span, by);
    if (jobs && ends) {
        parts.jobs = *jobs;
        parts.ends = *ends;
    } else {
        parts.store_trouble = (jobs ? ends.error() : jobs.error()).message();
    }
    const auto moment = service::gate_view::clock::now();
    parts.backend = around_.gates.at(moment);
    if (const auto seen = around_.gates.balance())
        parts.balance = balance_seen{seen->credits, std::chrono::floor<milliseconds>(moment - seen->at)};
    parts.engines = rules->engines;
    parts.limits = rules->limits;
    co_return json_response(200, overview_of(parts));
}

asio::awaitable<response> console::search(const call& now) {
    const auto query = read_search_query(now.incoming.query);
    if (const auto* bad = std::get_if<bad_query>(&query))
        co_return refusal(400, bad->why + ".");
    const auto& wanted = std::get<search_query>(query);
    if (wanted.job_id) {
        auto one = co_await find_one(now.incoming, *wanted.job_id, wanted.search);
        co_return one;
    }
    const auto found = co_await around_.survey.search(wanted.search, now.incoming.by.tightened(patience));
    if (!found)
        co_return failure(found.error());
    json::array rows;
    for (const job& each : found->jobs)
        rows.push_back(row_of(each));
    co_return json_response(200,
                            {{"jobs", std::move(rows)},
                             {"next", found->next.empty() ? json::value(nullptr) : json::value(found->next)},
                             {"complete", found->complete}});
}

// A list of one or none, which the other filters have to fit too.
asio::awaitable<response> console::find_one(const request& incoming, std::string id, job_search wanted) {
    const auto found = co_await around_.survey.look_up(std::move(id), incoming.by.tightened(patience));
    if (!found && !is(found.error(), errc::not_found))
        co_return failure(found.error());
    json::array rows;
    if (found && (!wanted.organization || *wanted.organization == found->owner.organization) &&
        (!wanted.status || *wanted.status == found->state.status))
        rows.push_back(row_of(*found));
    co_return json_response(200, {{"jobs", std::move(rows)}, {"next", nullptr}, {"complete", true}});
}

response console::details(const job& of) const {
    std::string url;
    if (of.state.status == job_status::succeeded && of.state.audio)
        url = around_.audio.address_of(of);
    if (!url.empty())
        url.insert(0, audio_path);
    return json_response(200, details_of(of, url));
}

asio::awaitable<response> console::show_job(const call& now) {
    const deadline by = now.incoming.by.tightened(patience);
    const auto found = co_await around_.survey.look_up(now.arguments[0], by);
    if (!found)
        co_return failure(found.error());
    co_return details(*found);
}

asio::awaitable<response> console::cancel(const call& now) {
    const deadline by = now.incoming.by.tightened(patience);
    const auto found = co_await around_.survey.look_up(now.arguments[0], by);
    if (!found)
        co_return failure(found.error());
    const bool lived = !is_terminal(found->state.status);
    const auto ended = co_await around_.generations.cancel(found->owner, found->id, by);
    if (!ended)
        co_return failure(ended.error().code);
    if (lived)
        log::info("cancelled_by_operator", {{"job_id", found->id},
                                            {"organization", found->owner.organization},
                                            {"request_id", now.incoming.request_id},
                                            {"peer", now.incoming.peer}});
    co_return details(*ended);
}

asio::awaitable<response> console::play(const call& now) {
    response answer = co_await around_.audio.play(now.incoming, now.arguments[0]);
    co_return answer;
}

}  // namespace gateway::console
