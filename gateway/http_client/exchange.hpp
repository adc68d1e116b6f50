#pragma once
// One request and its answer over one open connection, told precisely: how far the request got, and how far
// the answer.

#include "gateway/http_client/http_answer.hpp"
#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace gateway::http_client {

class connection;

enum class exchange_end {
    not_delivered,  // not one byte of the request was sent
    no_answer,      // bytes were sent; the connection ended without a byte of an answer
    cut_answer,     // the answer began, and ended early or made no sense, or was over a limit
    timed_out,      // bytes were sent; the deadline came before the answer's end
    answered,
};

struct exchange_outcome {
    exchange_end end = exchange_end::not_delivered;
    std::string reason;      // unless answered
    http_answer answer;      // when answered
    bool reusable = false;   // the connection may carry another exchange
    bool cancelled = false;  // the caller does not want another attempt

    bool operator==(const exchange_outcome&) const = delete;
};

struct answer_limits {
    std::uint32_t header_bytes = 16 * 1024;
    std::uint64_t body_bytes = 1024 * 1024;
    bool to_head = false;  // the request is a HEAD: its answer has no body, whatever length it tells
};

// The body of a request that is too long to be held in memory: handed over piece by piece, behind the head.
class long_body {
public:
    virtual ~long_body() = default;

    // The next piece comes from the beginning: the request is sent once more.
    virtual void rewind() noexcept = 0;

    // Empty after the last. An error gives the exchange up.
    virtual boost::asio::awaitable<result<std::string>> next() = 0;
};

// What can be concluded, in plain code.
exchange_end end_of_failed_write(std::uint64_t bytes_sent, bool timed_out) noexcept;
exchange_end end_of_failed_read(bool answer_began, bool timed_out) noexcept;

// Whether to send the same request once more on a fresh connection. Only a reused connection can have died of
// old age; and once a byte was sent, only what may be done twice (`repeatable`) may be sent again.
bool worth_a_fresh_connection(exchange_end end, bool reused, bool repeatable) noexcept;

// `request` is the whole message, head and body, and goes out in one write; or, with `rest`, what comes
// before a long body, each piece of which must be taken within a quarter of a minute. `over`, `request` and
// `rest` must outlive the call. Interim answers (1xx) are skipped. A server that refuses before it has read
// the whole body is heard.
boost::asio::awaitable<exchange_outcome> exchange(connection& over, const std::string& request,
                                                  answer_limits limits, deadline by,
                                                  long_body* rest = nullptr);

}  // namespace gateway::http_client
