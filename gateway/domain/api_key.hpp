#pragma once
// Who may call. Only hashes of keys are ever held.

#include "gateway/runtime/digest.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway {

enum class key_state { active, paused, deactivated };

// reference/aitronos-api 1: creating generations needs this capability.
inline constexpr std::string_view music_capability = "use_music_generation";

struct api_key {
    sha256_digest sha256{};  // of the raw key's bytes
    std::string user;
    std::vector<std::string> organizations;
    std::vector<std::string> capabilities;
    key_state state = key_state::active;
    std::optional<std::chrono::sys_seconds> expires_at;
    std::optional<int> requests_per_minute;  // creates; nothing: no limit

    bool member_of(std::string_view organization) const {
        return std::find(organizations.begin(), organizations.end(), organization) != organizations.end();
    }
    bool may(std::string_view capability) const {
        return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
    }
};

}  // namespace gateway
