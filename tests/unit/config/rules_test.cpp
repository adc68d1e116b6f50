#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

struct broken {
    const char* yaml;
    const char* problem;  // part of the one problem; empty when there is none
};

}  // namespace

class Rule : public ConfigFile, public testing::WithParamInterface<broken> {};

TEST_P(Rule, Holds) {
    folder.write("cert.pem", "x");
    folder.write("key.pem", "x");
    const auto lines = problems_of(GetParam().yaml);
    if (*GetParam().problem == '\0')
        EXPECT_THAT(lines, IsEmpty());
    else
        EXPECT_THAT(lines, ElementsAre(HasSubstr(GetParam().problem)));
}

constexpr const char* key16 = "0123456789abcdef";

INSTANTIATE_TEST_SUITE_P(
    Listening, Rule,
    testing::Values(
        broken{"auth: { mode: open }\nlisten: 0.0.0.0:80",
               "2:9: listen: must be a loopback address or a UNIX socket"},
        broken{"auth: { mode: open }\nlisten: '[::]:80'", "listen: must be a loopback"},
        broken{"auth: { mode: open }\nlisten: 127.9.9.9:80", ""},
        broken{"auth: { mode: open }\nlisten: '[::1]:80'", ""},
        broken{"auth: { mode: open }\nlisten: unix:/s", ""}, broken{"listen: 0.0.0.0:80", ""},
        broken{"listen: 127.0.0.1:9090", "admin: must differ from listen"},
        broken{"listen: 0.0.0.0:9090", "admin: must differ from listen"},
        broken{"listen: unix:/s\nadmin: unix:/s", "2:8: admin: must differ"},
        broken{"listen: unix:/s\nadmin: unix:/t", ""}, broken{"listen: 127.0.0.1:0\nadmin: 127.0.0.1:0", ""},
        broken{"listen: 127.0.0.2:9090", ""}, broken{"admin: ''", "admin: must be an address"},
        broken{"threads: 257", "threads: must be from 0 to 256"}, broken{"threads: 256", ""},
        broken{"threads: -1", "threads: must be from 0"},
        broken{"tls: { certificate: cert.pem, private_key: key.pem }", ""},
        broken{"tls: { certificate: cert.pem }", "tls.certificate: is set, but tls.private_key is not"},
        broken{"tls: { private_key: key.pem }", "1:21: tls.private_key: is set, but tls.certificate is not"},
        broken{"tls: { certificate: gone.pem, private_key: key.pem }",
               "tls.certificate: the file gone.pem does not exist"}));

INSTANTIATE_TEST_SUITE_P(
    Console, Rule,
    testing::Values(broken{"console: { token: 0123456789abcdef }", ""}, broken{"console: { token: }", ""},
                    broken{"console: { token: '' }", ""},
                    broken{
                        "console: { token: 0123456789abcde }",
                        "console.token: must be empty, or printable characters without spaces, at least 16"},
                    broken{"console: { token: 'sixteen or more, but spaces' }",
                           "console.token: must be empty, or printable"},
                    broken{"admin: 0.0.0.0:9090", ""}));

INSTANTIATE_TEST_SUITE_P(
    Urls, Rule,
    testing::Values(broken{"public_url: ftp://x", "public_url: must be an absolute http"},
                    broken{"public_url: //x", "public_url: must be"},
                    broken{"public_url: 'http://'", "public_url: must be"},
                    broken{"public_url: https://h/?a", "public_url: must be"},
                    broken{"public_url: 'https://h/#a'", "public_url: must be"},
                    broken{"public_url: https://u:p@h/", "public_url: must be"},
                    broken{"public_url: http://h:65536", "public_url: must be"},
                    broken{"public_url: 'http://h h'", "public_url: must be"},
                    broken{"public_url: http://[::1]:80/a", ""},
                    broken{"producer: { base_url: localhost:1 }", "producer.base_url: must be"},
                    broken{"producer: { base_url: http://127.0.0.1:1 }", ""},
                    broken{"store: { redis: { url: redis+sentinel://h } }", "redis+sentinel://HOST:PORT,"},
                    broken{"store: { redis: { url: 'redis+sentinel://a,b:1/m' } }", ""},
                    broken{"store: { redis: { url: redis://u@h } }", "store.redis.url: must be"},
                    broken{"store: { redis: { url: 'rediss://h?ca=/ca.pem' } }", ""},
                    broken{"store: { redis: { url: http://h } }", "store.redis.url: must be"},
                    broken{"store: { redis: { url: redis://h/x } }", "store.redis.url: must be"},
                    broken{"store: { redis: { url: redis://h/-1 } }", "store.redis.url: must be"},
                    broken{"store: { redis: { url: redis:h } }", "store.redis.url: must be"},
                    broken{"store: { redis: { url: unix:///run/redis.sock } }", ""},
                    broken{"store: { redis: { url: unix:// } }", "store.redis.url: must be"},
                    broken{"store: { redis: { url: rediss://h:1/3 } }", ""},
                    broken{"producer: { webhook: { public_url: https://h } }",
                           "public_url: is set, but producer.webhook.secret"},
                    broken{"producer: { webhook: { secret: s } }",
                           "secret: is set, but producer.webhook.public_url is not"},
                    broken{"producer: { webhook: { public_url: ftp://h, secret: s } }",
                           "webhook.public_url: must be empty, or"},
                    broken{"producer: { webhook: { public_url: 'http://h', secret: s } }", ""}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, Rule,
    testing::Values(broken{"producer: { poll: { every: 11s } }",
                           "producer.poll.every: must not be more than producer.poll.up_to, which is 10s"},
                    broken{"producer: { poll: { every: 10s } }", ""},
                    broken{"producer: { poll: { first: 15m } }",
                           "producer.poll.first: must be less than producer.poll.deadline"},
                    broken{"producer: { poll: { first: never } }", "must be `learned`, or a duration"},
                    broken{"producer: { max_polls_per_second: 0 }", "must be above 0"},
                    broken{"producer: { max_in_flight: 0 }", "must be from 1 to"},
                    broken{"producer: { create_timeout: 0s }", "must be from 100ms to 10m"},
                    broken{"producer: { credits: { check_every: 0s } }", "must be from 100ms"},
                    broken{"store: { retention: 0s }", "must be from 100ms to 3650d"},
                    broken{"limits: { body: 65MiB }", "must be from 1KiB to 64MiB"},
                    broken{"limits: { headers: 100B }", "must be from 1KiB to 1MiB"},
                    broken{"limits: { connections: 0 }", "must be from 1"},
                    broken{"limits: { request_timeout: 0s }", "must be from 100ms"},
                    broken{"limits: { in_flight_per_organization: 5 }", ""},
                    broken{"limits: { queued_per_organization: 0 }", "from 1 to"},
                    broken{"limits: { in_flight_per_organization: 6 }",
                           "must not be more than producer.max_in_flight, which is 5"},
                    broken{"drain: 2h", "drain: must be from 0s to 1h"}, broken{"drain: 0s", ""},
                    broken{"audio: { archive: { kind: none } }", "audio.archive.kind: none"}));

INSTANTIATE_TEST_SUITE_P(
    Engines, Rule,
    testing::Values(
        broken{"engines: []", "1:10: engines: must name at least one engine"}, broken{"engines:\n", ""},
        broken{"engines: [{engine_key: a, model: m}, {engine_key: a, model: n}]",
               "1:51: engines[1].engine_key: 'a' is the key of engines[0] already"},
        broken{"engines: [{model: m}]", "engines[0].engine_key: is required"},
        broken{"engines: [{engine_key: a, model: ''}]", "engines[0].model: must be a text that is not empty"},
        broken{"engines: [{engine_key: 'a b', model: m}]", "engines[0].engine_key: must be 1 to 64 letters"},
        broken{
            "engines: [{engine_key: a, model: m, licence_class: free}]",
            "must be one of commercial_cleared, commercial_enterprise, personal_only, unclear, not 'free'"},
        broken{"engines: [{engine_key: a, model: m, credits: -1}]", "engines[0].credits: must be from 0"},
        broken{"engines: [{engine_key: a, model: m, supports_lyrics: maybe}]",
               "must be true or false, not 'maybe'"},
        broken{"engines: [{engine_key: a, model: m, modell: m}]",
               "engines[0].modell: there is no such key; did you mean 'model'?"}));

INSTANTIATE_TEST_SUITE_P(
    Audio, Rule,
    testing::Values(
        broken{"audio: { archive: { path: '' } }",
               "audio.archive.path: is required while audio.archive.kind is folder or s3"},
        broken{"audio: { allowed_hosts: ['127.0.0.1:8080', '[::1]:80', 'cdn.example.com:443', '::1'] }", ""},
        broken{"audio: { allowed_hosts: ['cdn.example.com:'] }", "audio.allowed_hosts: must be"},
        broken{"audio: { allowed_hosts: ['http://cdn'] }",
               "audio.allowed_hosts: must be a list of host names"},
        broken{"audio: { allowed_hosts: [10.0.0.0/33] }", "audio.allowed_hosts: must be"},
        broken{"audio: { allowed_hosts: ['fc00::/7', 127.0.0.1, cdn.example.com] }", ""},
        broken{"audio: { signing_keys: [0123456] }", "at least 8 characters"},
        broken{"audio: { signing_keys: [0123456789abcdef] }", ""},
        broken{"audio: { signing_keys: [''] }", "at least 8"}));

// What a bucket needs, and the one thing left to say.
#define BUCKET(more)                                                                                   \
    "audio: { archive: { kind: s3, s3: { bucket: music, access_key_id: id, secret_access_key: no" more \
    " } } }"

INSTANTIATE_TEST_SUITE_P(
    Bucket, Rule,
    testing::Values(
        broken{BUCKET(""), ""}, broken{BUCKET(", endpoint: 'http://127.0.0.1:9000'"), ""},
        broken{BUCKET(", session_token: 'a+/=', prefix: music/audio, serve: presigned, region: eu-west-1"),
               ""},
        broken{"audio: { archive: { kind: s3, s3: { access_key_id: id, secret_access_key: no } } }",
               "audio.archive.s3.bucket: is required while audio.archive.kind is s3"},
        broken{"audio: { archive: { kind: s3, s3: { bucket: music, secret_access_key: no } } }",
               "audio.archive.s3.access_key_id: is required while audio.archive.kind is s3"},
        broken{"audio: { archive: { kind: s3, s3: { bucket: music, access_key_id: id } } }",
               "audio.archive.s3.secret_access_key: is required while audio.archive.kind is s3"},
        broken{"audio: { archive: { kind: folder, s3: { bucket: music } } }", ""},
        broken{"audio: { archive: { s3: { bucket: ab } } }", "audio.archive.s3.bucket: must be 3 to 63"},
        broken{"audio: { archive: { s3: { bucket: a/b/c } } }", "audio.archive.s3.bucket: must be 3 to 63"},
        broken{BUCKET(", prefix: /audio"), "audio.archive.s3.prefix: must be empty, or names"},
        broken{BUCKET(", prefix: a/../b"), "audio.archive.s3.prefix: must be empty, or names"},
        broken{BUCKET(", prefix: 'a b'"), "audio.archive.s3.prefix: must be empty, or names"},
        broken{BUCKET(", endpoint: store.test"), "audio.archive.s3.endpoint: must be empty, or an absolute"},
        broken{BUCKET(", public_endpoint: 'https://u:p@store.test'"),
               "audio.archive.s3.public_endpoint: must be"},
        broken{BUCKET(", serve: directly"), "audio.archive.s3.serve: must be one of relay, presigned"},
        broken{BUCKET(", addressing: host, endpoint: 'http://127.0.0.1:9000'"),
               "audio.archive.s3.addressing: must be path"},
        broken{BUCKET(", addressing: host, endpoint: 'http://[::1]:9000'"),
               "audio.archive.s3.addressing: must be path"},
        broken{BUCKET(", addressing: host, endpoint: 'http://store.test'"), ""},
        broken{BUCKET(", certificate_authority: cert.pem"), ""},
        broken{BUCKET(", certificate_authority: gone.pem"),
               "audio.archive.s3.certificate_authority: the file gone.pem does not exist"}));

using SigningKeys = ConfigFile;

TEST_F(SigningKeys, MayBeUnsetWithTheMemoryStore) {
    for (const char* yaml : {"", "audio: { signing_keys: }", "audio: { signing_keys: [] }",
                             "audio: { signing_keys: [ ${PLAYBACK_SIGNING_KEY} ] }"})
        EXPECT_THAT(settings_of(yaml).audio.signing_keys, IsEmpty()) << yaml;
    variables["PLAYBACK_SIGNING_KEY"] = "";
    EXPECT_THAT(settings_of("").audio.signing_keys, IsEmpty());
}

TEST_F(SigningKeys, ComeFromTheEnvironmentByDefault) {
    variables["PLAYBACK_SIGNING_KEY"] = key16;
    EXPECT_THAT(settings_of("").audio.signing_keys, ElementsAre(key16));
    variables["PLAYBACK_SIGNING_KEY"] = "short";
    EXPECT_THAT(
        problems_of(""),
        ElementsAre("1:1: audio.signing_keys: must be a list of texts of at least 8 characters each"));
}

TEST_F(SigningKeys, AreRequiredWithTheRedisStore) {
    for (const char* audio :
         {"", "audio: { signing_keys: [] }", "audio: { signing_keys: [ ${PLAYBACK_SIGNING_KEY} ] }"})
        EXPECT_THAT(
            problems_of(std::string{"store: { kind: redis }\n"} + audio),
            ElementsAre(HasSubstr(
                "audio.signing_keys: is required while store.kind is redis: all replicas must sign")));
    variables["PLAYBACK_SIGNING_KEY"] = key16;
    EXPECT_THAT(problems_of("store: { kind: redis }"), IsEmpty());
}

TEST_F(SigningKeys, OfASecondRotationAreErrorsWhenUnset) {
    variables["PLAYBACK_SIGNING_KEY"] = key16;
    EXPECT_THAT(problems_of("audio: { signing_keys: [ ${PLAYBACK_SIGNING_KEY}, ${OLD_KEY} ] }"),
                ElementsAre("1:51: audio.signing_keys: the environment variable OLD_KEY is not set"));
}
