// POST /api/v1/producer/lyrics-create, and what its tasks look like when they are polled.
#include "acceptance.hpp"
#include "lyrics_tasks.hpp"
#include "producer_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <optional>

namespace simulator {

namespace json = boost::json;

namespace {

// The prompt, or nothing when the call is not one that upstream takes.
std::optional<std::string> read_prompt(const std::string& body) {
    boost::system::error_code ec;
    const auto document = json::parse(body, ec);
    const auto* members = ec ? nullptr : document.if_object();
    const auto* prompt = members ? members->if_contains("prompt") : nullptr;
    if (!prompt || !prompt->is_string() || prompt->get_string().empty())
        return std::nullopt;
    return std::string{prompt->get_string()};
}

std::string_view word_of(lyrics_name name) {
    switch (name) {
        case lyrics_name::lyrics: return "lyrics";
        case lyrics_name::lyric: return "lyric";
        case lyrics_name::text: return "text";
    }
    return "?";
}

// What an answer that has the lyrics holds of them.
json::object lyrics_members(const lyrics_behaviour& plan) {
    const json::object written{{word_of(plan.name), plan.text}};
    switch (plan.place) {
        case lyrics_place::array: return {{"data", json::array{written}}};
        case lyrics_place::object: return {{"data", written}};
        case lyrics_place::string: return {{"data", plan.text}};
        case lyrics_place::top: break;
    }
    return written;
}

std::string message_of(const lyrics_behaviour& plan) {
    if (!plan.message.empty())
        return plan.message;
    return plan.result == task_result::refused ? "the prompt was rejected by moderation: inappropriate words"
           : plan.result == task_result::timeout ? "lyrics generation timed out"
                                                 : "lyrics generation failed";
}

lyrics_task& accept_lyrics(backend& all, std::string prompt, const request& incoming,
                           std::shared_ptr<const behaviour> does) {
    const auto trace = incoming["traceparent"];
    const lyrics_behaviour& plan = does->lyrics;
    const auto due = plan.pending + plan.running;
    const bool given_back =
        plan.refund && plan.result != task_result::success && plan.result != task_result::never;
    lyrics_task fresh{.id = random_uuid(),
                      .prompt = std::move(prompt),
                      .traceparent = std::string{trace.data(), trace.size()},
                      .does = std::move(does),
                      .paid = all.balance.take(price_of_lyrics),
                      .created = steady::now()};
    auto& accepted = all.lyrics.emplace_back(std::move(fresh));
    if (given_back)
        all.later.after(due, [&all, &accepted] {
            all.balance.give_back(accepted.paid);
            accepted.refunded = true;
        });
    return accepted;
}

}  // namespace

lyrics_task* find_lyrics(std::deque<lyrics_task>& among, std::string_view id) {
    const auto found =
        std::find_if(among.begin(), among.end(), [&](const lyrics_task& each) { return each.id == id; });
    return found == among.end() ? nullptr : &*found;
}

std::string_view state_of(const lyrics_task& subject) {
    const lyrics_behaviour& plan = subject.does->lyrics;
    const auto age = steady::now() - subject.created;
    if (age < plan.pending)
        return "pending";
    if (age < plan.pending + plan.running || plan.result == task_result::never)
        return "running";
    return plan.result == task_result::success ? "succeeded" : "failed";
}

answer lyrics_answer(const lyrics_task& subject) {
    const lyrics_behaviour& plan = subject.does->lyrics;
    const auto state = state_of(subject);
    if (state == "failed")
        return json_answer(200, {{"code", plan.result == task_result::timeout ? 504 : 500},
                                 {"status", "FAILED"},
                                 {"type", plan.result == task_result::timeout ? "timeout" : "failed"},
                                 {"message", message_of(plan)},
                                 {"data", json::array{}}});
    if (state != "succeeded")
        return json_answer(200, {{"code", 200},
                                 {"status", state == "pending" ? "PENDING" : "RUNNING"},
                                 {"message", "processing"},
                                 {"data", json::array{}}});
    json::object body{{"code", 200}, {"status", "SUCCESS"}, {"message", "success"}};
    for (const auto& member : lyrics_members(plan))
        body.emplace(member.key(), member.value());
    return json_answer(200, body);
}

answer lyrics_answer_for(backend& all, request&& incoming) {
    ++all.counts.lyrics_creates;
    if (auto refusal = gate_create(all, incoming))
        return std::move(*refusal);
    auto prompt = read_prompt(incoming.body());
    if (!prompt)
        return error_answer(400, usual_type(400), "prompt is required");
    const auto does = all.behaviours.pick_for_lyrics(*prompt);
    const lyrics_behaviour& plan = does->lyrics;
    answer reply;
    if (!accepts(plan.create)) {
        reply = acceptance(plan.create, {});
    } else if (!all.balance.affords(price_of_lyrics)) {
        return error_answer(402, usual_type(402), usual_text(402));
    } else {
        const auto& fresh = accept_lyrics(all, std::move(*prompt), incoming, does);
        reply = acceptance(plan.create, fresh.id, plan.at_once ? lyrics_members(plan) : json::object{});
    }
    reply.delay = plan.create.delay;
    return reply;
}

}  // namespace simulator
