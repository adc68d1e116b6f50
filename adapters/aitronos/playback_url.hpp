#pragma once
// Playback addresses: short-lived, signed, and our own, so that a player needs no API key and never learns
// where the audio came from.

#include "gateway/domain/job.hpp"
#include "gateway/service/refusal.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::aitronos {

struct playback_settings {
    std::string public_url;  // absolute, e.g. "https://music.example.com"; a slash at its end is ignored
    std::vector<std::string> signing_keys;  // the first signs, all verify; at least one, none empty
    std::chrono::seconds ttl{600};
};

// What a verified address gives access to, and until when.
struct playback_grant {
    std::string track_id;
    std::string extension;
    std::chrono::sys_seconds expires;
};

// Immutable; any thread.
class playback_urls {
public:
    // Throws std::invalid_argument when there is no signing key, an empty one, or no public_url.
    explicit playback_urls(playback_settings settings);

    // <public_url>/media/<track>.<extension>?expires=<unix>&signature=<hex>
    std::string mint(std::string_view track_id, std::string_view extension,
                     std::chrono::sys_seconds now) const;

    // `file` is the path's last segment, `query` raw. signature_invalid for everything that we did not sign
    // exactly so, signature_expired past its time; neither tells whether the file exists.
    gateway::service::outcome<playback_grant> verify(std::string_view file, std::string_view query,
                                                     std::chrono::sys_seconds now) const;

    std::chrono::seconds ttl() const noexcept { return settings_.ttl; }
    const std::string& public_url() const noexcept { return settings_.public_url; }  // no slash at its end

private:
    bool is_signed(std::string_view file, std::string_view expires, const std::string& signature) const;

    playback_settings settings_;
};

}  // namespace adapters::aitronos
