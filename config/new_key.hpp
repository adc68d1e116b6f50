#pragma once
// A fresh API key for `music-gateway keys new`: the raw key, which exists nowhere else, and the entry for the
// keys file.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace config {

struct new_key_order {
    std::vector<std::string> organizations;  // at least one
    std::string user;
    std::vector<std::string> capabilities;  // empty: the default, use_music_generation
    std::optional<std::chrono::sys_seconds> expires_at;
};

struct new_key {
    std::string raw;    // ak_ and 40 hexadecimal characters: 160 random bits. Shown once, stored never.
    std::string entry;  // YAML, to append to the keys file; holds the SHA-256 only
};

new_key make_key(const new_key_order& order);

}  // namespace config
