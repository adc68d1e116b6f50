#include "adapters/redis/durability.hpp"

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
    command ask{"INFO"};
    const auto info = co_await over.send(std::move(ask), by);
    if (!info)
        co_return info.error();
    if (info->is_text()) {
        if (const auto enabled = info_value(info->text, "aof_enabled"))
            found.append_only = *enabled == "1";
        found.eviction = info_value(info->text, "maxmemory_policy");
    }
    if (!found.append_only) {
        const auto value = co_await setting(over, "appendonly", by);
        if (!value)
            co_return value.error();
        if (*value)
            found.append_only = **value == "yes";
    }
    if (!found.eviction) {
        const auto value = co_await setting(over, "maxmemory-policy", by);
        if (!value)
            co_return value.error();
        found.eviction = *value;
    }
    co_return found;
}

std::vector<std::string> warnings(const durability& found) {
    std::vector<std::string> sentences;
    if (!found.append_only)
        sentences.emplace_back(
            "could not find out whether the store appends to a file: make sure that it runs with appendonly "
            "yes");
    else if (!*found.append_only)
        sentences.emplace_back("the store runs with appendonly no: accepted jobs are lost when it restarts");
    if (!found.eviction)
        sentences.emplace_back(
            "could not find out the store's maxmemory-policy: make sure that it is noeviction");
    else if (*found.eviction != "noeviction")
        sentences.push_back("the store runs with maxmemory-policy " + *found.eviction +
                            ": it may evict accepted jobs; use noeviction");
    return sentences;
}

}  // namespace adapters::redis
