#pragma once
// A job's record in Redis from outside: made as the scripts make it, and damaged.

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

using record_line = std::map<std::string, std::string, std::less<>>;

inline std::string redis_record(const record_line& line, std::string_view request) {
    boost::json::object texts;
    for (const auto& [name, value] : line)
        texts[name] = value;
    return boost::json::serialize(texts) + "\n" + std::string{request};
}

namespace detail {

inline constexpr const char* change_field = R"lua(
local text = redis.call('GET', KEYS[1])
local line_end = string.find(text, '\n', 1, true)
local line = cjson.decode(string.sub(text, 1, line_end - 1))
line[ARGV[1]] = ARGV[2]
return redis.call('SET', KEYS[1], cjson.encode(line) .. string.sub(text, line_end), 'KEEPTTL')
)lua";

inline constexpr const char* change_request = R"lua(
local text = redis.call('GET', KEYS[1])
local line_end = string.find(text, '\n', 1, true)
return redis.call('SET', KEYS[1], string.sub(text, 1, line_end) .. ARGV[1], 'KEEPTTL')
)lua";

}  // namespace detail

// Commands for a redis-server that damage a record: one text of its line replaced or (without a value) taken
// out, what was asked for replaced.
inline std::vector<std::string> with_field(const std::string& key, const std::string& name,
                                           const std::string& value) {
    return {"EVAL", detail::change_field, "1", key, name, value};
}
inline std::vector<std::string> without_field(const std::string& key, const std::string& name) {
    return {"EVAL", detail::change_field, "1", key, name};
}
inline std::vector<std::string> with_request(const std::string& key, const std::string& request) {
    return {"EVAL", detail::change_request, "1", key, request};
}

}  // namespace tests
