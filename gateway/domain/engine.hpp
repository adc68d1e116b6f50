#pragma once
// What a client can order music from. Engines are configuration, not code.

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway {

struct engine {
    std::string engine_key;
    std::string display_name;
    std::string model;  // upstream's `mv`, spelled as upstream wants it
    int max_duration_seconds = 240;
    bool supports_vocals = true;
    bool supports_lyrics = true;
    std::vector<std::string> supported_languages;
    std::string licence_class = "unclear";  // reference/aitronos-api 3.0
    bool commercial_use = false;
    bool requires_attribution = true;
    std::chrono::seconds typical{40};  // from acceptance to finished, before anything was learned
    int credits = 10;                  // what one create costs upstream

    bool operator==(const engine&) const = default;
};

// The engine of that key among `engines`, or nullptr. Points into `engines`.
inline const engine* find_engine(std::span<const engine> engines, std::string_view engine_key) {
    const auto found = std::find_if(engines.begin(), engines.end(),
                                    [&](const engine& each) { return each.engine_key == engine_key; });
    return found == engines.end() ? nullptr : &*found;
}

}  // namespace gateway
