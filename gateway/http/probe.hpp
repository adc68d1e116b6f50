#pragma once
// The other side of /healthz and /readyz: one GET, so that a container needs neither a shell nor a client to
// say how its gateway is (`music-gateway --probe URL`).

#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace gateway::http {

struct probe_target {
    boost::asio::ip::tcp::endpoint address;
    std::string path = "/healthz";  // with its query
};

struct probe_answer {
    unsigned status = 0;
    std::string body;  // may hold anything the peer sent; at most 64 KiB
};

// Blocks the calling thread until the answer is whole or `by` has passed. Redirects are answers like any
// other. Errors: those of the socket (boost::beast::error::timeout when time ran out), of HTTP, and a body
// that is too large.
result<probe_answer> probe(const probe_target& where, deadline by);

}  // namespace gateway::http
