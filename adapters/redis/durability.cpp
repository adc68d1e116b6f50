#include "adapters/redis/durability.hpp"

#include <charconv>

namespace adapters::redis {

using gateway::deadline;
using gateway::result;

namespace {

// The setting's value by CONFIG GET; nothing when the server refuses, as managed ones do.
boost::asio::awaitable<result<std::optional<std::string>>> setting(connection& over, std::string name,
                                                                   deadline by) {
    command ask{"CONFIG"};
    ask.add("GET").add(name);
    const auto answer = co_await over.send(std::move(ask), by);
    if (!answer)
        co_return answer.error();
    std::optional<std::string> value;
    if (answer->is_array_of(2) && answer->items[1].is_text())
        value = answer->items[1].text;
    co_return value;
}

std::optional<int> number_in(const std::optional<std::string>& text) {
    int number = 0;
    if (!text)
        return std::nullopt;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    return failure == std::errc{} && end == text->data() + text->size() ? std::optional{number}
                                                                        : std::nullopt;
}

}  // namespace

std::optional<std::string> info_value(std::string_view info, std::string_view name) {
    while (!info.empty()) {
        const auto end = info.find("\r\n");
        const std::string_view line = info.substr(0, end);
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':')
            return std::string{line.substr(name.size() + 1)};
        info.remove_prefix(end == std::string_view::npos ? info.size() : end + 2);
    }
    return std::nullopt;
}

boost::asio::awaitable<result<durability>> inspect_durability(connection& over, deadline by) {
    durability found;
    found.is_behind_sentinels = over.where().is_behind_sentinels();
    command ask{"INFO"};
    const auto info = co_await over.send(std::move(ask), by);
    if (!info)
        co_return info.error();
    if (info->is_text()) {
        if (const auto enabled = info_value(info->text, "aof_enabled"))
            found.append_only = *enabled == "1";
        found.eviction = info_value(info->text, "maxmemory_policy");
        found.replicas = number_in(info_value(info->text, "connected_slaves"));
    }
    const auto append_only = co_await setting(over, "appendonly", by);
    if (!append_only)
        co_return append_only.error();
    if (!found.append_only && *append_only)
        found.append_only = **append_only == "yes";
    const auto fsync = co_await setting(over, "appendfsync", by);
    if (!fsync)
        co_return fsync.error();
    found.append_fsync = *fsync;
    const auto eviction = co_await setting(over, "maxmemory-policy", by);
    if (!eviction)
        co_return eviction.error();
    if (!found.eviction)
        found.eviction = *eviction;
    const auto replicas = co_await setting(over, "min-replicas-to-write", by);
    if (!replicas)
        co_return replicas.error();
    found.replicas_to_write = number_in(*replicas);
    co_return found;
}

namespace {

void warn_of_persistence(const durability& found, std::vector<std::string>& sentences) {
    if (!found.append_only) {
        sentences.emplace_back(
            "could not find out whether the store appends to a file: make sure that it runs with appendonly "
            "yes and appendfsync everysec or always");
    } else if (!*found.append_only) {
        sentences.emplace_back("the store runs with appendonly no: accepted jobs are lost when it restarts");
    } else if (!found.append_fsync) {
        sentences.emplace_back(
            "could not find out the store's appendfsync: make sure that it is everysec or always");
    } else if (*found.append_fsync != "everysec" && *found.append_fsync != "always") {
        sentences.push_back("the store runs with appendfsync " + *found.append_fsync +
                            ": half a minute of accepted jobs may be lost when its machine stops; use "
                            "everysec, or always");
    }
}

void warn_of_eviction(const durability& found, std::vector<std::string>& sentences) {
    if (!found.eviction)
        sentences.emplace_back(
            "could not find out the store's maxmemory-policy: make sure that it is noeviction");
    else if (*found.eviction != "noeviction")
        sentences.push_back("the store runs with maxmemory-policy " + *found.eviction +
                            ": it may evict accepted jobs; use noeviction");
}

void warn_of_replication(const durability& found, std::vector<std::string>& sentences) {
    if (!found.is_behind_sentinels || found.writes_wait_for_replicas || found.replicas.value_or(0) == 0)
        return;
    if (!found.replicas_to_write)
        sentences.emplace_back(
            "could not find out the store's min-replicas-to-write: make sure that it is at least 1");
    else if (*found.replicas_to_write == 0)
        sentences.emplace_back(
            "the store has replicas and runs with min-replicas-to-write 0: a primary that is cut off from "
            "them goes on accepting jobs, which are lost when Sentinel promotes another; use 1 or more, or "
            "store.redis.replicas");
}

}  // namespace

std::vector<std::string> warnings(const durability& found) {
    std::vector<std::string> sentences;
    warn_of_persistence(found, sentences);
    warn_of_eviction(found, sentences);
    warn_of_replication(found, sentences);
    return sentences;
}

}  // namespace adapters::redis
