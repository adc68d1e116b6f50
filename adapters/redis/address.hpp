#pragma once
// Where a Redis server is and who we are there, read from the URL in the configuration. Pure.

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace adapters::redis {

struct address {
    enum class transport { tcp, tls, unix_socket };
    transport over = transport::tcp;
    std::string host = "127.0.0.1";  // a name, or a numeric address without brackets
    std::uint16_t port = 6379;
    std::string path;  // of the UNIX socket
    std::string user;  // empty: the default user
    std::string password;
    int database = 0;
    std::string certificate_authority;  // a PEM file; empty: those the system trusts

    bool operator==(const address&) const = default;
};

// What a URL holds, or a sentence on what is wrong with it that never quotes it: a URL may hold a password.
//   redis://[[user]:password@]host[:port][/database]      TCP
//   rediss://...[?ca=/path/to/ca.pem]                     TLS, the certificate verified for `host`
//   unix:///path[?db=1], unix:/path                       a UNIX socket; user:password@ may stand before the
//   path
boost::system::result<address, std::string> parse_address(std::string_view url);

// For logs: transport and place, no user and no password.
std::string to_string(const address& of);

}  // namespace adapters::redis
