#include "gateway/parts_settings.hpp"

#include "gateway/runtime/random_id.hpp"

#include <algorithm>
#include <thread>

namespace gateway {

namespace {

// Of the lease around a paid call over the call's own time-out: for storing before it and after it.
constexpr milliseconds submit_margin{15'000};

work_limits limits_of(const config::settings& from) {
    work_limits limits;
    limits.max_in_flight = from.producer.max_in_flight;
    limits.in_flight_per_organization = from.limits.in_flight_per_organization;
    limits.queued_per_organization = from.limits.queued_per_organization;
    limits.max_polls_per_second = from.producer.max_polls_per_second;
    limits.retention = from.store.retention;
    limits.submit_lease = std::max(limits.lease, from.producer.create_timeout + submit_margin);
    return limits;
}

std::string text_of(const config::address& at) {
    if (at.is_unix())
        return "unix:" + at.socket_path;
    const bool v6 = at.host.find(':') != std::string::npos;
    return (v6 ? "[" + at.host + "]" : at.host) + ":" + std::to_string(at.port);
}

}  // namespace

service::policy_ptr client_policy(const config::loaded& from) {
    const config::settings& values = from.values;
    auto policy = std::make_shared<service::policy>(from.keys, values.auth.mode == config::auth_mode::open);
    policy->engines = values.engines;
    policy->texts.prompt = static_cast<std::size_t>(values.limits.prompt);
    policy->texts.lyrics = static_cast<std::size_t>(values.limits.lyrics);
    policy->texts.title = static_cast<std::size_t>(values.limits.title);
    policy->texts.style_tags = static_cast<std::size_t>(values.limits.style_tags);
    policy->limits = limits_of(values);
    policy->failed_attempts_per_minute = values.limits.failed_attempts_per_minute;
    if (values.idempotency.on_mismatch == config::mismatch_action::reject)
        policy->mismatch = service::on_key_mismatch::reject;
    return policy;
}

work::work_policy_ptr work_policy(const config::settings& from) {
    auto policy = std::make_shared<work::work_policy>();
    policy->engines = from.engines;
    policy->limits = limits_of(from);
    policy->poll.first = from.producer.poll.first;
    policy->poll.every = from.producer.poll.every;
    policy->poll.up_to = from.producer.poll.up_to;
    policy->poll.deadline = from.producer.poll.deadline;
    // Announced ends need no look; polling is then the safety net for what was never announced.
    if (from.producer.webhook.enabled())
        policy->poll.after_typical = 2;
    policy->create_timeout = from.producer.create_timeout;
    policy->poll_timeout = from.producer.poll_timeout;
    policy->unknown_wait = from.producer.unknown_outcome.wait;
    policy->resubmit_unknown = from.producer.unknown_outcome.then == config::unknown_outcome_action::resubmit;
    policy->credits_hold = from.producer.credits.hold;
    policy->credits_check_every = from.producer.credits.check_every;
    return policy;
}

std::optional<adapters::producer::webhook_signer> webhooks_of(const config::settings& from) {
    const config::webhook_settings& webhook = from.producer.webhook;
    if (!webhook.enabled())
        return std::nullopt;
    return adapters::producer::webhook_signer{webhook.public_url, webhook.secret};
}

adapters::producer::client_settings producer_settings(const config::settings& from) {
    adapters::producer::client_settings settings;
    settings.webhooks = webhooks_of(from);
    settings.base_url = from.producer.base_url;
    settings.api_key = from.producer.api_key;
    settings.allowed_hosts = from.audio.allowed_hosts;
    return settings;
}

adapters::aitronos::playback_settings playback_settings(const config::settings& from) {
    adapters::aitronos::playback_settings settings;
    settings.public_url = from.public_url;
    settings.signing_keys = from.audio.signing_keys;
    settings.ttl = std::chrono::floor<std::chrono::seconds>(from.audio.url_ttl);
    // Only with the memory store, whose tracks end with the process just as these URLs do.
    if (settings.signing_keys.empty())
        settings.signing_keys.push_back(random_id("", 64));
    return settings;
}

console::access_settings console_access(const config::settings& from) {
    return {from.console.token, config::is_loopback(from.admin)};
}

app::server_plan plan_of(const config::settings& from, http::tls_settings tls) {
    app::server_plan plan;
    plan.listen = text_of(from.listen);
    plan.admin = text_of(from.admin);
    plan.threads = from.threads > 0 ? static_cast<std::size_t>(from.threads)
                                    : std::max(1U, std::thread::hardware_concurrency());
    plan.http.header_bytes = from.limits.headers;
    plan.http.body_bytes = from.limits.body;
    plan.http.connections = static_cast<std::size_t>(from.limits.connections);
    plan.http.connections_per_address = static_cast<std::size_t>(from.limits.connections_per_address);
    plan.http.requests_per_connection = static_cast<std::size_t>(from.limits.requests_per_connection);
    plan.http.idle_timeout = from.limits.idle_timeout;
    plan.http.request_timeout = from.limits.request_timeout;
    plan.http.handle_budget = from.limits.request_timeout;
    plan.drain = from.drain;
    plan.tls = std::move(tls);
    return plan;
}

adapters::redis::store_options redis_options(const config::settings& from, metrics& counts,
                                             std::shared_ptr<adapters::redis::write_marks> marks) {
    adapters::redis::store_options options;
    options.replicas = from.store.redis.replicas;
    options.connection.when_up_or_down = [&counts](bool up) { counts.store_link(up); };
    options.known.most_bytes = from.store.redis.cache;
    options.known.marks = std::move(marks);
    options.known.counted = [&counts](bool known) { counts.job_read(known ? "cache" : "redis"); };
    return options;
}

adapters::s3::s3_settings bucket_settings(const config::settings& from) {
    const config::s3_settings& bucket = from.audio.archive.s3;
    adapters::s3::s3_settings settings;
    settings.endpoint = bucket.endpoint;
    settings.public_endpoint = bucket.public_endpoint;
    settings.region = bucket.region;
    settings.bucket = bucket.bucket;
    settings.prefix = bucket.prefix;
    settings.how = bucket.bucket_in_host() ? adapters::s3::addressing::host : adapters::s3::addressing::path;
    settings.presign = bucket.serve == config::bucket_serving::presigned;
    settings.keys = {bucket.access_key_id, bucket.secret_access_key, bucket.session_token};
    settings.certificate_authority = bucket.certificate_authority;
    return settings;
}

adapters::ffmpeg::settings audio_work_settings(const config::settings& from) {
    adapters::ffmpeg::settings settings;
    settings.scratch = from.audio.work.folder;
    if (settings.scratch.empty())
        settings.scratch = std::filesystem::path{from.audio.archive.path} / ".work";
    settings.at_once = static_cast<unsigned>(from.audio.work.at_once);
    settings.child.memory = from.audio.work.memory;
    return settings;
}

std::string missed_without_audio_tools(const config::settings& from) {
    std::string missed;
    const auto add = [&](const engine& of, const char* what) {
        missed.append(missed.empty() ? "" : ", ").append(of.engine_key).append(": ").append(what);
    };
    for (const engine& each : from.engines) {
        if (each.length == length_rule::fit)
            add(each, "length: fit");
        if (each.seed == seed_rule::continue_track)
            add(each, "seed: continue");
        if (each.format != delivered_format::source)
            add(each, "format");
        add(each, "mode focus");
    }
    return missed;
}

}  // namespace gateway
