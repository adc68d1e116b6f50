#pragma once
// Everything a user can configure, read and checked: plain values, each with the default the YAML file would
// give it. The keys, their sentences and their limits stand in config/keys.cpp; what they mean together in
// config/rules.hpp.

#include "gateway/domain/engine.hpp"
#include "gateway/runtime/log.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace config {

using std::chrono::milliseconds;

// Where to listen: an IP address with a port (0: any free one), or a UNIX socket when `socket_path` is not
// empty.
struct address {
    std::string host;  // numeric, without brackets
    std::uint16_t port = 0;
    std::string socket_path;

    bool is_unix() const noexcept { return !socket_path.empty(); }
    bool operator==(const address&) const = default;
};

enum class auth_mode { keys, open };
enum class store_kind { memory, redis };
enum class archive_kind { folder, s3, none };
enum class bucket_addressing { automatic, path, host };
enum class bucket_serving { relay, presigned };
enum class unknown_outcome_action { fail, resubmit };
enum class mismatch_action { return_existing, reject };

struct tls_settings {
    std::string certificate;  // PEM files, absolute; both or neither
    std::string private_key;

    bool enabled() const noexcept { return !certificate.empty(); }
    bool operator==(const tls_settings&) const = default;
};

struct auth_settings {
    auth_mode mode = auth_mode::keys;
    std::string keys_file = "keys.yaml";  // absolute once loaded

    bool operator==(const auth_settings&) const = default;
};

struct redis_settings {
    std::string url = "redis://127.0.0.1:6379/0";  // may hold credentials: never log it
    int replicas = 0;                              // that must have a write before it counts
    std::size_t cache = std::size_t{4} << 20;      // bytes per thread for jobs that are read again

    bool operator==(const redis_settings&) const = default;
};

struct store_settings {
    store_kind kind = store_kind::memory;
    redis_settings redis;
    milliseconds retention = std::chrono::hours{24 * 30};

    bool operator==(const store_settings&) const = default;
};

struct poll_settings {
    std::optional<milliseconds> first;  // nothing: near the engine's learned typical time
    milliseconds every = std::chrono::seconds{5};
    milliseconds up_to = std::chrono::seconds{10};
    milliseconds deadline = std::chrono::minutes{15};

    bool operator==(const poll_settings&) const = default;
};

struct webhook_settings {
    std::string public_url;  // without a slash at its end; both or neither
    std::string secret;

    bool enabled() const noexcept { return !public_url.empty(); }
    bool operator==(const webhook_settings&) const = default;
};

struct unknown_outcome_settings {
    milliseconds wait = std::chrono::minutes{5};
    unknown_outcome_action then = unknown_outcome_action::fail;

    bool operator==(const unknown_outcome_settings&) const = default;
};

struct credits_settings {
    milliseconds check_every = std::chrono::seconds{60};
    milliseconds hold{0};

    bool operator==(const credits_settings&) const = default;
};

struct producer_settings {
    std::string base_url = "https://api.aimusicapi.ai";  // without a slash at its end
    std::string api_key;                                 // never empty once loaded
    milliseconds create_timeout = std::chrono::seconds{25};
    milliseconds poll_timeout = std::chrono::seconds{10};
    int max_in_flight = 5;
    double max_polls_per_second = 2;
    poll_settings poll;
    webhook_settings webhook;
    unknown_outcome_settings unknown_outcome;
    credits_settings credits;

    bool operator==(const producer_settings&) const = default;
};

struct s3_settings {
    std::string endpoint;         // without a slash at its end; empty: Amazon's own, of the region
    std::string public_endpoint;  // likewise; empty: the endpoint
    std::string region = "us-east-1";
    std::string bucket;
    std::string prefix;
    bucket_addressing addressing = bucket_addressing::automatic;
    bucket_serving serve = bucket_serving::relay;
    std::string access_key_id;  // never in a log, like the two below
    std::string secret_access_key;
    std::string session_token;
    std::string certificate_authority;  // absolute once loaded

    // What `automatic` comes to.
    bool bucket_in_host() const noexcept {
        return addressing == bucket_addressing::host ||
               (addressing == bucket_addressing::automatic && endpoint.empty());
    }
    bool operator==(const s3_settings&) const = default;
};

struct archive_settings {
    archive_kind kind = archive_kind::folder;
    s3_settings s3;
    std::string path = "/var/lib/music-gateway/audio";  // absolute once loaded

    bool operator==(const archive_settings&) const = default;
};

struct audio_work_settings {
    std::string folder;  // absolute once loaded; empty: beside the archive
    int at_once = 1;
    std::size_t memory = std::size_t{1} << 30;  // bytes

    bool operator==(const audio_work_settings&) const = default;
};

struct audio_settings {
    archive_settings archive;
    audio_work_settings work;
    std::vector<std::string> allowed_hosts;  // empty: any public address
    milliseconds url_ttl = std::chrono::minutes{10};
    // The first signs, all verify. Empty only with store.kind memory: then make a random one at start.
    std::vector<std::string> signing_keys;

    bool operator==(const audio_settings&) const = default;
};

struct idempotency_settings {
    mismatch_action on_mismatch = mismatch_action::return_existing;

    bool operator==(const idempotency_settings&) const = default;
};

struct limit_settings {
    std::uint64_t body = 256 * 1024;  // bytes
    std::uint64_t headers = 16 * 1024;
    int connections = 10'000;
    int connections_per_address = 0;          // 0: no limit of its own
    int requests_per_connection = 1'000'000;  // 0: no limit
    int failed_attempts_per_minute = 60;      // 0: no limit
    milliseconds request_timeout = std::chrono::seconds{15};
    milliseconds idle_timeout = std::chrono::seconds{75};
    int prompt = 5000;  // characters
    int lyrics = 10'000;
    int title = 200;
    int style_tags = 50;  // tags
    int queued_per_organization = 1000;
    int in_flight_per_organization = 0;  // 0: no limit of its own

    bool operator==(const limit_settings&) const = default;
};

struct console_settings {
    std::string token;  // empty: none

    bool operator==(const console_settings&) const = default;
};

struct log_settings {
    gateway::log::level level = gateway::log::level::info;

    bool operator==(const log_settings&) const = default;
};

// The engine that a configuration without `engines` offers.
inline gateway::engine studio_engine() {
    gateway::engine studio;
    studio.engine_key = "studio";
    studio.display_name = "Studio";
    studio.model = "FUZZ-2.0";
    studio.supported_languages = {"en"};
    return studio;
}

struct settings {
    address listen{"127.0.0.1", 8080, {}};
    address admin{"127.0.0.1", 9090, {}};
    std::string public_url = "http://127.0.0.1:8080";  // without a slash at its end
    int threads = 0;                                   // 0: one per core
    tls_settings tls;
    auth_settings auth;
    store_settings store;
    producer_settings producer;
    std::vector<gateway::engine> engines{studio_engine()};  // at least one, engine_key unique
    audio_settings audio;
    idempotency_settings idempotency;
    limit_settings limits;
    console_settings console;
    milliseconds drain = std::chrono::seconds{20};
    log_settings log;

    bool operator==(const settings&) const = default;
};

}  // namespace config
