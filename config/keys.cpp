#include "config/keys.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace config {

namespace {

using namespace std::chrono_literals;
using rows::required;
using rows::secret;

constexpr milliseconds an_hour = 1h;
constexpr milliseconds a_day = 24h;
constexpr milliseconds ten_minutes = 10min;
constexpr std::uint64_t kibibyte = 1024;
constexpr std::uint64_t mebibyte = 1024 * 1024;

template <class Access>
key<settings> row(const char* name, kind what, std::vector<std::string> fallback, const char* sentence,
                  Access access) {
    return rows::row<settings>(name, what, std::move(fallback), sentence, access);
}

template <class Access, class Check>
key<settings> row(const char* name, kind what, std::vector<std::string> fallback, const char* sentence,
                  Access access, Check check) {
    return rows::row<settings>(name, what, std::move(fallback), sentence, access, std::move(check));
}

template <class Access>
key<settings> choice(const char* name, std::vector<std::string> choices, const char* fallback,
                     const char* sentence, Access access) {
    return rows::choice<settings>(name, std::move(choices), fallback, sentence, access);
}

// URLs are kept without a slash at their end, so that a path can be put behind them.
template <class Access>
key<settings> web_url(const char* name, std::vector<std::string> fallback, const char* sentence,
                      Access access, constraint<std::string> check) {
    key<settings> made = row(name, kind::url, std::move(fallback), sentence, access, std::move(check));
    made.write = [write = made.write, access](settings& target, std::span<const std::string> texts) {
        auto trouble = write(target, texts);
        std::string& url = access(target);
        while (!trouble && url.ends_with('/'))
            url.pop_back();
        return trouble;
    };
    return made;
}

void add_listening(std::vector<key<settings>>& table) {
    table.insert(
        table.end(),
        {row(
             "listen", kind::address, {"127.0.0.1:8080"}, "Clients; unix:/run/gateway.sock also works.",
             [](auto& s) -> auto& { return s.listen; }),
         row(
             "admin", kind::address, {"127.0.0.1:9090"},
             "/healthz /readyz /metrics /console, never on the client port.",
             [](auto& s) -> auto& { return s.admin; }),
         web_url(
             "public_url", {"http://127.0.0.1:8080"}, "What playback URLs start with.",
             [](auto& s) -> auto& { return s.public_url; }, web_address()),
         row(
             "threads", kind::integer, {"0"}, "I/O threads; 0: one per core.",
             [](auto& s) -> auto& { return s.threads; }, between(0, 256)),
         row(
             "tls.certificate", kind::path, {},
             "PEM file with the certificate chain; with private_key: serve HTTPS.",
             [](auto& s) -> auto& { return s.tls.certificate; }),
         row(
             "tls.private_key", kind::path, {}, "PEM file with its private key.",
             [](auto& s) -> auto& { return s.tls.private_key; }),
         choice(
             "auth.mode", {"keys", "open"}, "keys", "Open lets everybody in, on a loopback address only.",
             [](auto& s) -> auto& { return s.auth.mode; }),
         row(
             "auth.keys_file", kind::path, {"keys.yaml"},
             "Who may call; `music-gateway keys new` prints entries for it. Relative paths start at this "
             "file's folder.",
             [](auto& s) -> auto& { return s.auth.keys_file; }, not_empty()),
         secret(row(
             "console.token", kind::text, {},
             "Asked for by /console on the admin port. Without one the console answers on the loopback "
             "alone.",
             [](auto& s) -> auto& { return s.console.token; }, token_or_empty(16)))});
}

void add_store(std::vector<key<settings>>& table) {
    auto redis_url = row(
        "store.redis.url", kind::redis_url, {"redis://127.0.0.1:6379/0"},
        "rediss:// for TLS, unix:// for a socket, redis+sentinel://HOST,HOST/NAME for a group behind "
        "Sentinel.",
        [](auto& s) -> auto& { return s.store.redis.url; }, redis_address());
    redis_url.shown = secrecy::holds_credentials;
    table.insert(
        table.end(),
        {choice(
             "store.kind", {"memory", "redis"}, "memory", "Memory is one process and forgets when it ends.",
             [](auto& s) -> auto& { return s.store.kind; }),
         redis_url,
         row(
             "store.redis.replicas", kind::integer, {"0"},
             "That must have a job before it is answered 202 or paid for: survives any fail-over.",
             [](auto& s) -> auto& { return s.store.redis.replicas; }, between(0, 16)),
         row(
             "store.redis.cache", kind::size, {"4MiB"},
             "Jobs read for clients, per thread; Redis tells of changes. 0B: it is asked each time.",
             [](auto& s) -> auto& { return s.store.redis.cache; }, between(std::size_t{0}, 1024 * mebibyte)),
         row(
             "store.retention", kind::duration, {"30d"}, "How long jobs and their audio are kept.",
             [](auto& s) -> auto& { return s.store.retention; },
             between<milliseconds>(100ms, 3650 * a_day))});
}

void add_producer(std::vector<key<settings>>& table) {
    table.insert(
        table.end(),
        {web_url(
             "producer.base_url", {"https://api.aimusicapi.ai"}, "The AI Music API.",
             [](auto& s) -> auto& { return s.producer.base_url; }, web_address()),
         required(secret(row(
             "producer.api_key", kind::text, {"${PRODUCER_API_KEY}"}, "Required.",
             [](auto& s) -> auto& { return s.producer.api_key; }, token()))),
         row(
             "producer.create_timeout", kind::duration, {"25s"}, "For the call that starts a task.",
             [](auto& s) -> auto& { return s.producer.create_timeout; },
             between<milliseconds>(100ms, ten_minutes)),
         row(
             "producer.poll_timeout", kind::duration, {"10s"}, "For every other call.",
             [](auto& s) -> auto& { return s.producer.poll_timeout; },
             between<milliseconds>(100ms, ten_minutes)),
         row(
             "producer.max_in_flight", kind::integer, {"5"}, "Tasks at a time, over all replicas.",
             [](auto& s) -> auto& { return s.producer.max_in_flight; }, between(1, 1'000'000)),
         row(
             "producer.max_polls_per_second", kind::number, {"2"}, "Over all replicas.",
             [](auto& s) -> auto& { return s.producer.max_polls_per_second; }, above_zero_up_to(10'000)),
         row(
             "producer.poll.first", kind::duration_or_learned, {"learned"},
             "First look at a task: near the engine's learned typical time, or after a duration.",
             [](auto& s) -> auto& { return s.producer.poll.first; }, learned_or_between(0ms, an_hour)),
         row(
             "producer.poll.every", kind::duration, {"5s"}, "Then this often,",
             [](auto& s) -> auto& { return s.producer.poll.every; }, between<milliseconds>(10ms, an_hour)),
         row(
             "producer.poll.up_to", kind::duration, {"10s"}, "growing to this,",
             [](auto& s) -> auto& { return s.producer.poll.up_to; }, between<milliseconds>(10ms, an_hour)),
         row(
             "producer.poll.deadline", kind::duration, {"15m"}, "until the job fails.",
             [](auto& s) -> auto& { return s.producer.poll.deadline; }, between<milliseconds>(100ms, a_day)),
         web_url(
             "producer.webhook.public_url", {},
             "Where the producer reaches this gateway; with secret: webhooks on.",
             [](auto& s) -> auto& { return s.producer.webhook.public_url; }, web_address_or_empty()),
         secret(row(
             "producer.webhook.secret", kind::text, {}, "Signs the deliveries.",
             [](auto& s) -> auto& { return s.producer.webhook.secret; })),
         row(
             "producer.unknown_outcome.wait", kind::duration, {"5m"},
             "For news of a create whose answer was lost.",
             [](auto& s) -> auto& { return s.producer.unknown_outcome.wait; },
             between<milliseconds>(0ms, a_day)),
         choice(
             "producer.unknown_outcome.then", {"fail", "resubmit"}, "fail", "Resubmit risks a second charge.",
             [](auto& s) -> auto& { return s.producer.unknown_outcome.then; }),
         row(
             "producer.credits.check_every", kind::duration, {"60s"}, "While the credits are used up.",
             [](auto& s) -> auto& { return s.producer.credits.check_every; },
             between<milliseconds>(100ms, a_day)),
         row(
             "producer.credits.hold", kind::duration, {"0s"}, "How long queued jobs wait for new credits.",
             [](auto& s) -> auto& { return s.producer.credits.hold; },
             between<milliseconds>(0ms, 30 * a_day))});
}

void add_engines(std::vector<key<settings>>& table) {
    key<settings> engines;
    engines.name = "engines";
    engines.what = kind::mappings;
    engines.sentence = "What clients can order music from.";
    table.push_back(engines);
}

void add_bucket(std::vector<key<settings>>& table) {
    table.insert(
        table.end(),
        {web_url(
             "audio.archive.s3.endpoint", {}, "Empty: Amazon's, of the region.",
             [](auto& s) -> auto& { return s.audio.archive.s3.endpoint; }, web_address_or_empty()),
         row(
             "audio.archive.s3.region", kind::text, {"us-east-1"}, "Stores without regions take any.",
             [](auto& s) -> auto& { return s.audio.archive.s3.region; }, plain_name()),
         row(
             "audio.archive.s3.bucket", kind::text, {}, "Required with kind s3. It must exist.",
             [](auto& s) -> auto& { return s.audio.archive.s3.bucket; }, bucket_name_or_empty()),
         row(
             "audio.archive.s3.prefix", kind::text, {}, "A folder in the bucket, the gateway's own.",
             [](auto& s) -> auto& { return s.audio.archive.s3.prefix; }, key_prefix()),
         choice(
             "audio.archive.s3.addressing", {"auto", "path", "host"}, "auto",
             "Where the bucket stands in addresses. Auto: in the path when there is an endpoint.",
             [](auto& s) -> auto& { return s.audio.archive.s3.addressing; }),
         secret(row(
             "audio.archive.s3.access_key_id", kind::text, {}, "Required with kind s3.",
             [](auto& s) -> auto& { return s.audio.archive.s3.access_key_id; }, token_or_empty(1))),
         secret(row(
             "audio.archive.s3.secret_access_key", kind::text, {}, "Required with kind s3.",
             [](auto& s) -> auto& { return s.audio.archive.s3.secret_access_key; }, token_or_empty(1))),
         secret(row(
             "audio.archive.s3.session_token", kind::text, {}, "Of temporary credentials.",
             [](auto& s) -> auto& { return s.audio.archive.s3.session_token; }, token_or_empty(1))),
         row(
             "audio.archive.s3.certificate_authority", kind::path, {},
             "PEM file; then only what it vouches for is trusted.",
             [](auto& s) -> auto& { return s.audio.archive.s3.certificate_authority; }),
         choice(
             "audio.archive.s3.serve", {"relay", "presigned"}, "relay",
             "Relay: players get the audio from the gateway. Presigned: from the store itself.",
             [](auto& s) -> auto& { return s.audio.archive.s3.serve; }),
         web_url(
             "audio.archive.s3.public_endpoint", {}, "Where players find the store. Empty: the endpoint.",
             [](auto& s) -> auto& { return s.audio.archive.s3.public_endpoint; }, web_address_or_empty())});
}

void add_audio(std::vector<key<settings>>& table) {
    auto signing_keys = secret(row(
        "audio.signing_keys", kind::texts, {"${PLAYBACK_SIGNING_KEY}"},
        "The first signs playback URLs, all verify. With store.kind memory it may be unset.",
        [](auto& s) -> auto& { return s.audio.signing_keys; }, each_at_least(8)));
    signing_keys.default_may_be_unset = true;
    table.insert(table.end(),
                 {choice(
                      "audio.archive.kind", {"folder", "s3", "none"}, "folder",
                      "A folder, or an S3-compatible store; none, relaying from upstream, is not there yet.",
                      [](auto& s) -> auto& { return s.audio.archive.kind; }),
                  row(
                      "audio.archive.path", kind::path, {"/var/lib/music-gateway/audio"},
                      "The folder; with s3, where files wait for their upload.",
                      [](auto& s) -> auto& { return s.audio.archive.path; })});
    add_bucket(table);
    table.insert(table.end(),
                 {row(
                      "audio.work.folder", kind::path, {},
                      "For files being worked on. Unset: .work in the archive's folder.",
                      [](auto& s) -> auto& { return s.audio.work.folder; }),
                  row(
                      "audio.work.at_once", kind::integer, {"1"}, "Masters made at a time; more wait.",
                      [](auto& s) -> auto& { return s.audio.work.at_once; }, between(1, 64)),
                  row(
                      "audio.work.memory", kind::size, {"1GiB"}, "Of one ffmpeg.",
                      [](auto& s) -> auto& { return s.audio.work.memory; },
                      between(std::size_t{128} << 20, std::size_t{64} << 30)),
                  row(
                      "audio.allowed_hosts", kind::texts, {},
                      "Empty: any public address; private ranges only when named here.",
                      [](auto& s) -> auto& { return s.audio.allowed_hosts; }, hosts()),
                  row(
                      "audio.url_ttl", kind::duration, {"10m"}, "How long a playback URL works.",
                      [](auto& s) -> auto& { return s.audio.url_ttl; }, between<milliseconds>(1s, 7 * a_day)),
                  signing_keys});
}

void add_limits(std::vector<key<settings>>& table) {
    const auto count = [](const char* name, const char* fallback, const char* sentence, int least,
                          auto access) {
        return row(name, kind::integer, {fallback}, sentence, access, between(least, 1'000'000));
    };
    const auto wait = [](const char* name, const char* fallback, const char* sentence, auto access) {
        return row(name, kind::duration, {fallback}, sentence, access, between<milliseconds>(100ms, an_hour));
    };
    table.insert(
        table.end(),
        {choice(
             "idempotency.on_mismatch", {"return", "reject"}, "return",
             "The answer to a known key with another body: the job it made, or 422.",
             [](auto& s) -> auto& { return s.idempotency.on_mismatch; }),
         row(
             "limits.body", kind::size, {"256KiB"}, "Of a request.",
             [](auto& s) -> auto& { return s.limits.body; }, between(kibibyte, 64 * mebibyte)),
         row(
             "limits.headers", kind::size, {"16KiB"}, "Of a request.",
             [](auto& s) -> auto& { return s.limits.headers; }, between(kibibyte, mebibyte)),
         count(
             "limits.connections", "10000", "Of clients, at a time.", 1,
             [](auto& s) -> auto& { return s.limits.connections; }),
         count(
             "limits.connections_per_address", "0",
             "Of those, from one IPv4 address or IPv6 /64; 0: no limit, as it must be behind a proxy.", 0,
             [](auto& s) -> auto& { return s.limits.connections_per_address; }),
         count(
             "limits.requests_per_connection", "1000000", "The last answer ends it; 0: no limit.", 0,
             [](auto& s) -> auto& { return s.limits.requests_per_connection; }),
         count(
             "limits.failed_attempts_per_minute", "60",
             "Of keys that nobody has, from one IPv4 address or IPv6 /64; further ones get 429; 0: no limit.",
             0, [](auto& s) -> auto& { return s.limits.failed_attempts_per_minute; }),
         wait(
             "limits.request_timeout", "15s", "For reading a request, and for answering it.",
             [](auto& s) -> auto& { return s.limits.request_timeout; }),
         wait(
             "limits.idle_timeout", "75s", "Between two requests of a connection.",
             [](auto& s) -> auto& { return s.limits.idle_timeout; }),
         count(
             "limits.prompt", "5000", "Characters.", 1, [](auto& s) -> auto& { return s.limits.prompt; }),
         count(
             "limits.lyrics", "10000", "Characters.", 1, [](auto& s) -> auto& { return s.limits.lyrics; }),
         count(
             "limits.title", "200", "Characters.", 1, [](auto& s) -> auto& { return s.limits.title; }),
         count(
             "limits.style_tags", "50", "Tags.", 1, [](auto& s) -> auto& { return s.limits.style_tags; }),
         count(
             "limits.queued_per_organization", "1000", "Jobs; more are answered 429.", 1,
             [](auto& s) -> auto& { return s.limits.queued_per_organization; }),
         count(
             "limits.in_flight_per_organization", "0", "Tasks at a time; 0: up to producer.max_in_flight.", 0,
             [](auto& s) -> auto& { return s.limits.in_flight_per_organization; }),
         row(
             "drain", kind::duration, {"20s"}, "From SIGTERM until requests are cut off.",
             [](auto& s) -> auto& { return s.drain; }, between<milliseconds>(0ms, an_hour)),
         choice(
             "log.level", {"debug", "info", "warning", "error"}, "info",
             "One JSON object a line, on standard error.", [](auto& s) -> auto& { return s.log.level; })});
}

// What a reload hands to running threads: the rules for clients and for the work. The rest is built into what
// is already running.
bool takes_effect_on_reload(std::string_view name) {
    constexpr std::array built_in{"producer.base_url",
                                  "producer.api_key",
                                  "limits.body",
                                  "limits.headers",
                                  "limits.connections",
                                  "limits.connections_per_address",
                                  "limits.requests_per_connection",
                                  "limits.request_timeout",
                                  "limits.idle_timeout"};
    if (std::find(built_in.begin(), built_in.end(), name) != built_in.end() ||
        name.starts_with("producer.webhook."))
        return false;
    return name == "engines" || name == "store.retention" || name.starts_with("producer.") ||
           name.starts_with("limits.") || name.starts_with("idempotency.");
}

std::vector<key<settings>> make_setting_keys() {
    std::vector<key<settings>> table;
    add_listening(table);
    add_store(table);
    add_producer(table);
    add_engines(table);
    add_audio(table);
    add_limits(table);
    for (key<settings>& each : table)
        each.reloadable = takes_effect_on_reload(each.name);
    return table;
}

}  // namespace

std::string_view name_of(kind what) {
    switch (what) {
        case kind::text: return "a text";
        case kind::integer: return "a whole number";
        case kind::number: return "a number";
        case kind::boolean: return "true or false";
        case kind::duration: return "a duration such as 250ms, 25s, 5m, 12h or 30d";
        case kind::duration_or_learned: return "`learned`, or a duration such as 25s or 5m";
        case kind::size: return "a size such as 512B, 16KiB or 1MiB";
        case kind::address:
            return "an address such as 127.0.0.1:8080, \"[::1]:8080\" or unix:/run/gateway.sock";
        case kind::url: return "a URL";
        case kind::redis_url: return "a Redis URL";
        case kind::path: return "a path";
        case kind::choice: return "one of a few words";
        case kind::texts: return "a list of texts";
        case kind::hash: return "a SHA-256 hash, 64 hexadecimal characters";
        case kind::moment: return "a moment in UTC such as 2030-12-31T23:59:59Z, or null";
        case kind::mappings: return "a list of mappings";
    }
    return "";
}

std::span<const key<settings>> setting_keys() {
    static const std::vector<key<settings>> table = make_setting_keys();
    return table;
}

const key<settings>& setting_key(std::string_view name) {
    for (const key<settings>& row : setting_keys()) {
        if (row.name == name)
            return row;
    }
    throw std::logic_error("no such key: " + std::string{name});
}

}  // namespace config
