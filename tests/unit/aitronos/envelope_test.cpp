// What a client sees of each failure.
#include "adapters/aitronos/envelope.hpp"

#include "adapters/aitronos/rate_headers.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <set>

using namespace adapters::aitronos;
using gateway::errc;
using gateway::http::refusal_kind;
using namespace gateway::service;

namespace {

const std::chrono::system_clock::time_point now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 28} +
                                                std::chrono::minutes{630}};

std::string header(const gateway::http::response& answer, std::string_view name) {
    for (const auto& [each, value] : answer.headers)
        if (each == name)
            return value;
    return "(none)";
}

}  // namespace

TEST(Envelope, ReadsAsTheThreeDocumentedExamples) {
    EXPECT_EQ(
        refusal_response(refused(errc::authentication_required, "Missing or invalid authorization header"),
                         "req_abc123xyz", now)
            .body,
        R"({"success":false,"error":{"code":"AUTHENTICATION_REQUIRED",)"
        R"("message":"Authentication required. Please provide a valid API key.",)"
        R"("system_message":"Missing or invalid authorization header","type":"authentication_error",)"
        R"("status":401,"details":{},"trace_id":"req_abc123xyz","timestamp":"2026-06-28T10:30:00Z"}})");
    EXPECT_EQ(
        refusal_response(refused(errc::insufficient_permissions, "USE_MUSIC_GENERATION capability required"),
                         "req_def456uvw", now)
            .body,
        R"({"success":false,"error":{"code":"INSUFFICIENT_PERMISSIONS",)"
        R"("message":"You do not have permission to access this resource.",)"
        R"("system_message":"USE_MUSIC_GENERATION capability required","type":"authorization_error",)"
        R"("status":403,"details":{},"trace_id":"req_def456uvw","timestamp":"2026-06-28T10:30:00Z"}})");
    EXPECT_EQ(refusal_response(bad_field("duration_seconds", "duration_seconds exceeds the engine maximum"),
                               "req_ghi789rst", now)
                  .body,
              R"({"success":false,"error":{"code":"VALIDATION_ERROR",)"
              R"("message":"The request contains invalid parameters.",)"
              R"("system_message":"duration_seconds exceeds the engine maximum","type":"validation_error",)"
              R"("status":422,"details":{"field":"duration_seconds"},"trace_id":"req_ghi789rst",)"
              R"("timestamp":"2026-06-28T10:30:00Z"}})");
}

TEST(Envelope, EachFailureHasItsStatusCodeAndType) {
    struct line {
        errc code;
        unsigned status;
        const char* name;
        const char* type;
    };
    const line table[] = {
        {errc::authentication_required, 401, "AUTHENTICATION_REQUIRED", "authentication_error"},
        {errc::invalid_api_key, 401, "INVALID_API_KEY", "authentication_error"},
        {errc::api_key_expired, 401, "API_KEY_EXPIRED", "authentication_error"},
        {errc::api_key_paused, 401, "API_KEY_PAUSED", "authentication_error"},
        {errc::api_key_deactivated, 401, "API_KEY_DEACTIVATED", "authentication_error"},
        {errc::organization_access_denied, 403, "ORGANIZATION_ACCESS_DENIED", "authorization_error"},
        {errc::insufficient_permissions, 403, "INSUFFICIENT_PERMISSIONS", "authorization_error"},
        {errc::invalid_request, 422, "VALIDATION_ERROR", "validation_error"},
        {errc::body_too_large, 413, "REQUEST_TOO_LARGE", "client_error"},
        {errc::unsupported_media_type, 415, "UNSUPPORTED_MEDIA_TYPE", "client_error"},
        {errc::not_found, 404, "RESOURCE_NOT_FOUND", "client_error"},
        {errc::method_not_allowed, 405, "METHOD_NOT_ALLOWED", "client_error"},
        {errc::rate_limited, 429, "RATE_LIMIT_EXCEEDED", "rate_limit_error"},
        {errc::queue_full, 429, "RATE_LIMIT_EXCEEDED", "rate_limit_error"},
        {errc::insufficient_credits, 402, "INSUFFICIENT_CREDITS", "client_error"},
        {errc::engine_retired, 410, "ENGINE_RETIRED", "client_error"},
        {errc::backend_unavailable, 503, "SERVICE_UNAVAILABLE", "server_error"},
        {errc::store_unavailable, 503, "SERVICE_UNAVAILABLE", "server_error"},
        {errc::deadline_exceeded, 503, "SERVICE_UNAVAILABLE", "server_error"},
        {errc::draining, 503, "SERVICE_UNAVAILABLE", "server_error"},
        {errc::signature_invalid, 403, "ACCESS_DENIED", "authorization_error"},
        {errc::signature_expired, 403, "ACCESS_DENIED", "authorization_error"},
        {errc::lease_lost, 500, "INTERNAL_SERVER_ERROR", "server_error"},
        {errc::job_ended, 500, "INTERNAL_SERVER_ERROR", "server_error"},
        {errc::archive_failed, 500, "INTERNAL_SERVER_ERROR", "server_error"},
        {errc::not_audio, 500, "INTERNAL_SERVER_ERROR", "server_error"},
        {errc::audio_work_failed, 500, "INTERNAL_SERVER_ERROR", "server_error"},
        {errc::internal, 500, "INTERNAL_SERVER_ERROR", "server_error"},
    };
    EXPECT_EQ(std::size(table), static_cast<std::size_t>(errc::internal)) << "every failure is in the table";
    for (const line& each : table) {
        const auto answer = refusal_response(refused(each.code, "why"), "req_1", now);
        const auto error = boost::json::parse(answer.body).at("error");
        EXPECT_EQ(answer.status, each.status) << each.name;
        EXPECT_EQ(error.at("status").as_int64(), each.status);
        EXPECT_EQ(error.at("code"), each.name);
        EXPECT_EQ(error.at("type"), each.type);
        EXPECT_FALSE(error.at("message").as_string().empty());
        EXPECT_EQ(answer.content_type, "application/json");
        const bool for_now = each.status == 429 || each.status == 503;
        EXPECT_EQ(header(answer, "retry-after"), for_now ? "5" : "(none)") << each.name;
        EXPECT_EQ(header(answer, "www-authenticate"),
                  each.status == 401 ? "Bearer realm=\"music-gateway\"" : "(none)");
    }
}

TEST(Envelope, TheReasonOfAnInternalFailureStaysInside) {
    const auto answer = refusal_response(refused(errc::internal, "redis at 10.0.0.7 said no"), "req_1", now);
    EXPECT_EQ(answer.body.find("redis"), std::string::npos);
}

TEST(Envelope, DetailsNameTheFieldOrTheIds) {
    auto lost = nothing_found("job_id", "mgen_\"\xFF");
    lost.ids.emplace_back("organization_id", "org");
    const auto details = boost::json::parse(refusal_response(lost, "r", now).body).at("error").at("details");
    EXPECT_EQ(details.as_object().size(), 2u);
    EXPECT_EQ(details.at("job_id"), "mgen_\"\xEF\xBF\xBD");
    EXPECT_EQ(details.at("organization_id"), "org");
}

TEST(RateHeaders, AreTheDocumentedOnes) {
    gateway::http::response answer;
    adapters::aitronos::set_rate_headers(answer, {600, 17, std::chrono::seconds{7}, std::chrono::seconds{2}},
                                         now);
    EXPECT_EQ(header(answer, "x-ratelimit-limit"), "600");
    EXPECT_EQ(header(answer, "x-ratelimit-remaining"), "17");
    EXPECT_EQ(header(answer, "x-ratelimit-reset"), "1782642607");
    EXPECT_EQ(header(answer, "x-ratelimit-retry-after"), "2");
}

TEST(Envelope, TheTransportsRefusalsLookAlike) {
    std::set<std::string> codes;
    for (const refusal_kind kind :
         {refusal_kind::malformed_request, refusal_kind::request_timeout, refusal_kind::target_too_long,
          refusal_kind::expectation_failed, refusal_kind::headers_too_large, refusal_kind::internal_error,
          refusal_kind::unsupported_transfer_coding, refusal_kind::too_many_connections,
          refusal_kind::unsupported_version}) {
        const error_face look = face_of(kind);
        EXPECT_EQ(look.status, status_of(kind));
        EXPECT_EQ(look.type, look.status < 500 ? "client_error" : "server_error");
        EXPECT_TRUE(codes.insert(std::string{look.code}).second);
    }
}
