#pragma once
// Who is calling, by the hash of the key they sent. Immutable but for the rate counters, so that all threads
// share one ring.

#include "gateway/domain/api_key.hpp"
#include "gateway/service/refusal.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace gateway::service {

// The rate of one key as one atomic cell (GCRA): a full minute's allowance may be used at once, then it
// refills evenly. Counted per process: N replicas allow up to N times the rate.
class rate_meter {
public:
    explicit rate_meter(std::optional<int> per_minute) : per_minute_{per_minute} {}

    // Takes one request, or says when the next will pass. Always passes without a limit. Any thread.
    outcome<void> take(std::chrono::steady_clock::time_point now) const;

private:
    std::optional<int> per_minute_;
    mutable std::atomic<std::chrono::steady_clock::rep> full_at_{0};
};

struct key_entry {
    explicit key_entry(api_key k) : key{std::move(k)}, rate{key.requests_per_minute} {}
    api_key key;
    rate_meter rate;
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
