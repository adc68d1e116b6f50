// POST /api/v1/producer/create
#include "behaviour_reader.hpp"
#include "lifecycle.hpp"
#include "producer_routes.hpp"

#include <boost/json/serialize.hpp>

namespace simulator {

namespace json = boost::json;

namespace {

answer error_reply_answer(const error_reply& reply) {
    answer out;
    if (reply.body) {
        out.status = reply.status;
        out.body = *reply.body;
        out.content_type = reply.content_type.empty() ? "text/html; charset=utf-8" : reply.content_type;
    } else {
        const json::string type{reply.type.empty() ? usual_type(reply.status) : std::string_view{reply.type}};
        const json::string text{reply.error.empty() ? usual_text(reply.status)
                                                    : std::string_view{reply.error}};
        json::object body{{"type", type}, {"error", text}};
        switch (reply.shape) {
            case error_shape::type_and_error: break;
            case error_shape::with_code:
            case error_shape::ok_status: body["code"] = reply.status; break;
            case error_shape::with_message: body = {{"code", reply.status}, {"message", text}}; break;
            case error_shape::nested: body["error"] = json::object{{"message", text}, {"type", type}}; break;
        }
        out = json_answer(reply.shape == error_shape::ok_status ? 200 : reply.status, body);
        if (!reply.content_type.empty())
            out.content_type = reply.content_type;
    }
    if (reply.retry_after)
        out.headers.emplace_back("Retry-After", *reply.retry_after);
    return out;
}

bool accepts(const create_behaviour& plan) {
    switch (plan.answer) {
        case create_answer::hang:
        case create_answer::cut_before: return false;
        case create_answer::status: return plan.reply.accepts;
        default: return true;
    }
}

answer acceptance(const create_behaviour& plan, const std::string& task_id) {
    switch (plan.answer) {
        case create_answer::ok: return json_answer(200, {{"message", "success"}, {"task_id", task_id}});
        case create_answer::ok_code_200:
            return json_answer(200, {{"code", 200}, {"message", "success"}, {"task_id", task_id}});
        case create_answer::ok_camel_case:
            return json_answer(200, {{"message", "success"}, {"taskId", task_id}});
        case create_answer::ok_nested:
            return json_answer(200, {{"message", "success"}, {"data", {{"task_id", task_id}}}});
        case create_answer::no_task_id: return json_answer(200, {{"message", "success"}});
        case create_answer::not_json: {
            auto reply = json_answer(200, {});
            reply.body = "task accepted, thank you";
            return reply;
        }
        case create_answer::cut_mid: {
            auto reply = json_answer(200, {{"message", "success"}, {"task_id", task_id}});
            reply.how = answer::ending::reset_mid;
            return reply;
        }
        case create_answer::status: return error_reply_answer(plan.reply);
        case create_answer::hang:
        case create_answer::hang_after: return plain_ending(answer::ending::hang);
        case create_answer::cut_before:
        case create_answer::cut_after: return plain_ending(answer::ending::reset);
    }
    return html_answer(500);
}

// What this create is called in creates_by_answer.
std::string answer_name(const answer& reply, create_answer kind) {
    switch (kind) {
        case create_answer::ok:
        case create_answer::ok_code_200:
        case create_answer::ok_camel_case:
        case create_answer::ok_nested:
        case create_answer::status: return std::to_string(reply.status);
        default: return std::string{name_of(kind)};
    }
}

answer with_behaviour(backend& all, create_request asked, request&& incoming) {
    const auto does = all.behaviours.pick(asked, all.counts.creates_received);
    auto& alike = all.counts.creates_like(asked);
    ++alike.received;

    answer reply;
    if (!accepts(does->create)) {
        reply = acceptance(does->create, {});
    } else if (!all.balance.affords(price_of_create)) {
        ++all.counts.creates_by_answer["402"];
        return error_answer(402, usual_type(402), usual_text(402));
    } else {
        ++alike.accepted;
        const auto trace = incoming["traceparent"];
        auto& fresh = accept_task(all, std::move(asked), std::move(incoming.body()),
                                  std::string{trace.data(), trace.size()}, does);
        reply = acceptance(does->create, fresh.id);
        if (does->webhook.mode == webhook_mode::early) {
            reply.wait_for = std::make_shared<latch>(all.context.get_executor());
            announce_task(all, fresh, does->webhook, reply.wait_for);
        }
    }
    reply.delay = does->create.delay;
    ++all.counts.creates_by_answer[answer_name(reply, does->create.answer)];
    return reply;
}

answer counted(backend& all, answer refusal) {
    ++all.counts.creates_by_answer[std::to_string(refusal.status)];
    return refusal;
}

}  // namespace

answer create_answer_for(backend& all, request&& incoming) {
    ++all.counts.creates_received;
    all.counts.last_create_headers = incoming.base();
    if (auto refusal = gate_create(all, incoming))
        return counted(all, std::move(*refusal));

    auto read = read_create_request(incoming.body(), all.given.allow_http_webhooks);
    if (const auto* refusal = std::get_if<create_refusal>(&read))
        return counted(all, error_answer(refusal->status, usual_type(refusal->status), refusal->text));
    if (all.flags.retired)
        return counted(all, error_answer(410, usual_type(410), usual_text(410)));
    return with_behaviour(all, std::move(std::get<create_request>(read)), std::move(incoming));
}

}  // namespace simulator
