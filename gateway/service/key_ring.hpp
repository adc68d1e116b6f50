#pragma once
// Who is calling, by the hash of the key they sent. Immutable but for the rate counters, so that all threads
// share one ring.

#include "gateway/domain/api_key.hpp"
#include "gateway/domain/rate.hpp"
#include "gateway/service/rate_meter.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace gateway::service {

struct key_entry {
    explicit key_entry(api_key k)
        : key{std::move(k)}, creates{key.requests_per_minute}, other_requests{key.requests_per_minute} {}

    // What the store is to count a create under; nothing without a limit.
    std::optional<create_rate> rate_of_creates() const {
        if (!key.requests_per_minute)
            return std::nullopt;
        return create_rate{key.sha256, *key.requests_per_minute};
    }

    api_key key;
    rate_meter creates;         // as the store counts them, over all replicas
    rate_meter other_requests;  // counted in this process: reading must not cost a write
};

class key_ring {
public:
    // `open`: auth.mode open; every caller, with or without a key, is one user who may do everything.
    key_ring(std::vector<api_key> keys, bool open);

    // The entry of the presented key; lives as long as the ring. `presented` empty: no usable credentials.
    // authentication_required, invalid_api_key, api_key_expired, api_key_paused, api_key_deactivated.
    outcome<const key_entry*> authenticate(std::string_view presented,
                                           std::chrono::system_clock::time_point now) const;

    // organization_access_denied when the key's user is no member.
    outcome<void> admit(const key_entry& caller, std::string_view organization) const;

    // insufficient_permissions; the explanation names the capability as the documentation does.
    outcome<void> permit(const key_entry& caller, std::string_view capability) const;

    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct digest_hash {
        std::size_t operator()(const sha256_digest& digest) const noexcept;
    };

    bool open_;
    key_entry everybody_;
    std::deque<key_entry> entries_;  // a deque: entries hold atomics and never move
    std::unordered_map<sha256_digest, const key_entry*, digest_hash> by_digest_;
};

}  // namespace gateway::service
