#pragma once
// Carries requests to the one host of the provider's API: addresses known beforehand, connections kept, one
// repetition where it is safe.

#include "adapters/producer/address_book.hpp"
#include "adapters/producer/client.hpp"
#include "adapters/producer/exchange.hpp"
#include "adapters/producer/idle_shelf.hpp"
#include "adapters/producer/url.hpp"

#include <memory>
#include <string>

namespace adapters::producer {

enum class call_kind { paid, free_of_charge };

class caller {
public:
    // `names` and `tls` must outlive the caller.
    caller(boost::asio::any_io_executor executor, resolver& names, tls_context& tls, url base,
           const client_settings& settings);

    // `request` must outlive the call. Not before the last attempt's outcome is certain does it say
    // not_delivered.
    boost::asio::awaitable<exchange_outcome> call(const std::string& request, call_kind kind,
                                                  gateway::deadline by);

    // One round of housekeeping: looks the host up when it is time, and drops connections that idled too
    // long.
    boost::asio::awaitable<void> keep_house();

    const client_counters& counters() const noexcept { return counters_; }

private:
    using held = std::unique_ptr<connection>;
    using clock = std::chrono::steady_clock;

    // A connection, or why there is none.
    struct opened {
        held over;
        exchange_outcome failure;
    };

    held take_idle(call_kind kind);
    boost::asio::awaitable<void> look_up(gateway::deadline by);
    boost::asio::awaitable<opened> open(gateway::deadline by);
    boost::asio::awaitable<exchange_outcome> perform(held over, const std::string& request,
                                                     gateway::deadline by);

    boost::asio::any_io_executor executor_;
    resolver& names_;
    tls_context& tls_;
    url base_;
    std::chrono::milliseconds connect_timeout_;
    std::chrono::milliseconds idle_for_paid_;
    std::chrono::milliseconds idle_for_free_;
    address_book book_;
    idle_shelf<held> shelf_;
    client_counters counters_;
};

}  // namespace adapters::producer
