#include "gateway/service/key_ring.hpp"

#include "gateway/runtime/ascii.hpp"

#include <algorithm>
#include <cstring>

namespace gateway::service {

namespace {

api_key everybody() {
    api_key key;
    key.user = "anonymous";
    return key;
}

}  // namespace

std::size_t key_ring::digest_hash::operator()(const sha256_digest& digest) const noexcept {
    std::size_t hash;
    std::memcpy(&hash, digest.data(), sizeof hash);  // a digest is already as random as a hash can be
    return hash;
}

key_ring::key_ring(std::vector<api_key> keys, bool open) : open_{open}, everybody_{everybody()} {
    for (api_key& key : keys) {
        const key_entry& entry = entries_.emplace_back(std::move(key));
        by_digest_.emplace(entry.key.sha256, &entry);
    }
}

outcome<const key_entry*> key_ring::authenticate(std::string_view presented,
                                                 std::chrono::system_clock::time_point now) const {
    if (open_)
        return &everybody_;
    if (presented.empty())
        return refused(errc::authentication_required, "Missing or invalid authorization header");
    const auto found = by_digest_.find(sha256(presented));
    if (found == by_digest_.end())
        return refused(errc::invalid_api_key, "the API key is unknown");
    const api_key& key = found->second->key;
    switch (key.state) {
        case key_state::active: break;
        case key_state::paused: return refused(errc::api_key_paused, "the API key is paused");
        case key_state::deactivated: return refused(errc::api_key_deactivated, "the API key is deactivated");
    }
    if (key.expires_at && now >= *key.expires_at)
        return refused(errc::api_key_expired, "the API key has expired");
    return found->second;
}

outcome<void> key_ring::admit(const key_entry& caller, std::string_view organization) const {
    if (open_ || caller.key.member_of(organization))
        return {};
    return refused(errc::organization_access_denied, "the caller is not a member of this organization");
}

outcome<void> key_ring::permit(const key_entry& caller, std::string_view capability) const {
    if (open_ || caller.key.may(capability))
        return {};
    std::string upper_case{capability};
    std::transform(upper_case.begin(), upper_case.end(), upper_case.begin(), ascii::upper);
    return refused(errc::insufficient_permissions, upper_case + " capability required");
}

}  // namespace gateway::service
