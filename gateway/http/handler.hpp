#pragma once
// What the transport asks of whoever answers: the public face on the client port, health and metrics on the
// admin port.

#include "gateway/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace gateway::http {

// What the transport refuses by itself, before or instead of a handler.
enum class refusal_kind {
    malformed_request,            // 400: not HTTP/1.x, or ambiguous enough to smuggle a second request
    request_timeout,              // 408: the request did not arrive in time
    target_too_long,              // 414: the request line does not end within the limit of the headers
    expectation_failed,           // 417: an Expect other than 100-continue
    headers_too_large,            // 431: the fields are over the limit, or too many
    internal_error,               // 500: the handler threw; a bug, already logged
    unsupported_transfer_coding,  // 501: a transfer coding that has nothing of chunked, or comes before it
    too_many_connections,         // 503: over the connection limit
    unsupported_version,          // 505: HTTP, but not 1.0 or 1.1
};

constexpr unsigned status_of(refusal_kind kind) {
    switch (kind) {
        case refusal_kind::malformed_request: return 400;
        case refusal_kind::request_timeout: return 408;
        case refusal_kind::target_too_long: return 414;
        case refusal_kind::expectation_failed: return 417;
        case refusal_kind::headers_too_large: return 431;
        case refusal_kind::internal_error: return 500;
        case refusal_kind::unsupported_transfer_coding: return 501;
        case refusal_kind::too_many_connections: return 503;
        case refusal_kind::unsupported_version: return 505;
    }
    return 500;
}

// Called on the thread of the connection, for many requests at a time, each in its own coroutine. Outlives
// the connections. One handler per thread needs no locks.
class handler {
public:
    virtual ~handler() = default;

    // Answers one request. `incoming.by` is the handler's own time budget, for it to keep. An exception is a
    // bug: it is logged, and answered by refuse(internal_error).
    virtual boost::asio::awaitable<response> handle(request incoming) = 0;

    // Composes the body of an answer that the transport gives by itself, in the face's own error envelope.
    // The transport sets the status (status_of) and closes the connection, except after internal_error. Must
    // not block.
    virtual response refuse(refusal_kind kind, const std::string& request_id) = 0;
};

}  // namespace gateway::http
