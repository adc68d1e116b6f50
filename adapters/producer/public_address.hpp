#pragma once
// Which addresses are the open internet's. A URL in an upstream answer must not make us talk to our own
// network.

#include <boost/asio/ip/address.hpp>

namespace adapters::producer {

// False for loopback, private, link-local, carrier-grade NAT, multicast, reserved, documentation and
// benchmark ranges of both families, and for IPv6 forms that carry such an IPv4 address (mapped, NAT64, 6to4)
// or hide one (Teredo).
bool is_public(const boost::asio::ip::address& address) noexcept;

// "10.0.0.0/8", "fd00::/8".
struct address_range {
    boost::asio::ip::address base;
    unsigned prefix = 0;  // bits

    // A v4-mapped IPv6 address is in a range of IPv4 as well.
    bool contains(const boost::asio::ip::address& address) const noexcept;
};

}  // namespace adapters::producer
