#pragma once
// The command line of producer-simulator. Its names are part of the interface.

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace simulator {

struct options {
    std::string listen = "127.0.0.1:0";
    std::string cdn_listen = "127.0.0.1:0";
    std::string cdn_url;  // empty: made from where the CDN listens
    std::filesystem::path script;
    std::filesystem::path media;
    std::string api_key = "sk_simulator";
    std::uint64_t credits = 1'000'000;
    std::uint64_t extra_credits = 0;
    std::optional<std::uint64_t> max_concurrent;
    bool allow_http_webhooks = false;
    std::filesystem::path tls_certificate;
    std::filesystem::path tls_key;
};

// Throws std::runtime_error with a sentence when the command line cannot be used.
// std::nullopt: help was asked for, and written to `help`.
std::optional<options> read_options(int argc, char** argv, std::ostream& help);

struct address {
    std::string host;
    std::uint16_t port = 0;
};

// "127.0.0.1:0", "[::1]:80". Throws std::runtime_error as above.
address read_address(const std::string& text);

}  // namespace simulator
