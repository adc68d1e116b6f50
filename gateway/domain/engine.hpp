#pragma once
// What a client can order music from. Engines are configuration, not code.

#include <chrono>
#include <string>
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

}  // namespace gateway
