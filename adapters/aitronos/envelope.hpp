#pragma once
// The one place that says what a client sees of each failure (reference/aitronos-api 2.5, 3.1, 7).

#include "gateway/http/handler.hpp"
#include "gateway/service/refusal.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace adapters::aitronos {

// How a kind of failure looks from outside. `message` is fit for a user; statuses and codes are what clients
// branch on.
struct error_face {
    unsigned status;
    std::string_view code;
    std::string_view type;
    std::string_view message;
};

error_face face_of(gateway::errc code) noexcept;
error_face face_of(gateway::http::refusal_kind kind) noexcept;

// 416 is the media route's alone, and no failure of the gateway.
inline constexpr error_face range_not_satisfiable{416, "RANGE_NOT_SATISFIABLE", "client_error",
                                                  "The requested range is not available."};

// 412 is that of what has an entity tag: the document and the media.
inline constexpr error_face precondition_failed{412, "PRECONDITION_FAILED", "client_error",
                                                "The resource is no longer the one that was asked for."};

// The envelope with its eight members; `trace_id` is the request's id.
struct envelope_text {
    std::string_view system_message;
    std::string details = "{}";  // a JSON object, as text
    std::string_view trace_id;
    std::chrono::system_clock::time_point now;
};
std::string envelope(const error_face& face, const envelope_text& text);

// The response with that envelope, and nothing else.
gateway::http::response error_response(const error_face& face, const envelope_text& text);

// The whole response: envelope, and Retry-After (always with 429 and 503). The explanation
// of an internal failure is for the log alone.
gateway::http::response refusal_response(const gateway::service::refusal& refusal, std::string_view trace_id,
                                         std::chrono::system_clock::time_point now);

}  // namespace adapters::aitronos
