#include "config/print.hpp"

#include "config/redis_url.hpp"
#include "config/yaml_text.hpp"

#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using PrintedConfig = ConfigFile;

namespace {

constexpr const char* unusual =
    "listen: '[::1]:0'\n"
    "tls: { certificate: cert.pem, private_key: key.pem }\n"
    "public_url: \"https://music.example.com/a%20b\"\n"
    "store: { kind: redis, redis: { url: 'redis://user:hunter2@127.0.0.1:6380/3' }, retention: 90m }\n"
    "producer: { api_key: hunter2, max_polls_per_second: 0.25, poll: { first: 1500ms },\n"
    "            webhook: { public_url: https://h.example.com, secret: hunter2 } }\n"
    "engines: [{ engine_key: a, model: 'M: \"1\" #x $${Y}', display_name: \"null\", supports_vocals: false,\n"
    "            supported_languages: [] }]\n"
    "audio: { archive: { path: '/a b/${FOLDER}', s3: { bucket: music, access_key_id: hunter2,\n"
    "         secret_access_key: hunter2, session_token: hunter2 } }, allowed_hosts: ['*.cdn.example.com', "
    "'fc00::/7'],\n"
    "         signing_keys: [hunter2hunter2hunter2, hunter2hunter2hunter3] }\n"
    "console: { token: hunter2hunter2hunter4 }\n";

// What hiding replaces, put back.
config::settings without_secrets(config::settings all) {
    all.producer.api_key = all.producer.webhook.secret = all.console.token = "";
    config::s3_settings& bucket = all.audio.archive.s3;
    bucket.access_key_id = bucket.secret_access_key = bucket.session_token = "";
    all.store.redis.url = config::hide_credentials(all.store.redis.url);
    all.audio.signing_keys = std::vector<std::string>(all.audio.signing_keys.size());
    return all;
}

}  // namespace

TEST_F(PrintedConfig, LoadsAgainAsTheSame) {
    variables["FOLDER"] = "${x} é";
    const auto first = settings_of(unusual, config::purpose::show);
    const std::string printed = print_config(first);
    const auto second = settings_of(printed, config::purpose::show);
    EXPECT_EQ(print_config(second), printed);
    EXPECT_EQ(second.audio.archive.path, "/a b/${x} é");
    EXPECT_EQ(second.engines, first.engines);
    auto expected = without_secrets(first);
    auto actual = without_secrets(second);
    EXPECT_EQ(actual, expected);
}

TEST_F(PrintedConfig, HidesEverySecret) {
    variables["FOLDER"] = "x";
    const std::string printed = print_config(settings_of(unusual, config::purpose::show));
    EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
    EXPECT_THAT(printed, HasSubstr("api_key: <hidden>\n"));
    EXPECT_THAT(printed, HasSubstr("token: <hidden>\n"));
    EXPECT_THAT(printed, HasSubstr("secret: <hidden>\n"));
    EXPECT_THAT(printed, HasSubstr("access_key_id: <hidden>\n"));
    EXPECT_THAT(printed, HasSubstr("secret_access_key: <hidden>\n"));
    EXPECT_THAT(printed, HasSubstr("session_token: <hidden>\n"));
    EXPECT_THAT(printed, HasSubstr("signing_keys: [<hidden>, <hidden>]\n"));
    EXPECT_THAT(printed, HasSubstr("url: redis://user:<hidden>@127.0.0.1:6380/3\n"));
}

TEST_F(PrintedConfig, HidesBothPasswordsOfAGroupAndLoadsAgain) {
    const auto first = settings_of(
        "store: { kind: redis, redis: { url: "
        "'redis+sentinel://u:hunter2@a,b:1/m/2?sentinel_password=hunter2' } }\n"
        "audio: { signing_keys: [hunter2hunter2hunter2] }",
        config::purpose::show);
    const std::string printed = print_config(first);
    EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
    EXPECT_THAT(printed, HasSubstr("redis+sentinel://u:<hidden>@a,b:1/m/2?sentinel_password=<hidden>"));
    EXPECT_EQ(print_config(settings_of(printed, config::purpose::show)), printed);
}

TEST_F(PrintedConfig, ShowsWhatIsUnsetAsUnset) {
    const std::string printed = print_config(settings_of(""));
    EXPECT_THAT(printed, HasSubstr("  webhook:\n    public_url:\n    secret:\n"));
    EXPECT_THAT(printed, HasSubstr("signing_keys: []\n"));
    EXPECT_EQ(settings_of(printed, config::purpose::show).audio.signing_keys.size(), 0u);
}

TEST_F(PrintedConfig, IsNothingToServeWith) {
    variables["FOLDER"] = "x";
    folder.write("cert.pem", "x");
    folder.write("key.pem", "x");
    const std::string printed = print_config(settings_of(unusual));
    EXPECT_THAT(problems_of(printed), ElementsAre(HasSubstr("console.token: holds <hidden>"),
                                                  HasSubstr("store.redis.url: holds <hidden>"),
                                                  HasSubstr("producer.api_key: holds <hidden>"),
                                                  HasSubstr("producer.webhook.secret: holds <hidden>"),
                                                  HasSubstr("s3.access_key_id: holds <hidden>"),
                                                  HasSubstr("s3.secret_access_key: holds <hidden>"),
                                                  HasSubstr("s3.session_token: holds <hidden>"),
                                                  HasSubstr("audio.signing_keys: holds <hidden>"),
                                                  HasSubstr("audio.signing_keys: holds <hidden>")));
}

TEST_F(PrintedConfig, NeedsNeitherKeysNorCertificates) {
    EXPECT_EQ(settings_of("auth: { keys_file: gone.yaml }\ntls: { certificate: a, private_key: b }",
                          config::purpose::show)
                  .auth.keys_file,
              folder.path("gone.yaml"));
}

TEST(HiddenCredentials, LeaveTheRestOfTheUrl) {
    for (const auto& [url, shown] :
         {std::pair{"redis://h:1/2", "redis://h:1/2"},
          {"redis://u:p@h:1/2", "redis://u:<hidden>@h:1/2"},
          {"redis://:p@h", "redis://:<hidden>@h"},
          {"redis://p@h", "redis://<hidden>@h"},
          {"redis://u:p@q@h/0", "redis://u:<hidden>@h/0"},
          {"redis://u:p:q@[::1]:1", "redis://u:<hidden>@[::1]:1"},
          {"redis://h:1/a@b", "redis://h:1/a@b"},
          {"unix:///run/a@b", "unix:///run/a@b"},
          {"redis+sentinel://a,b:1/m", "redis+sentinel://a,b:1/m"},
          {"redis+sentinel://a,b/m?sentinel_password=x", "redis+sentinel://a,b/m?sentinel_password=<hidden>"},
          {"rediss+sentinel://u:p@a,b:1/m/2?sentinel_password=x&ca=/y",
           "rediss+sentinel://u:<hidden>@a,b:1/m/2?sentinel_password=<hidden>&ca=/y"},
          {"redis+sentinel://:p@a/m?sentinel_password=a@b",
           "redis+sentinel://:<hidden>@a/m?sentinel_password=<hidden>"},
          {"x", "x"}})
        EXPECT_EQ(config::hide_credentials(url), shown);
}

TEST(YamlText, QuotesWhatYamlWouldReadDifferently) {
    for (const char* plain : {"a", "/a/b.c", "10.0.0.0/8", "a:b", "<hidden>", "127.0.0.1:1", "12"})
        EXPECT_EQ(config::yaml_scalar(plain), plain);
    for (const auto& [text, quoted] : {std::pair{"", "\"\""},
                                       {"null", "\"null\""},
                                       {"~", "\"~\""},
                                       {"a:", "\"a:\""},
                                       {"a b", "\"a b\""},
                                       {"-", "\"-\""},
                                       {"a\"\\\n", "\"a\\\"\\\\\\x0a\""},
                                       {"${A}", "\"$${A}\""},
                                       {"#", "\"#\""},
                                       {"é", "\"é\""}})
        EXPECT_EQ(config::yaml_scalar(text), quoted);
}
