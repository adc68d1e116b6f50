#include "tests/support/gateway_process.hpp"

#include "tests/support/contract_watch.hpp"

#include <openssl/sha.h>

#include <cstdio>

namespace end_to_end {

namespace {

std::vector<std::string> parts_of(const std::string& dotted) {
    std::vector<std::string> parts{""};
    for (const char each : dotted) {
        if (each == '.')
            parts.emplace_back();
        else
            parts.back() += each;
    }
    return parts;
}

}  // namespace

gateway_config::gateway_config() {
    set("listen", "127.0.0.1:0");
    set("admin", "127.0.0.1:0");
    set("public_url", "http://music.test");
    set("threads", "2");
    set("auth.keys_file", "keys.yaml");
    set("store.kind", "memory");
    set("producer.create_timeout", "2s");
    set("producer.poll_timeout", "2s");
    set("producer.max_in_flight", "50");
    set("producer.max_polls_per_second", "1000");
    set("producer.poll.first", "100ms");
    set("producer.poll.every", "100ms");
    set("producer.poll.up_to", "200ms");
    set("producer.poll.deadline", "5m");
    set("producer.unknown_outcome.wait", "500ms");
    set("producer.credits.check_every", "1s");
    set("engines",
        "[{engine_key: studio, display_name: Studio, model: FUZZ-2.0, typical_seconds: 1},"
        " {engine_key: hall, display_name: Hall, model: FUZZ-1.1, typical_seconds: 1, max_duration_seconds: "
        "600,"
        " supports_vocals: false, supports_lyrics: false, licence_class: commercial_cleared, commercial_use: "
        "true,"
        " requires_attribution: false, supported_languages: []}]");
    set("audio.archive.path", "audio");
    set("audio.allowed_hosts", "[127.0.0.1]");
    set("audio.signing_keys",
        std::string{"["} + secrets::signing_key + ", " + secrets::old_signing_key + "]");
}

gateway_config& gateway_config::set(const std::string& key, const std::string& value) {
    values_[parts_of(key)] = value;
    return *this;
}

gateway_config& gateway_config::erase(const std::string& key) {
    values_.erase(parts_of(key));
    return *this;
}

std::string gateway_config::yaml() const {
    std::string text;
    std::vector<std::string> open;
    for (const auto& [path, value] : values_) {
        std::size_t shared = 0;
        while (shared < open.size() && shared + 1 < path.size() && open[shared] == path[shared])
            ++shared;
        open.assign(path.begin(), path.end() - 1);
        for (std::size_t depth = shared; depth < open.size(); ++depth)
            text += std::string(2 * depth, ' ') + open[depth] + ":\n";
        text += std::string(2 * open.size(), ' ') + path.back() + ": " + value + "\n";
    }
    return text;
}

std::string sha256_hex(const std::string& text) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    std::string hex;
    for (const unsigned char each : digest) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(each));
        hex += two;
    }
    return hex;
}

std::string keys_yaml(const std::vector<client_key>& keys) {
    std::string text;
    for (const client_key& each : keys) {
        text += "- sha256: " + sha256_hex(each.raw) + "\n  user: " + each.user +
                "\n  organizations: " + each.organizations + "\n";
        for (std::size_t at = 0; at < each.further.size();) {
            const auto end = each.further.find('\n', at);
            text += "  " + each.further.substr(at, end - at) + "\n";
            at = end == std::string::npos ? each.further.size() : end + 1;
        }
    }
    return text;
}

gateway_process::gateway_process(const std::filesystem::path& folder, const std::string& config_file,
                                 const std::string& name, const std::vector<std::string>& environment)
    : child_{{GATEWAY_PROGRAM, {"--config", config_file}, environment}, folder, name} {
    url_ = child_.wait_for_line("music-gateway: listening on ");
    admin_ = child_.wait_for_line("music-gateway: admin on ");
    watch_gateway(url_);
}

gateway_process::~gateway_process() {
    forget_gateway(url_);
}

finished run_gateway(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
    return run({GATEWAY_PROGRAM, arguments, environment});
}

}  // namespace end_to_end
