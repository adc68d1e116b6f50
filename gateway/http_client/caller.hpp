#pragma once
// Carries requests to one host: addresses known beforehand, connections kept, one repetition where it is
// safe.

#include "gateway/http_client/address_book.hpp"
#include "gateway/http_client/exchange.hpp"
#include "gateway/http_client/idle_shelf.hpp"
#include "gateway/http_client/url.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace gateway::http_client {

class tls_context;

struct caller_settings {
    std::chrono::milliseconds connect_timeout{5'000};  // per address, TLS included
    std::size_t idle_connections = 128;                // kept

    // How long a connection may have idled and still be used. For calls that must not be made twice below 5
    // s, the shortest time-out of the usual servers (Node's), because a connection that dies under one leaves
    // its outcome unknown. Others are simply repeated, so they risk more, up to half the 60 s of common load
    // balancers.
    std::chrono::milliseconds idle_for_once{4'000};
    std::chrono::milliseconds idle_for_repeatable{30'000};
};

enum class call_kind {
    at_most_once,  // sent again only when not one byte of it can have arrived
    repeatable,    // does the same when it is done twice
};

struct call_terms {
    call_kind kind = call_kind::repeatable;
    answer_limits limits{};
    long_body* rest = nullptr;  // see exchange()
};

// What happened to connections so far; for metrics and tests.
struct caller_counters {
    std::uint64_t opened = 0;
    std::uint64_t reused = 0;
    std::uint64_t found_closed = 0;  // idle connections the peer had left
    std::uint64_t repeated = 0;      // requests sent once more on a fresh connection
    std::uint64_t tls_resumed = 0;
    std::uint64_t looked_up = 0;  // successful name look-ups of the host
};

// Everything on the one thread of `executor`.
class caller {
public:
    // `names` and `tls` must outlive the caller.
    caller(boost::asio::any_io_executor executor, resolver& names, tls_context& tls, url base,
           caller_settings settings);
    ~caller();
    caller(const caller&) = delete;
    caller& operator=(const caller&) = delete;

    // `request` and what `terms` name must outlive the call. Not before the last attempt's outcome is certain
    // does it say not_delivered.
    boost::asio::awaitable<exchange_outcome> call(const std::string& request, call_terms terms, deadline by);

    // One round of housekeeping: looks the host up when it is time, and drops connections that idled too
    // long.
    boost::asio::awaitable<void> keep_house();

    const caller_counters& counters() const noexcept { return counters_; }

private:
    using held = std::unique_ptr<connection>;
    using clock = std::chrono::steady_clock;

    // A connection, or why there is none.
    struct opened;

    held take_idle(call_kind kind);
    boost::asio::awaitable<void> look_up(deadline by);
    boost::asio::awaitable<opened> open(deadline by);
    boost::asio::awaitable<exchange_outcome> perform(held over, const std::string& request, call_terms terms,
                                                     deadline by);

    boost::asio::any_io_executor executor_;
    resolver& names_;
    tls_context& tls_;
    url base_;
    caller_settings settings_;
    address_book book_;
    idle_shelf<held> shelf_;
    caller_counters counters_;
};

}  // namespace gateway::http_client
