#pragma once
// The addresses of the one host all calls go to, known before they are needed. Decides when to look again and
// which address to try first; whoever calls does the looking.

#include "gateway/http_client/resolver.hpp"

#include <chrono>

namespace gateway::http_client {

class address_book {
public:
    using clock = std::chrono::steady_clock;

    // Refreshed in the background at this age, so that a call never waits for a name server...
    static constexpr std::chrono::seconds refresh_age{30};
    // ...and by the call itself beyond this one, which only happens when nobody refreshes or the name server
    // is away.
    static constexpr std::chrono::minutes greatest_age{5};

    const addresses& known() const noexcept { return known_; }

    // Whether a call must look before it connects.
    bool must_look(clock::time_point now) const noexcept;
    // Whether the background should look.
    bool should_look(clock::time_point now) const noexcept;

    // A lookup succeeded. The address that worked last stays first, if it is still there.
    void learned(addresses found, clock::time_point now);
    // A lookup failed: what is known stays in use, and nobody looks again for a while.
    void lookup_failed(clock::time_point now) noexcept;

    void connected(const boost::asio::ip::address& address);  // tried first from now on
    void connect_failed() noexcept { doubtful_ = true; }      // none of them answered: look again

private:
    addresses known_;
    boost::asio::ip::address works_;
    clock::time_point learned_at_{};
    clock::time_point quiet_until_{};  // after a failed lookup
    bool doubtful_ = false;
};

}  // namespace gateway::http_client
