#include "adapters/aitronos/envelope.hpp"

#include "adapters/aitronos/json_text.hpp"
#include "gateway/domain/job.hpp"

namespace adapters::aitronos {

using gateway::errc;
using gateway::http::refusal_kind;
using gateway::service::refusal;

namespace {

constexpr std::string_view client_error{"client_error"};
constexpr std::string_view authentication_error{"authentication_error"};
constexpr std::string_view authorization_error{"authorization_error"};
constexpr std::string_view rate_limit_error{"rate_limit_error"};
constexpr std::string_view server_error{"server_error"};

constexpr error_face internal_face{500, "INTERNAL_SERVER_ERROR", server_error,
                                   "An unexpected error occurred. Please try again later."};
constexpr error_face unavailable_face{503, "SERVICE_UNAVAILABLE", server_error,
                                      "The service is temporarily unavailable. Please try again later."};

// Where nobody said when to come back. Short: SDKs that retry by themselves wait at most 30 s
// (reference/aitronos-api 6.1).
constexpr std::chrono::seconds usual_retry{5};

std::string details_of(const refusal& of) {
    std::string details{"{"};
    const auto add = [&](std::string_view name, std::string_view value) {
        if (details.size() > 1)
            details += ',';
        append_string(details, name);
        details += ':';
        append_string(details, value);
    };
    if (!of.field.empty())
        add("field", of.field);
    for (const auto& [name, value] : of.ids)
        add(name, value);
    details += '}';
    return details;
}

void set_retry_after(gateway::http::response& answer, const refusal& of) {
    const bool for_now = answer.status == 429 || answer.status == 503;
    if (!for_now && !of.retry_after)
        return;
    answer.set("retry-after", std::to_string(of.retry_after.value_or(usual_retry).count()));
}

}  // namespace

error_face face_of(errc code) noexcept {
    switch (code) {
        case errc::authentication_required:
            return {401, "AUTHENTICATION_REQUIRED", authentication_error,
                    "Authentication required. Please provide a valid API key."};
        case errc::invalid_api_key:
            return {401, "INVALID_API_KEY", authentication_error, "The API key is not valid."};
        case errc::api_key_expired:
            return {401, "API_KEY_EXPIRED", authentication_error, "The API key has expired."};
        case errc::api_key_paused:
            return {401, "API_KEY_PAUSED", authentication_error, "The API key is paused."};
        case errc::api_key_deactivated:
            return {401, "API_KEY_DEACTIVATED", authentication_error, "The API key has been deactivated."};
        case errc::organization_access_denied:
            return {403, "ORGANIZATION_ACCESS_DENIED", authorization_error,
                    "You do not have access to this organization."};
        case errc::insufficient_permissions:
            return {403, "INSUFFICIENT_PERMISSIONS", authorization_error,
                    "You do not have permission to access this resource."};
        case errc::invalid_request:
            return {422, "VALIDATION_ERROR", "validation_error", "The request contains invalid parameters."};
        case errc::body_too_large:
            return {413, "REQUEST_TOO_LARGE", client_error, "The request is too large."};
        case errc::unsupported_media_type:
            return {415, "UNSUPPORTED_MEDIA_TYPE", client_error, "The request body must be JSON."};
        case errc::not_found:
            return {404, "RESOURCE_NOT_FOUND", client_error, "The requested resource was not found."};
        case errc::method_not_allowed:
            return {405, "METHOD_NOT_ALLOWED", client_error, "The method is not allowed for this resource."};
        case errc::rate_limited:
            return {429, "RATE_LIMIT_EXCEEDED", rate_limit_error,
                    "Too many requests. Please try again later."};
        case errc::queue_full:
            return {429, "RATE_LIMIT_EXCEEDED", rate_limit_error,
                    "Too many jobs are waiting. Please try again later."};
        case errc::insufficient_credits:
            return {402, "INSUFFICIENT_CREDITS", client_error,
                    "There are not enough credits to generate music."};
        case errc::engine_retired:
            return {410, "ENGINE_RETIRED", client_error, "The engine is no longer available."};
        case errc::signature_invalid:
        case errc::signature_expired:
            return {403, "ACCESS_DENIED", authorization_error, "Access to this resource is denied."};
        case errc::backend_unavailable:
        case errc::store_unavailable:
        case errc::deadline_exceeded:
        case errc::draining: return unavailable_face;
        case errc::lease_lost:
        case errc::job_ended:
        case errc::archive_failed:
        case errc::not_audio:
        case errc::audio_work_failed:
        case errc::internal: return internal_face;
    }
    return internal_face;
}

error_face face_of(refusal_kind kind) noexcept {
    constexpr std::string_view broken{"The request could not be read."};
    switch (kind) {
        case refusal_kind::malformed_request: return {status_of(kind), "BAD_REQUEST", client_error, broken};
        case refusal_kind::request_timeout:
            return {status_of(kind), "REQUEST_TIMEOUT", client_error, "The request did not arrive in time."};
        case refusal_kind::target_too_long:
            return {status_of(kind), "URI_TOO_LONG", client_error, "The request target is too long."};
        case refusal_kind::expectation_failed:
            return {status_of(kind), "EXPECTATION_FAILED", client_error, broken};
        case refusal_kind::headers_too_large:
            return {status_of(kind), "REQUEST_HEADERS_TOO_LARGE", client_error,
                    "The request headers are too large."};
        case refusal_kind::internal_error: return internal_face;
        case refusal_kind::unsupported_transfer_coding:
            return {status_of(kind), "NOT_IMPLEMENTED", server_error, broken};
        case refusal_kind::too_many_connections: return unavailable_face;
        case refusal_kind::unsupported_version:
            return {status_of(kind), "HTTP_VERSION_NOT_SUPPORTED", server_error, broken};
    }
    return internal_face;
}

std::string envelope(const error_face& face, const envelope_text& text) {
    std::string out;
    out.reserve(384 + text.system_message.size() + text.details.size());
    out += "{\"success\":false,\"error\":{\"code\":";
    append_string(out, face.code);
    out += ",\"message\":";
    append_string(out, face.message);
    out += ",\"system_message\":";
    append_string(out, text.system_message);
    out += ",\"type\":";
    append_string(out, face.type);
    out += ",\"status\":";
    append_integer(out, face.status);
    out += ",\"details\":";
    out += text.details;
    out += ",\"trace_id\":";
    append_string(out, text.trace_id);
    out += ",\"timestamp\":";
    append_string(out, gateway::to_iso8601(std::chrono::floor<std::chrono::milliseconds>(text.now)));
    out += "}}";
    return out;
}

gateway::http::response error_response(const error_face& face, const envelope_text& text) {
    gateway::http::response answer;
    answer.status = face.status;
    answer.content_type = "application/json";
    answer.body = envelope(face, text);
    return answer;
}

gateway::http::response refusal_response(const refusal& of, std::string_view trace_id,
                                         std::chrono::system_clock::time_point now) {
    const error_face face = face_of(of.code);
    envelope_text text;
    text.system_message =
        face.status == 500 ? std::string_view{"internal error"} : std::string_view{of.explanation};
    text.details = details_of(of);
    text.trace_id = trace_id;
    text.now = now;

    gateway::http::response answer = error_response(face, text);
    set_retry_after(answer, of);
    if (face.status == 401)
        answer.set("www-authenticate", "Bearer realm=\"music-gateway\"");  // RFC 9110, 15.5.2; RFC 6750, 3
    return answer;
}

}  // namespace adapters::aitronos
