#pragma once
// Requests and responses as handlers see them: plain values, no Beast. Only the transport knows how they
// travel.

#include "gateway/domain/client_origin.hpp"
#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::http {

enum class method { get, head, post, put, patch, del, options, other };

struct request {
    enum class body_state {
        complete,
        too_large,  // over the limit; `body` is empty and the connection closes after the answer
    };

    http::method method = http::method::other;
    std::string method_name;  // as sent, for logs
    std::string path;  // percent-decoded by segment is the route table's work: this is raw, without the query
    std::string query;                                         // raw, without '?'
    std::vector<std::pair<std::string, std::string>> headers;  // names lower-cased, in the order they came
    std::string body;
    body_state body_is = body_state::complete;
    std::string peer;                     // "127.0.0.1:51234", or "unix"
    std::optional<client_origin> origin;  // nothing: a UNIX socket
    std::string request_id;               // "req_...": x-request-id of the response, trace_id of its errors
    deadline by = deadline::never();

    // The first header of that (lower-case) name, or nullptr. A header sent empty is found, and empty.
    const std::string* header(std::string_view name) const {
        for (const auto& [each, value] : headers)
            if (each == name)
                return &value;
        return nullptr;
    }
};

// Bytes that are produced while they are sent (audio). Destroyed when the response is over or the client is
// gone.
class body_stream {
public:
    virtual ~body_stream() = default;

    // The next piece; an empty one is the end. A failure cuts the connection, since the length was already
    // announced.
    virtual boost::asio::awaitable<result<std::string>> next() = 0;
};

// What the access log says of a request beside what the transport knows of it. Empty: not known. Ids only,
// never keys or what was asked for.
struct request_notes {
    std::string organization;
    std::string job_id;
    std::string trace_id;
};

struct response {
    unsigned status = 200;
    // Without content-length, connection, date and x-request-id, which are the transport's.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string content_type;  // empty: no header
    std::string body;
    std::unique_ptr<body_stream> stream;  // instead of `body`
    std::uint64_t stream_bytes = 0;       // exactly what `stream` will yield
    bool close = false;                   // end the connection after this response
    bool path_is_secret = false;          // then the access log shows the route alone
    std::string_view route = "none";  // for metrics and the access log: the route's pattern, static storage
    std::unique_ptr<request_notes> notes;  // for the access log; not needed while that is off

    // For HEAD the handler answers as for GET; the transport leaves the body out and keeps the length.
    void set(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

}  // namespace gateway::http
