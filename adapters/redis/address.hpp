#pragma once
// Where a Redis server is and who we are there, read from the URL in the configuration. Pure.

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::redis {

// A server of a network: a name, or a numeric address without brackets.
struct place {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const place&) const = default;
};

// Sentinels that know where the primary is (redis.io, "Guidelines for Redis clients with support for
// Sentinel").
struct sentinel_group {
    std::vector<place> sentinels;  // empty: the address itself says where the server is
    std::string primary;           // what the sentinels call it: "mymaster"
    std::string password;          // of the sentinels; the servers may have another

    bool operator==(const sentinel_group&) const = default;
};

struct address {
    enum class transport { tcp, tls, unix_socket };
    transport over = transport::tcp;
    std::string host = "127.0.0.1";  // a name, or a numeric address without brackets; unused behind sentinels
    std::uint16_t port = 6379;
    std::string path;  // of the UNIX socket
    std::string user;  // empty: the default user
    std::string password;
    int database = 0;
    std::string certificate_authority;  // a PEM file; empty: those the system trusts
    sentinel_group group;               // asked for host and port, when it has sentinels

    bool is_behind_sentinels() const noexcept { return !group.sentinels.empty(); }
    bool operator==(const address&) const = default;
};

// What a URL holds, or a sentence on what is wrong with it that never quotes it: a URL may hold a password.
//   redis://[[user]:password@]host[:port][/database]      TCP
//   rediss://...[?ca=/path/to/ca.pem]                     TLS, the certificate verified for `host`
//   unix:///path[?db=1], unix:/path                       a UNIX socket; user:password@ may stand before the
//   path
//   redis+sentinel://..., rediss+sentinel://...           the primary of a group: see sentinel_url.hpp
boost::system::result<address, std::string> parse_address(std::string_view url);

// For logs: transport and place, no user and no password.
std::string to_string(const address& of);
// "host:port", with brackets around a numeric IPv6 address.
std::string to_string(const place& of);

}  // namespace adapters::redis
