#pragma once
// One request and its answer over one open connection, told precisely: how far the request got, and how far
// the answer.

#include "adapters/producer/connection.hpp"
#include "adapters/producer/http_answer.hpp"

#include <cstdint>
#include <string>

namespace adapters::producer {

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
};

// What can be concluded, in plain code.
exchange_end end_of_failed_write(std::uint64_t bytes_sent, bool timed_out) noexcept;
exchange_end end_of_failed_read(bool answer_began, bool timed_out) noexcept;

// Whether to send the same request once more on a fresh connection. Only a reused connection can have died of
// old age; and once a byte was sent, only what costs nothing (`free_of_charge`) may be sent again.
bool worth_a_fresh_connection(exchange_end end, bool reused, bool free_of_charge) noexcept;

// `request` is the whole message, head and body, and goes out in one write. It must outlive the call, and so
// must `over`. Interim answers (1xx) are skipped.
boost::asio::awaitable<exchange_outcome> exchange(connection& over, const std::string& request,
                                                  answer_limits limits, gateway::deadline by);

}  // namespace adapters::producer
