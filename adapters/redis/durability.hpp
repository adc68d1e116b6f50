#pragma once
// Whether the server keeps what it is told: asked on each new link, since after a fail-over another server is
// at its end, so that an operator learns of a cache used as a store before a restart loses jobs.

#include "adapters/redis/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace adapters::redis {

// Nothing: the server would not say.
struct durability {
    std::optional<bool> append_only;
    std::optional<std::string> append_fsync;  // always, everysec, no
    std::optional<std::string> eviction;      // maxmemory-policy
    std::optional<int> replicas;              // connected now
    std::optional<int> replicas_to_write;     // min-replicas-to-write
    bool is_behind_sentinels = false;
    bool writes_wait_for_replicas = false;  // ours that matter (store.redis.replicas)
};

// Asks INFO, and CONFIG GET where that is silent; a refusal of both is no failure. Fails as connection::send.
boost::asio::awaitable<gateway::result<durability>> inspect_durability(connection& over,
                                                                       gateway::deadline by);

// A sentence for everything an operator should change or check; none when all is well. Pure.
std::vector<std::string> warnings(const durability& found);

// The value of `name` in an INFO reply ("aof_enabled:1\r\n" ...). Pure.
std::optional<std::string> info_value(std::string_view info, std::string_view name);

}  // namespace adapters::redis
