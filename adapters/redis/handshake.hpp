#pragma once
// The first words on a fresh link, one at a time and each with its reply, before commands are pipelined.

#include "adapters/redis/address.hpp"
#include "adapters/redis/reply.hpp"
#include "adapters/redis/stream.hpp"

namespace adapters::redis {

// One command and its reply, over a stream that nobody else uses. Fails with the transport's error, or
// invalid_argument when the reply is no Redis protocol or too large. All but `what` must outlive the call.
boost::asio::awaitable<gateway::result<reply>> exchange(stream& over, command what, reply_reader& reader);

// Says who we are (AUTH, SELECT) and finds out whether the server can serve us: PING, which a server that is
// loading or wants a password refuses, then ROLE. A replica is refused: a name may have moved to one. Where
// sentinels named the server it must say that it is a primary; elsewhere a server that won't tell is taken
// for one. Empty when all is well, otherwise why not, without secrets. `over` must outlive the call.
boost::asio::awaitable<std::string> introduce(stream& over, address where, gateway::deadline by);

}  // namespace adapters::redis
