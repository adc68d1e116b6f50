#include "config/rules.hpp"

#include "config/scalars.hpp"
#include "config/text_file.hpp"
#include "gateway/runtime/url_spelling.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <map>

namespace config {

namespace {

template <class... Names>
bool good(const table_reader& reader, Names... names) {
    return (reader.is_good(names) && ...);
}

// Reported at the one that is there: that is where the user looks.
void both_or_neither(table_reader& reader, const char* first, bool first_set, const char* second,
                     bool second_set) {
    if (!good(reader, first, second) || first_set == second_set)
        return;
    const std::string there = first_set ? first : second;
    const std::string missing = first_set ? second : first;
    reader.add(there, "is set, but " + missing + " is not: set both, or neither");
}

bool is_any_interface(const address& where) {
    return where.host == "0.0.0.0" || where.host == "::";
}

bool collide(const address& left, const address& right) {
    if (left.is_unix() || right.is_unix())
        return left.socket_path == right.socket_path;
    return left.port != 0 && left.port == right.port &&
           (left.host == right.host || is_any_interface(left) || is_any_interface(right));
}

void check_addresses(const settings& all, table_reader& reader) {
    if (good(reader, "listen", "admin") && collide(all.listen, all.admin))
        reader.add("admin",
                   "must differ from listen: health and metrics are never served on the client port");
    if (good(reader, "auth.mode", "listen") && all.auth.mode == auth_mode::open && !is_loopback(all.listen))
        reader.add("listen", "must be a loopback address or a UNIX socket while auth.mode is open, not '" +
                                 reader.nameable("listen", to_text(all.listen)) + "'");
}

void check_readable(table_reader& reader, const char* key, const std::string& path) {
    if (path.empty() || !good(reader, key))
        return;
    const file_text content = read_text_file(path, 1024 * 1024);
    if (!content.trouble.empty())
        reader.add(key, "the file " + reader.nameable(key, path) + " " + content.trouble);
}

void check_tls(const settings& all, table_reader& reader, purpose what_for) {
    both_or_neither(reader, "tls.certificate", !all.tls.certificate.empty(), "tls.private_key",
                    !all.tls.private_key.empty());
    if (what_for == purpose::show)
        return;
    check_readable(reader, "tls.certificate", all.tls.certificate);
    check_readable(reader, "tls.private_key", all.tls.private_key);
}

void check_producer(const producer_settings& producer, table_reader& reader) {
    both_or_neither(reader, "producer.webhook.public_url", !producer.webhook.public_url.empty(),
                    "producer.webhook.secret", !producer.webhook.secret.empty());
    const poll_settings& poll = producer.poll;
    if (good(reader, "producer.poll.every", "producer.poll.up_to") && poll.every > poll.up_to)
        reader.add("producer.poll.every", "must not be more than producer.poll.up_to, which is " +
                                              reader.nameable("producer.poll.up_to", to_text(poll.up_to)));
    if (good(reader, "producer.poll.first", "producer.poll.deadline") && poll.first &&
        *poll.first >= poll.deadline)
        reader.add("producer.poll.first",
                   "must be less than producer.poll.deadline, which is " +
                       reader.nameable("producer.poll.deadline", to_text(poll.deadline)));
}

void check_engines(const std::vector<gateway::engine>& engines, table_reader& reader) {
    if (!good(reader, "engines"))
        return;
    if (engines.empty())
        reader.add("engines", "must name at least one engine");
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < engines.size(); ++i) {
        const std::string name = "engines[" + std::to_string(i) + "].engine_key";
        if (!good(reader, name) || engines[i].engine_key.empty())
            continue;
        const auto [known, is_new] = first.emplace(engines[i].engine_key, i);
        if (!is_new)
            reader.add(name, "'" + reader.nameable(name, engines[i].engine_key) + "' is the key of engines[" +
                                 std::to_string(known->second) + "] already");
    }
}

bool is_numeric(std::string_view url) {
    const std::string readable = gateway::with_readable_host(url);
    const auto parsed = boost::urls::parse_uri(readable);
    return parsed && parsed->host_type() != boost::urls::host_type::name;
}

void check_bucket(const s3_settings& bucket, table_reader& reader, purpose what_for) {
    const auto required = [&](const char* key, const std::string& value) {
        if (good(reader, key) && value.empty())
            reader.add(key, "is required while audio.archive.kind is s3");
    };
    required("audio.archive.s3.bucket", bucket.bucket);
    required("audio.archive.s3.access_key_id", bucket.access_key_id);
    required("audio.archive.s3.secret_access_key", bucket.secret_access_key);
    if (good(reader, "audio.archive.s3.addressing", "audio.archive.s3.endpoint",
             "audio.archive.s3.public_endpoint") &&
        bucket.bucket_in_host() && (is_numeric(bucket.endpoint) || is_numeric(bucket.public_endpoint)))
        reader.add("audio.archive.s3.addressing",
                   "must be path: a bucket's name cannot stand in front of an IP address");
    if (what_for != purpose::show)
        check_readable(reader, "audio.archive.s3.certificate_authority", bucket.certificate_authority);
}

void check_audio(const settings& all, table_reader& reader, purpose what_for) {
    if (good(reader, "audio.archive.kind") && all.audio.archive.kind == archive_kind::s3)
        check_bucket(all.audio.archive.s3, reader, what_for);
    if (good(reader, "audio.archive.kind") && all.audio.archive.kind == archive_kind::none)
        reader.add("audio.archive.kind",
                   "none (relaying from upstream) is not available yet; use folder or s3");
    if (good(reader, "audio.archive.kind", "audio.archive.path") &&
        all.audio.archive.kind != archive_kind::none && all.audio.archive.path.empty())
        reader.add("audio.archive.path", "is required while audio.archive.kind is folder or s3");
    if (good(reader, "store.kind", "audio.signing_keys") && all.store.kind == store_kind::redis &&
        all.audio.signing_keys.empty())
        reader.add(
            "audio.signing_keys",
            "is required while store.kind is redis: all replicas must sign playback URLs with the same key, "
            "also after a restart; set PLAYBACK_SIGNING_KEY, for example to the output of `openssl rand -hex "
            "32`");
}

void check_limits(const settings& all, table_reader& reader) {
    if (good(reader, "producer.max_in_flight", "limits.in_flight_per_organization") &&
        all.limits.in_flight_per_organization > all.producer.max_in_flight)
        reader.add("limits.in_flight_per_organization",
                   "must not be more than producer.max_in_flight, which is " +
                       reader.nameable("producer.max_in_flight", to_text(all.producer.max_in_flight)));
}

}  // namespace

void check_rules(const settings& all, table_reader& reader, purpose what_for) {
    check_addresses(all, reader);
    check_tls(all, reader, what_for);
    check_producer(all.producer, reader);
    check_engines(all.engines, reader);
    check_audio(all, reader, what_for);
    check_limits(all, reader);
}

}  // namespace config
