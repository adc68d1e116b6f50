#include "control_routes.hpp"

#include "behaviour_reader.hpp"
#include "lifecycle.hpp"
#include "state_report.hpp"

#include <boost/json/parse.hpp>

namespace simulator {

namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

constexpr std::uint64_t most_credits = 1'000'000'000'000;

answer done() {
    return json_answer(200, {{"ok", true}});
}

answer bad(const problems& found) {
    return json_answer(400, {{"error", joined(found)}});
}

answer verdict(const problems& found) {
    return found.empty() ? done() : bad(found);
}

answer put_credits(backend& all, const json::value& body) {
    problems found;
    object_reader from{body, "", found};
    auto monthly = all.balance.monthly;
    auto extra = all.balance.extra;
    from.read("credits", monthly);
    from.read("extra_credits", extra);
    if (monthly > most_credits || extra > most_credits)
        found.emplace_back("more credits than anybody has");
    from.refuse_unknown();
    if (found.empty()) {
        all.balance.monthly = monthly;
        all.balance.extra = extra;
    }
    return verdict(found);
}

enum class throttled_calls { creates, polls, all };
constexpr std::array<word<throttled_calls>, 3> throttled_words{{
    {"creates", throttled_calls::creates},
    {"polls", throttled_calls::polls},
    {"all", throttled_calls::all},
}};

std::optional<throttle> read_throttle(const json::value& value, problems& found) {
    if (value.is_null())
        return std::nullopt;
    throttle limiter;
    object_reader from{value, "throttle", found};
    auto what = throttled_calls::creates;
    from.read_word("what", what, throttled_words);
    limiter.creates = what != throttled_calls::polls;
    limiter.polls = what != throttled_calls::creates;
    from.read("retry_after", limiter.retry_after);
    from.read("times", limiter.times);
    from.read("per_second", limiter.per_second);
    from.refuse_unknown();
    return limiter;
}

answer put_switches(backend& all, const json::value& body) {
    problems found;
    object_reader from{body, "", found};
    auto flags = all.flags;
    from.read("unauthorized", flags.unauthorized);
    from.read("dead", flags.dead);
    from.read("retired", flags.retired);
    if (const auto* limiter = from.find("throttle"))
        flags.limiter = read_throttle(*limiter, found);
    from.refuse_unknown();
    if (found.empty())
        all.flags = std::move(flags);
    return verdict(found);
}

answer finish_one(backend& all, task& subject, const json::value& body) {
    problems found;
    object_reader from{body, "", found};
    auto result = task_result::success;
    std::string message;
    read_result(from, "result", result);
    from.read("message", message);
    if (result == task_result::never)
        from.complain("result", "must be an end");
    from.refuse_unknown();
    if (!found.empty())
        return bad(found);
    if (subject.finished)
        return json_answer(409, {{"error", "the task has ended already"}});
    finish_task(all, subject, result, std::move(message));
    return done();
}

answer announce_one(backend& all, const task& subject, const json::value& body) {
    problems found;
    const auto how = read_webhook(body, webhook_behaviour{}, "", found);
    if (!found.empty())
        return bad(found);
    auto reply = done();
    // The answer waits for the first attempt, so that the caller finds its record.
    if (how.delay.count() == 0)
        reply.wait_for = std::make_shared<latch>(all.context.get_executor());
    if (!announce_task(all, subject, how, reply.wait_for))
        return json_answer(409, {{"error", "the task has no webhook_url, or no end to announce"}});
    return reply;
}

answer task_control(backend& all, std::string_view rest, const json::value& body) {
    const auto slash = rest.find('/');
    auto* subject = all.tasks.find(rest.substr(0, slash));
    const auto verb = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    if (verb != "finish" && verb != "webhook")
        return json_answer(404, {{"error", "no such control route"}});
    if (!subject)
        return json_answer(404, {{"error", "no such task"}});
    return verb == "finish" ? finish_one(all, *subject, body) : announce_one(all, *subject, body);
}

answer change(backend& all, const request& incoming, std::string_view path) {
    json::value body = json::object{};
    if (!incoming.body().empty()) {
        boost::system::error_code ec;
        body = json::parse(incoming.body(), ec);
        if (ec)
            return bad({"the body is not JSON: " + ec.message()});
    }
    constexpr std::string_view tasks = "tasks/";
    const bool put = incoming.method() == http::verb::put;
    const bool post = incoming.method() == http::verb::post;
    if (put && path == "script")
        return verdict(all.behaviours.replace(body));
    if (post && path == "rules")
        return verdict(all.behaviours.add_rule(body));
    if (put && path == "credits")
        return put_credits(all, body);
    if (put && path == "switches")
        return put_switches(all, body);
    if (post && path.starts_with(tasks))
        return task_control(all, path.substr(tasks.size()), body);
    if (post && path == "reset") {
        reset(all);
        return done();
    }
    return json_answer(404, {{"error", "no such control route"}});
}

}  // namespace

answer control_answer(backend& all, const request& incoming, std::string_view path, std::string_view query) {
    path.remove_prefix(control_prefix.size());
    if (incoming.method() != http::verb::get)
        return change(all, incoming, path);
    if (path == "state")
        return json_answer(200, state_report(all, query_value(query, "tasks") != "0"));
    if (path == "tasks")
        return json_answer(200, {{"tasks", task_report(all, query)}});
    return json_answer(404, {{"error", "no such control route"}});
}

void reset(backend& all) {
    all.later.clear();
    all.webhooks.clear();
    all.tasks.clear();
    all.lyrics.clear();
    all.counts = statistics{};
    all.flags = switches{};
    all.balance = credits{all.given.credits, all.given.extra_credits, 0, 0};
    all.behaviours = all.first_script;
}

}  // namespace simulator
