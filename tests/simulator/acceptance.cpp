#include "acceptance.hpp"

#include <boost/json/serialize.hpp>

namespace simulator {

namespace json = boost::json;

namespace {

// An object of both, level by level; where they differ `first` counts.
json::object joined(json::object first, const json::object& second) {
    for (const auto& member : second) {
        auto* known = first.if_contains(member.key());
        if (!known)
            first.emplace(member.key(), member.value());
        else if (known->is_object() && member.value().is_object())
            *known = joined(known->get_object(), member.value().get_object());
    }
    return first;
}

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

}  // namespace

bool accepts(const create_behaviour& plan) {
    switch (plan.answer) {
        case create_answer::hang:
        case create_answer::cut_before: return false;
        case create_answer::status: return plan.reply.accepts;
        default: return true;
    }
}

answer acceptance(const create_behaviour& plan, const std::string& task_id, const json::object& further) {
    const auto with = [&](const json::object& body) { return json_answer(200, joined(body, further)); };
    switch (plan.answer) {
        case create_answer::ok: return with({{"message", "success"}, {"task_id", task_id}});
        case create_answer::ok_code_200:
            return with({{"code", 200}, {"message", "success"}, {"task_id", task_id}});
        case create_answer::ok_camel_case: return with({{"message", "success"}, {"taskId", task_id}});
        case create_answer::ok_nested:
            return with({{"message", "success"}, {"data", {{"task_id", task_id}}}});
        case create_answer::no_task_id: return with({{"message", "success"}});
        case create_answer::not_json: {
            auto reply = json_answer(200, {});
            reply.body = "task accepted, thank you";
            return reply;
        }
        case create_answer::cut_mid: {
            auto reply = with({{"message", "success"}, {"task_id", task_id}});
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

}  // namespace simulator
