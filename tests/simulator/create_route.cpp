// POST /api/v1/producer/create
#include "acceptance.hpp"
#include "behaviour_reader.hpp"
#include "lifecycle.hpp"
#include "producer_routes.hpp"

namespace simulator {

namespace {

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
