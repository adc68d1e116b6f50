#pragma once
// What the backend's answers close for everybody: credits (402), access (401, 403), one engine (410), speed
// (429). Kept in the store, so that what one replica learned holds for all and survives a restart.

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gateway {

// Durations are as of the moment the store was read, so that no two clocks are ever compared.
struct gates {
    std::optional<std::chrono::milliseconds> credits_shut_for;  // since a 402; nothing: open
    // Our key or plan was rejected; at 0 or less one job may try again. Nothing: open.
    std::optional<std::chrono::milliseconds> access_retry_in;
    int access_failures = 0;                     // in a row
    std::chrono::milliseconds throttled_for{0};  // until then nothing is submitted
    int throttles = 0;                           // in a row
    std::vector<std::string> retired;            // retirement_key() of each retired engine

    bool operator==(const gates&) const = default;
};

// An engine is retired together with the model it used: configured with another model it is open again.
inline std::string retirement_key(const std::string& engine_key, const std::string& model) {
    return engine_key + "/" + model;
}

// A retirement is forgotten after this, so that an upstream that answered 410 by mistake heals by itself.
inline constexpr std::chrono::hours retirement_lasts{24};

struct shut_credits {};
struct open_credits {};
struct shut_access {
    std::chrono::milliseconds retry_in{0};
};
struct open_access {};  // also ends a throttle's count: an accepted call shows that both are over
struct throttle {
    std::chrono::milliseconds pause{0};  // lengthens a pause, never shortens one
};
struct retire_engine {
    std::string retirement;
};

using gate_change =
    std::variant<shut_credits, open_credits, shut_access, open_access, throttle, retire_engine>;

}  // namespace gateway
