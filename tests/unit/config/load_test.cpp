#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using Loader = ConfigFile;

TEST_F(Loader, GivesAnEmptyFileEveryDefault) {
    config::settings expected;
    expected.producer.api_key = "sk-upstream-0123";
    expected.auth.keys_file = folder.path("keys.yaml");
    EXPECT_EQ(settings_of(""), expected);
    EXPECT_EQ(settings_of("# nothing\n"), expected);
    EXPECT_EQ(settings_of("producer:\naudio: {}\nlog: ~\n"), expected);
}

TEST_F(Loader, ReadsEveryKindOfValue) {
    const auto all = settings_of(
        "listen: \"[::1]:0\"\n"
        "admin: unix:/run/admin.sock\n"
        "public_url: https://music.example.com/base/\n"
        "threads: 3\n"
        "store: { kind: redis, redis: { url: 'rediss://u:p@redis.example.com:6380/2' }, retention: 12h }\n"
        "producer: { api_key: literal, max_polls_per_second: 0.5, poll: { first: 30s },\n"
        "            webhook: { public_url: https://hooks.example.com, secret: s3cret },\n"
        "            unknown_outcome: { then: resubmit } }\n"
        "engines:\n"
        "  - { engine_key: one, model: M-1, supports_vocals: false, typical_seconds: 90, "
        "supported_languages: [en, de] }\n"
        "  - { engine_key: two, model: M-2, display_name: Two, licence_class: personal_only }\n"
        "audio: { archive: { kind: folder }, allowed_hosts: [10.0.0.0/8, '*.example.com'],\n"
        "         signing_keys: [0123456789abcdef, fedcba9876543210] }\n"
        "idempotency: { on_mismatch: reject }\n"
        "limits: { body: 1MiB }\n"
        "log: { level: warning }\n");
    EXPECT_EQ(all.listen, (config::address{"::1", 0, {}}));
    EXPECT_EQ(all.admin.socket_path, "/run/admin.sock");
    EXPECT_EQ(all.public_url, "https://music.example.com/base");
    EXPECT_EQ(all.threads, 3);
    EXPECT_EQ(all.store.kind, config::store_kind::redis);
    EXPECT_EQ(all.store.redis.url, "rediss://u:p@redis.example.com:6380/2");
    EXPECT_EQ(all.store.retention, 12h);
    EXPECT_EQ(all.producer.api_key, "literal");
    EXPECT_EQ(all.producer.max_polls_per_second, 0.5);
    EXPECT_EQ(all.producer.poll.first, 30s);
    EXPECT_EQ(all.producer.poll.every, 5s);
    EXPECT_EQ(all.producer.webhook.secret, "s3cret");
    EXPECT_EQ(all.producer.unknown_outcome.then, config::unknown_outcome_action::resubmit);
    ASSERT_EQ(all.engines.size(), 2u);
    EXPECT_EQ(all.engines[0].display_name, "one");
    EXPECT_FALSE(all.engines[0].supports_vocals);
    EXPECT_EQ(all.engines[0].typical, 90s);
    EXPECT_EQ(all.engines[0].supported_languages, (std::vector<std::string>{"en", "de"}));
    EXPECT_EQ(all.engines[1].licence_class, "personal_only");
    EXPECT_EQ(all.engines[1].supported_languages, std::vector<std::string>{"en"});
    EXPECT_EQ(all.audio.archive.kind, config::archive_kind::folder);
    EXPECT_EQ(all.audio.signing_keys.size(), 2u);
    EXPECT_EQ(all.idempotency.on_mismatch, config::mismatch_action::reject);
    EXPECT_EQ(all.limits.body, 1048576u);
    EXPECT_EQ(all.log.level, gateway::log::level::warning);
}

TEST_F(Loader, TakesAnEmptyValueForUnset) {
    const auto all = settings_of(
        "tls: { certificate: , private_key: }\nproducer: { webhook: { public_url: , secret: } }\n");
    EXPECT_FALSE(all.tls.enabled());
    EXPECT_FALSE(all.producer.webhook.enabled());
}

TEST_F(Loader, ReportsAllProblemsAtOnceWhereTheyAre) {
    EXPECT_THAT(
        problems_of("thraeds: 1\n"
                    "limits:\n"
                    "  body: 12\n"
                    "  prompt: \"7\"\n"
                    "  title: 0\n"
                    "  speed: fast\n"
                    "listen: nowhere\n"
                    "store: memory\n"
                    "audio: { archive: { kind: tape }, signing_keys: [ ${NO_SUCH_KEY} ], url_ttl: soon }\n"
                    "listen: 127.0.0.1:1\n"
                    "engines:\n"
                    "  - engine_key: a\n"
                    "  - engine_key: b\n"
                    "    model: m\n"
                    "    max_duration_seconds: 0\n"),
        ElementsAre("1:1: thraeds: there is no such key; did you mean 'threads'?",
                    "3:9: limits.body: must be a size such as 512B, 16KiB or 1MiB, not '12'",
                    "4:11: limits.prompt: must be a whole number, not a text in quotes",
                    "5:10: limits.title: must be from 1 to 1000000, not '0'",
                    "6:3: limits.speed: there is no such key",
                    "7:9: listen: must be an address such as 127.0.0.1:8080, \"[::1]:8080\" or "
                    "unix:/run/gateway.sock, not "
                    "'nowhere'",
                    "8:8: store: must be a mapping, not a single value",
                    "9:27: audio.archive.kind: must be one of folder, s3, none, not 'tape'",
                    "9:51: audio.signing_keys: the environment variable NO_SUCH_KEY is not set",
                    "9:78: audio.url_ttl: must be a duration such as 250ms, 25s, 5m, 12h or 30d, not 'soon'",
                    "10:1: listen: stands here a second time, first in line 7",
                    "12:5: engines[0].model: is required",
                    "15:27: engines[1].max_duration_seconds: must be from 1 to 3600, not '0'"));
}

TEST_F(Loader, PointsToTheRightPlaceOfAMisplacedKey) {
    EXPECT_THAT(
        problems_of("max_in_flight: 3\nlimits: { threads: 1 }\ntls.certificate: x\nproducer: { pol: { every: "
                    "1s } }\n"),
        ElementsAre(
            "1:1: max_in_flight: there is no such key; did you mean 'producer.max_in_flight'?",
            "2:11: limits.threads: there is no such key; did you mean 'threads' at the top level?",
            "3:1: tls.certificate: there is no such key; each part of a dotted name is a mapping of its own",
            "4:13: producer.pol: there is no such key; did you mean 'poll'?"));
}

TEST_F(Loader, ReportsWrongShapes) {
    EXPECT_THAT(problems_of("threads: [1]\nproducer: { base_url: { a: b } }\naudio: { allowed_hosts: x }\n"
                            "engines: { engine_key: a }\nidempotency: []\n"),
                ElementsAre("1:10: threads: must be a whole number, not a list",
                            "2:23: producer.base_url: must be a URL, not a mapping",
                            "3:25: audio.allowed_hosts: must be a list of texts, not a single value",
                            "4:10: engines: must be a list of mappings, not a mapping",
                            "5:14: idempotency: must be a mapping, not a list"));
    EXPECT_THAT(problems_of("- a\n"), ElementsAre("1:1: must be a mapping of keys, not a list"));
    EXPECT_THAT(problems_of("audio: { allowed_hosts: [a, [b], ~] }\nengines: [x]\n"),
                ElementsAre("1:29: audio.allowed_hosts: every element must be a text, not a list",
                            "1:34: audio.allowed_hosts: every element must be a text, not nothing",
                            "2:11: engines[0]: must be a mapping, not a single value"));
}

TEST_F(Loader, TakesASecretInAFlowSequence) {
    variables["PLAYBACK_SIGNING_KEY"] = "0123456789abcdef";
    EXPECT_EQ(settings_of("audio: { signing_keys: [ ${PLAYBACK_SIGNING_KEY} ] }").audio.signing_keys,
              std::vector<std::string>{"0123456789abcdef"});
}

TEST_F(Loader, NeverReadsASecretAsYaml) {
    for (const std::string secret : {"a:b#c,[d]{e}&f*g!h|i>j'k\"l%m@n`", "null", "~", "true", "12345",
                                     "- - -", "\\x41\\n", "${PRODUCER_API_KEY}", "[x]", "{a:b}"}) {
        if (secret.find(' ') == secret.npos) {
            variables["PRODUCER_API_KEY"] = secret;
            EXPECT_EQ(settings_of("").producer.api_key, secret);
            EXPECT_EQ(settings_of("producer: { api_key: ${PRODUCER_API_KEY} }").producer.api_key, secret);
        }
        variables["SECRET"] = secret;
        for (const char* form : {"${SECRET}", "'${SECRET}'", "\"${SECRET}\""})
            EXPECT_EQ(settings_of("producer: { webhook: { public_url: https://h.example.com, secret: " +
                                  std::string{form} + "} }")
                          .producer.webhook.secret,
                      secret);
    }
}

TEST_F(Loader, NeverShowsASecret) {
    variables["LEAK"] = "hunter2";
    folder.write("leak", "hunter2\n");
    const auto lines = problems_of(
        "threads: ${LEAK}\n"
        "listen: ${file:leak}\n"
        "store: { redis: { url: 'http://u:hunter2@h' } }\n"
        "producer: { api_key: hunter2 hunter2, base_url: x${LEAK} }\n"
        "audio: { signing_keys: [hunter2], archive: { kind: ${LEAK} } }\n"
        "log: { level: ${LEAK}${GONE} }\n"
        "limits: { body: [${LEAK}] }\n");
    EXPECT_EQ(lines.size(), 9u);
    for (const std::string& line : lines)
        EXPECT_THAT(line, Not(HasSubstr("hunter2")));
}

TEST_F(Loader, NumbersMayComeFromTheEnvironment) {
    variables["COUNT"] = "7";
    EXPECT_EQ(settings_of("threads: ${COUNT}").threads, 7);
    EXPECT_EQ(settings_of("threads: \"${COUNT}\"").threads, 7);
}

TEST_F(Loader, IgnoresReferencesInComments) {
    EXPECT_THAT(problems_of("# ${GONE} ${file:/gone} ${ ${}\nthreads: 1 # ${GONE}\n"), IsEmpty());
}

TEST_F(Loader, ReportsColumnsBehindAReferenceTruly) {
    variables["A"] = "x";
    EXPECT_THAT(problems_of("log: { level: '${A}', speed: 1 }"),
                ElementsAre("1:15: log.level: must be one of debug, info, warning, error",
                            "1:23: log.speed: there is no such key"));
}

TEST_F(Loader, NeedsAnApiKeyEvenWhenTheFileSaysNothing) {
    variables.clear();
    const std::string sentence =
        "producer.api_key: is required, and the environment variable PRODUCER_API_KEY is not set";
    EXPECT_THAT(problems_of(""), ElementsAre("1:1: " + sentence));
    EXPECT_THAT(problems_of("threads: 1\nproducer: { max_in_flight: 1 }"), ElementsAre("2:1: " + sentence));
    EXPECT_THAT(problems_of("threads: 1\nproducer:\n  api_key: ${PRODUCER_API_KEY}\n"),
                ElementsAre("3:12: " + sentence));
    EXPECT_THAT(problems_of("threads: 1\nproducer:\n  api_key:\n"), ElementsAre("3:3: " + sentence));
    variables["PRODUCER_API_KEY"] = "";
    EXPECT_THAT(problems_of(""), ElementsAre(StartsWith("1:1: producer.api_key: must be printable")));
}

TEST_F(Loader, RefusesASecretThatWouldBreakAHeader) {
    variables["PRODUCER_API_KEY"] = "key\r\nX-Evil: 1";
    EXPECT_THAT(problems_of(""),
                ElementsAre("1:1: producer.api_key: must not hold line breaks or other control characters"));
}

TEST_F(Loader, ReadsPathsFromTheFilesFolder) {
    const auto all = settings_of("auth: { keys_file: ./keys.yaml }\naudio: { archive: { path: ../audio } }");
    EXPECT_EQ(all.auth.keys_file, folder.path("keys.yaml"));
    EXPECT_EQ(all.audio.archive.path, std::filesystem::path{folder.path("../audio")}.lexically_normal());
}

TEST_F(Loader, SaysWhyAFileCantBeRead) {
    EXPECT_THAT(lines_of(config::load(folder.path("gone.yaml"), environment())),
                ElementsAre("gone.yaml: the file does not exist"));
    EXPECT_THAT(lines_of(config::load(folder.path("."), environment())),
                ElementsAre(HasSubstr("Is a directory")));
    EXPECT_THAT(problems_of(std::string(1024 * 1024 + 1, '#')),
                ElementsAre(" the file is larger than 1024 KiB"));
    EXPECT_THAT(problems_of(std::string(1024 * 1024, '#')), IsEmpty());
}

TEST_F(Loader, NamesTheChangesThatNeedARestart) {
    const config::settings before = settings_of("");
    const config::settings after = settings_of(
        "threads: 2\nlimits: { prompt: 9 }\nproducer: { api_key: other }\nengines: [{ engine_key: a, model: "
        "m }]");
    EXPECT_THAT(changes_that_need_a_restart(before, after), ElementsAre("threads", "producer.api_key"));
    EXPECT_THAT(changes_that_need_a_restart(before, before), IsEmpty());
}
