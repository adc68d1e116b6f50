#include "adapters/aitronos/face.hpp"

#include "adapters/aitronos/credentials.hpp"
#include "adapters/aitronos/engine_json.hpp"
#include "adapters/aitronos/envelope.hpp"
#include "adapters/aitronos/idempotency_key.hpp"
#include "adapters/aitronos/job_json.hpp"
#include "adapters/aitronos/list_query.hpp"
#include "adapters/aitronos/order_reader.hpp"
#include "adapters/aitronos/rate_headers.hpp"
#include "adapters/aitronos/traceparent.hpp"
#include "gateway/http/trimmed.hpp"
#include "gateway/runtime/ascii.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/trace_context.hpp"

#include <array>

namespace adapters::aitronos {

namespace asio = boost::asio;
using gateway::errc;
using gateway::http::method;
using gateway::http::request;
using gateway::http::response;
using gateway::service::outcome;
using gateway::service::refusal;
using gateway::service::refused;

namespace {

using clock = std::chrono::system_clock;

response json_response(unsigned status, std::string body) {
    response answer;
    answer.status = status;
    answer.content_type = "application/json";
    answer.body = std::move(body);
    return answer;
}

response refuse_request(const refusal& why, const request& incoming) {
    if (face_of(why.code).status == 500)
        gateway::log::error("request_failed",
                            {{"request_id", incoming.request_id}, {"reason", why.explanation}});
    return refusal_response(why, incoming.request_id, clock::now());
}

bool requests_are_logged() {
    return gateway::log::enabled(gateway::log::level::info);
}

// What may be asked of a path, or of the server as a whole.
response options(std::string allow) {
    response answer;
    answer.status = 204;
    answer.set("allow", std::move(allow));
    answer.route = "options";
    return answer;
}

// What curl says when nobody tells it otherwise counts as not said.
bool is_other_than_json(const request& incoming) {
    const std::string* sent = incoming.header("content-type");
    if (!sent)
        return false;
    const std::string type =
        gateway::ascii::lowered(gateway::http::trimmed(std::string_view{*sent}.substr(0, sent->find(';'))));
    const bool not_said = type.empty() || type == "application/x-www-form-urlencoded";
    return !not_said && type != "application/json" &&
           !(type.starts_with("application/") && type.ends_with("+json"));
}

response no_such_route(const request& incoming, std::string allow) {
    if (incoming.method == method::options && incoming.path == "*")
        return options("GET, HEAD, POST, OPTIONS");
    if (!allow.empty())
        allow += ", OPTIONS";
    if (incoming.method == method::options && !allow.empty())
        return options(std::move(allow));
    if (allow.empty())
        return refuse_request(refused(errc::not_found, "no such route"), incoming);
    response answer = refuse_request(refused(errc::method_not_allowed, "allowed here: " + allow), incoming);
    answer.set("allow", std::move(allow));
    return answer;
}

}  // namespace

std::span<const gateway::http::route<face::endpoint>> face::routes() {
    static constexpr std::array<gateway::http::route<endpoint>, 8> table{{
        {method::post, "/v1/music/{organization_id}/generations", {access::music_capability, &face::create}},
        {method::get, "/v1/music/{organization_id}/generations", {access::member, &face::list}},
        {method::get, "/v1/music/{organization_id}/generations/{job_id}", {access::member, &face::get}},
        {method::post,
         "/v1/music/{organization_id}/generations/{job_id}/cancel",
         {access::member, &face::cancel}},
        {method::get, "/v1/music/{organization_id}/engines", {access::member, &face::engines}},
        {method::get, "/v1/music/{organization_id}/tracks/{track_id}", {access::member, &face::track}},
        {method::get, "/media/{file}", {access::signed_url, &face::play}},
        {method::get, "/openapi.json", {access::anybody, &face::document}},
    }};
    return table;
}

face::face(gateway::service::generations& generations, gateway::audio_archive& archive,
           const playback_urls& urls, gateway::service::failed_attempts& failures)
    : generations_{generations}, archive_{archive}, urls_{urls}, failures_{failures}, media_{archive, urls} {}

asio::awaitable<response> face::handle(request incoming) {
    auto line = gateway::http::find_route(routes(), incoming.method, incoming.path);
    if (!line.found)
        co_return no_such_route(incoming, std::move(line.allow));

    response answer;
    call now{incoming, line.arguments, generations_.current()};
    const auto admitted = admit(now, line.found->handle.needs);
    if (!admitted)
        answer = refuse_request(admitted.error(), incoming);
    else if (incoming.body_is == request::body_state::too_large)
        answer =
            refuse_request(refused(errc::body_too_large, "the request body is over the limit"), incoming);
    else
        answer = co_await (this->*line.found->handle.answer)(now);
    answer.route = line.found->pattern;
    say_rate(answer, now, line.found->handle.needs);
    if (now.caller)
        answer.set("cache-control", "no-store");  // a cache knows no X-API-Key (RFC 9111, 3.5)
    if (requests_are_logged())
        note_caller(answer, now, admitted.has_value());
    co_return answer;
}

// A request without a trace of its own belongs to that of the job it is about.
void face::note_caller(response& answer, const call& now, bool admitted) {
    if (!answer.notes)
        answer.notes = std::make_unique<gateway::http::request_notes>();
    if (admitted && now.caller)
        answer.notes->organization = now.arguments[0];
    const std::string traceparent = traceparent_of(now.incoming);
    if (!traceparent.empty())
        answer.notes->trace_id = gateway::trace_id_in(traceparent);
}

response face::refuse(gateway::http::refusal_kind kind, const std::string& request_id) {
    const error_face look = face_of(kind);
    envelope_text text;
    text.system_message = look.message;
    text.trace_id = request_id;
    text.now = clock::now();
    response answer = error_response(look, text);
    if (look.status == 503)
        answer.set("retry-after", "5");
    return answer;
}

outcome<void> face::admit(call& now, access needs) const {
    if (needs == access::signed_url || needs == access::anybody)
        return {};
    const auto& keys = now.rules->keys;
    const auto caller = keys.authenticate(presented_key(now.incoming), clock::now());
    if (!caller)
        return caller.error().code == errc::invalid_api_key ? failed_attempt(now, caller.error())
                                                            : caller.error();
    now.caller = *caller;
    if (auto member = keys.admit(**caller, now.arguments[0]); !member)
        return member;
    if (needs == access::music_capability)  // creates are counted by the store
        return keys.permit(**caller, gateway::music_capability);
    const auto moment = gateway::service::rate_meter::clock::now();
    if (!(*caller)->other_requests.take(moment))
        return (*caller)->other_requests.over(moment);
    return {};
}

// Whoever tries keys is told less and less.
refusal face::failed_attempt(const call& now, refusal why) const {
    if (!now.incoming.origin)
        return why;
    const auto wait = failures_.count(*now.incoming.origin, now.rules->failed_attempts_per_minute,
                                      gateway::service::failed_attempts::clock::now());
    if (!wait)
        return why;
    refusal answer = refused(errc::rate_limited, "too many unknown API keys from this address");
    answer.retry_after = wait;
    return answer;
}

// Every answer to a key that has a rate says what is left of it.
void face::say_rate(response& answer, const call& now, access needs) {
    if (!now.caller)
        return;
    const auto& meter = needs == access::music_capability ? now.caller->creates : now.caller->other_requests;
    if (const auto rate = meter.state(gateway::service::rate_meter::clock::now()))
        set_rate_headers(answer, *rate, clock::now());
}

// Nothing is minted for a job without audio: its track has been deleted (reference/aitronos-api 8, 16).
std::string face::playback_url_of(const gateway::job& of) const {
    if (of.state.status != gateway::job_status::succeeded || !of.state.audio)
        return {};
    const std::string track_id = gateway::track_id_of(of.id);
    const std::string& extension = of.state.audio->extension;
    if (auto direct = archive_.direct_url(track_id, extension, urls_.ttl()))
        return std::move(*direct);
    return urls_.mint(track_id, extension, std::chrono::floor<std::chrono::seconds>(clock::now()));
}

response face::job_response(unsigned status, const gateway::job& of, const call& now) const {
    constexpr std::size_t typical_job = 512;
    std::string body;
    body.reserve(typical_job);
    append_job(body, of, playback_url_of(of), now.rules->engines);
    response answer = json_response(status, std::move(body));
    if (requests_are_logged()) {
        answer.notes = std::make_unique<gateway::http::request_notes>();
        answer.notes->job_id = of.id;
        answer.notes->trace_id = trace_id_of(of);
    }
    return answer;
}

asio::awaitable<response> face::create(const call& now) {
    if (is_other_than_json(now.incoming))
        co_return refuse_request(refused(errc::unsupported_media_type, "the body must be application/json"),
                                 now.incoming);
    auto draft = read_order(now.incoming.body);
    if (!draft)
        co_return refuse_request(draft.error(), now.incoming);
    take_idempotency_key(now.incoming, draft->idempotency_key);

    auto creation = generations_.create(*now.caller, now.arguments[0], std::move(*draft),
                                        traceparent_of(now.incoming), now.incoming.by);
    const auto made = co_await std::move(creation);
    if (!made)
        co_return refuse_request(made.error(), now.incoming);
    response answer = job_response(202, made->value, now);
    if (made->replayed)
        answer.set("idempotency-replayed", "true");
    co_return answer;
}

asio::awaitable<response> face::list(const call& now) {
    const auto filter = read_list_query(now.incoming.query);
    if (!filter)
        co_return refuse_request(filter.error(), now.incoming);
    const auto page = co_await generations_.list(*now.caller, now.arguments[0], *filter, now.incoming.by);
    if (!page)
        co_return refuse_request(page.error(), now.incoming);
    co_return json_response(200, job_list(*page, filter->limit, filter->offset));
}

asio::awaitable<response> face::get(const call& now) {
    const auto found =
        co_await generations_.get(*now.caller, now.arguments[0], now.arguments[1], now.incoming.by);
    if (!found)
        co_return refuse_request(found.error(), now.incoming);
    co_return job_response(200, *found, now);
}

asio::awaitable<response> face::cancel(const call& now) {
    const auto ended =
        co_await generations_.cancel(*now.caller, now.arguments[0], now.arguments[1], now.incoming.by);
    if (!ended)
        co_return refuse_request(ended.error(), now.incoming);
    co_return job_response(200, *ended, now);
}

asio::awaitable<response> face::engines(const call&) {
    co_return json_response(200, engine_list(generations_.engines()));
}

asio::awaitable<response> face::track(const call& now) {
    const auto found =
        co_await generations_.track(*now.caller, now.arguments[0], now.arguments[1], now.incoming.by);
    if (!found)
        co_return refuse_request(found.error(), now.incoming);
    std::string body;
    append_track(body, *found, playback_url_of(*found), now.rules->engines);
    co_return json_response(200, std::move(body));
}

asio::awaitable<response> face::play(const call& now) {
    response answer = co_await media_.serve(now.incoming, now.arguments[0]);
    co_return answer;
}

asio::awaitable<response> face::document(const call& now) {
    co_return document_.serve(now.incoming, urls_.public_url(), now.rules);
}

}  // namespace adapters::aitronos
