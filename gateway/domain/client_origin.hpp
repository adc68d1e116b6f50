#pragma once
// Whom a client's network address belongs to, as far as a limit is concerned.

#include <compare>
#include <cstdint>

namespace gateway {

// An IPv4 address, also one mapped into IPv6, or the /64 of an IPv6 address, since that is what one household
// or machine is given.
struct client_origin {
    bool is_v6 = false;
    std::uint64_t bits = 0;  // the address, or its first half

    auto operator<=>(const client_origin&) const = default;
};

}  // namespace gateway
