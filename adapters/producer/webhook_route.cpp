#include "adapters/producer/webhook_route.hpp"

#include "gateway/domain/error.hpp"
#include "gateway/runtime/log.hpp"

namespace adapters::producer {

namespace asio = boost::asio;
using gateway::errc;
using gateway::heard;
using gateway::http::request;
using gateway::http::response;

namespace {

constexpr std::string_view pattern = "/hooks/producer/{token}";  // never the token: it is worth an answer
constexpr std::string_view retry_after = "5";

response answer(unsigned status, std::string_view member, std::string_view text) {
    response made;
    made.status = status;
    made.content_type = "application/json";
    made.body.append("{\"").append(member).append("\":\"").append(text).append("\"}");
    made.route = pattern;
    made.path_is_secret = true;
    return made;
}

response refusal(unsigned status, std::string_view why) {
    return answer(status, "error", why);
}

response unauthorized(std::string_view why) {
    response refused = refusal(401, why);
    refused.set("www-authenticate", "Webhook-Signature");  // RFC 9110, 15.5.2 wants some scheme named
    return refused;
}

std::string_view header(const request& incoming, std::string_view name) {
    const std::string* value = incoming.header(name);
    return value ? std::string_view{*value} : std::string_view{};
}

webhook_delivery delivery_in(const request& incoming) {
    webhook_delivery delivery;
    delivery.timestamp = header(incoming, "x-webhook-timestamp");
    delivery.signature = header(incoming, "x-webhook-signature");
    delivery.event_id = header(incoming, "x-webhook-id");
    if (delivery.event_id.empty())
        delivery.event_id = header(incoming, "idempotency-key");
    delivery.body = incoming.body;
    return delivery;
}

}  // namespace

asio::awaitable<response> webhook_route::handle(request incoming) {
    if (incoming.method != gateway::http::method::post) {
        response refused = refusal(405, "deliveries are POSTed");
        refused.set("allow", "POST");
        co_return refused;
    }
    const auto named = signer_.call_of(std::string_view{incoming.path}.substr(webhook_path.size()));
    if (!named) {
        counts_.webhook("unknown_token");
        co_return refusal(404, "no such hook");
    }
    if (incoming.body_is == request::body_state::too_large)
        co_return refusal(413, "the body is over the limit");
    response made = co_await deliver(incoming, *named);
    if (gateway::log::enabled(gateway::log::level::info)) {
        made.notes = std::make_unique<gateway::http::request_notes>();
        made.notes->job_id = named->job_id;
    }
    co_return made;
}

asio::awaitable<response> webhook_route::deliver(const request& incoming, announced_call of) {
    const std::string secret = signer_.secret_of(of.job_id);
    auto event = read_webhook(delivery_in(incoming), of, secret);
    if (!event) {
        const bool forged = event.error() == webhook_fault::wrong_signature;
        counts_.webhook(forged ? "wrong_signature" : "not_readable");
        gateway::log::warning("webhook_refused", {{"job_id", of.job_id},
                                                  {"request_id", incoming.request_id},
                                                  {"peer", incoming.peer},
                                                  {"reason", forged ? "wrong signature" : "no event in it"}});
        co_return forged ? unauthorized("the signature is not valid") : refusal(400, "no event in the body");
    }
    const auto outcome = co_await listener_.hear(std::move(*event), incoming.by);
    if (!outcome) {
        const bool unknown = is(outcome.error(), errc::not_found);
        counts_.webhook(unknown ? "unknown_job" : "store_unavailable");
        if (unknown)
            co_return refusal(404, "no such job");
        response later = refusal(503, "try again");
        later.set("retry-after", std::string{retry_after});
        co_return later;
    }
    counts_.webhook(to_string(*outcome));
    if (*outcome == heard::stale)
        co_return unauthorized("the timestamp is not recent");
    co_return answer(200, "status", to_string(*outcome));
}

response webhook_route::refuse(gateway::http::refusal_kind, const std::string&) {
    return refusal(500, "refused");
}

}  // namespace adapters::producer
