#include "answer.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/json/serialize.hpp>

namespace simulator {

namespace json = boost::json;

answer json_answer(unsigned status, const json::object& body) {
    answer reply;
    reply.status = status;
    reply.body = json::serialize(body);
    return reply;
}

answer error_answer(unsigned status, std::string_view type, std::string_view text) {
    return json_answer(status, {{"type", type}, {"error", text}});
}

answer html_answer(unsigned status) {
    const auto number = std::to_string(status);
    answer reply;
    reply.status = status;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = "<!DOCTYPE html><html><head><title>" + number + "</title></head><body><h1>" + number +
                 "</h1><p>" + std::string{usual_text(status)} + "</p></body></html>";
    return reply;
}

answer plain_ending(answer::ending how) {
    answer reply;
    reply.how = how;
    return reply;
}

std::string_view usual_type(unsigned status) noexcept {
    switch (status) {
        case 202: return "not_ready";
        case 400: return "validation_error";
        case 401: return "unauthorized";
        case 402: return "insufficient_credits";
        case 403: return "forbidden";
        case 404: return "not_found";
        case 410: return "endpoint_retired";
        case 429: return "rate_limited";
        case 502: return "upstream_error";
        case 504: return "timeout";
        default: return "internal_error";
    }
}

std::string_view usual_text(unsigned status) noexcept {
    switch (status) {
        case 202: return "task is not finished, poll again shortly";
        case 400: return "the request is not valid";
        case 401: return "invalid api key";
        case 402: return "not enough credits for this call";
        case 403: return "access denied";
        case 404: return "This page could not be found.";
        case 405: return "Method Not Allowed";
        case 410: return "this task type has been permanently retired";
        case 429: return "too many requests";
        case 502: return "the upstream engine refused the request";
        case 504: return "the task timed out, credits returned";
        default: return "internal error";
    }
}

std::string wire_text(const answer& from, bool http_10, bool keep_alive, bool head_only) {
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(from.status));
    std::string text;
    text.reserve(256 + from.body.size());
    text.append("HTTP/1.1 ").append(std::to_string(from.status)).append(" ");
    text.append(reason.data(), reason.size());
    text.append("\r\nServer: Vercel\r\n");
    if (!from.content_type.empty())
        text.append("Content-Type: ").append(from.content_type).append("\r\n");
    for (const auto& [name, value] : from.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    const bool declare = !from.stream || from.stream->declare_length;
    // 204 and 304 must not carry a length.
    if (declare && from.status != 204 && from.status != 304) {
        const auto length = from.stream ? from.stream->length : from.body.size();
        text.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
    }
    if (!keep_alive)
        text.append("Connection: close\r\n");
    else if (http_10)
        text.append("Connection: keep-alive\r\n");
    text.append("\r\n");
    if (!from.stream && !head_only)
        text.append(from.body);
    return text;
}

}  // namespace simulator
