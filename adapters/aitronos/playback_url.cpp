#include "adapters/aitronos/playback_url.hpp"

#include "adapters/aitronos/query.hpp"
#include "gateway/runtime/ascii.hpp"
#include "gateway/runtime/digest.hpp"

#include <algorithm>
#include <stdexcept>

namespace adapters::aitronos {

using gateway::errc;
using gateway::service::outcome;
using gateway::service::refused;

namespace {

constexpr long long last_expiry = 253'402'300'799;  // the year 9999: more would overflow clocks

// What is signed. "read" is the method class: GET and HEAD. Line breaks cannot stand in a file name we
// accept, so no two grants share a text.
std::string signed_text(std::string_view file, std::string_view expires) {
    std::string text{"read\n"};
    text += file;
    text += '\n';
    text += expires;
    return text;
}

std::string_view bytes_of(const gateway::sha256_digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return gateway::ascii::is_lower(c) || gateway::ascii::is_digit(c) || c == '_';
    });
}

}  // namespace

playback_urls::playback_urls(playback_settings settings) : settings_{std::move(settings)} {
    const auto& keys = settings_.signing_keys;
    if (keys.empty() || std::any_of(keys.begin(), keys.end(), [](const auto& key) { return key.empty(); }))
        throw std::invalid_argument("playback URLs need a signing key, and no empty one");
    while (settings_.public_url.ends_with('/'))
        settings_.public_url.pop_back();
    if (settings_.public_url.empty())
        throw std::invalid_argument("playback URLs need a public_url");
}

std::string playback_urls::mint(std::string_view track_id, std::string_view extension,
                                std::chrono::sys_seconds now) const {
    std::string file{track_id};
    file += '.';
    file += extension;
    const std::string expires = std::to_string((now + settings_.ttl).time_since_epoch().count());
    const auto signature = gateway::hmac_sha256(settings_.signing_keys.front(), signed_text(file, expires));

    std::string url;
    url.reserve(settings_.public_url.size() + file.size() + expires.size() + 96);
    url += settings_.public_url;
    url += "/media/";
    url += file;
    url += "?expires=";
    url += expires;
    url += "&signature=";
    url += gateway::to_hex(signature);
    return url;
}

bool playback_urls::is_signed(std::string_view file, std::string_view expires,
                              const std::string& signature) const {
    const auto presented = gateway::digest_from_hex(signature);
    if (!presented)
        return false;
    const std::string text = signed_text(file, expires);
    bool any = false;
    for (const std::string& key : settings_.signing_keys) {  // all of them, so that the time tells nothing
        const auto expected = gateway::hmac_sha256(key, text);
        any |= gateway::equal_in_constant_time(bytes_of(expected), bytes_of(*presented));
    }
    return any;
}

outcome<playback_grant> playback_urls::verify(std::string_view file, std::string_view query,
                                              std::chrono::sys_seconds now) const {
    const auto refusal = [] { return refused(errc::signature_invalid, "the playback URL is not valid"); };
    const auto dot = file.find('.');
    if (dot == std::string_view::npos || !is_name(file.substr(0, dot)) || !is_name(file.substr(dot + 1)))
        return refusal();

    const auto parameters = parameters_of(query);
    const auto expires = value_of(parameters, "expires");
    const auto signature = value_of(parameters, "signature");
    const auto expiry = decimal(expires.value, last_expiry);
    if (!expiry || !is_signed(file, expires.value, signature.value))
        return refusal();

    playback_grant grant;
    grant.track_id = file.substr(0, dot);
    grant.extension = file.substr(dot + 1);
    grant.expires = std::chrono::sys_seconds{std::chrono::seconds{*expiry}};
    if (now >= grant.expires)
        return refused(errc::signature_expired,
                       "the playback URL has expired; read the job again for a new one");
    return grant;
}

}  // namespace adapters::aitronos
