#include "config/keys.hpp"
#include "config/print.hpp"

#include "tests/unit/config/config_folder.hpp"

#include <sstream>

namespace {

std::string content_of(const std::string& path) {
    std::stringstream content;
    content << std::ifstream{path}.rdbuf();
    return content.str();
}

bool is_a_reference(const std::vector<std::string>& fallback) {
    return !fallback.empty() && fallback[0].starts_with("${");
}

}  // namespace

// To bring the file up to date after a change to the tables:
//     GATEWAY_WRITE_DEFAULT_CONFIG=1 unit_config_test --gtest_filter=DefaultFile.IsWhatTheTablesSay
TEST(DefaultFile, IsWhatTheTablesSay) {
    if (std::getenv("GATEWAY_WRITE_DEFAULT_CONFIG"))
        std::ofstream{GATEWAY_DEFAULT_CONFIG} << config::default_config_text();
    EXPECT_EQ(content_of(GATEWAY_DEFAULT_CONFIG), config::default_config_text())
        << "config/gateway.yaml is out of date; run this test with GATEWAY_WRITE_DEFAULT_CONFIG=1 to write "
           "it anew";
}

TEST(DefaultFile, StaysInside110Columns) {
    std::istringstream lines{config::default_config_text()};
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 110u) << line;
}

TEST(Tables, SayWhatThePlainStructsSay) {
    const config::settings fresh;
    for (const auto& row : config::setting_keys()) {
        if (row.what == config::kind::mappings || is_a_reference(row.fallback))
            continue;
        if (row.fallback.empty() && row.what != config::kind::texts) {
            EXPECT_TRUE(row.read(fresh).empty()) << row.name << " is unset by default";
            continue;
        }
        config::settings written;
        EXPECT_EQ(row.write(written, row.fallback), std::nullopt) << row.name;
        EXPECT_EQ(written, fresh) << row.name;
    }
    gateway::engine studio = config::studio_engine();
    for (const auto& row : config::engine_keys()) {
        if (row.fallback.empty())
            continue;
        EXPECT_EQ(row.write(studio, row.fallback), std::nullopt) << row.name;
    }
    EXPECT_EQ(studio, config::studio_engine());
}

TEST(Tables, DescribeEveryKeyOnce) {
    std::map<std::string, int> seen;
    for (const auto& row : config::setting_keys()) {
        EXPECT_FALSE(row.sentence.empty()) << row.name;
        EXPECT_EQ(++seen[row.name], 1) << row.name;
        EXPECT_EQ(&config::setting_key(row.name), &row);
    }
}

using DefaultFileLoaded = ConfigFile;

TEST_F(DefaultFileLoaded, IsTheSameAsAnEmptyFile) {
    EXPECT_EQ(settings_of(config::default_config_text()), settings_of(""));
    variables["PLAYBACK_SIGNING_KEY"] = "0123456789abcdef";
    EXPECT_EQ(settings_of(config::default_config_text()), settings_of(""));
}

// The compact form: flow mappings, keys with nothing behind them, a reference in a flow sequence.
constexpr const char* compact = R"(
listen: 127.0.0.1:8080
admin: 127.0.0.1:9090
public_url: http://127.0.0.1:8080
threads: 0
tls: { certificate: , private_key: }

auth:
  mode: keys
  keys_file: keys.yaml


store:
  kind: memory
  redis: { url: redis://127.0.0.1:6379/0 }
  retention: 30d

producer:
  base_url: https://api.aimusicapi.ai
  api_key: ${PRODUCER_API_KEY}
  create_timeout: 25s
  poll_timeout: 10s
  max_in_flight: 5
  max_polls_per_second: 2
  poll: { first: learned, every: 5s, up_to: 10s, deadline: 15m }
  webhook: { public_url: , secret: }
  unknown_outcome: { wait: 5m, then: fail }
  credits: { check_every: 60s, hold: 0s }

engines:
  - engine_key: studio
    display_name: Studio
    model: FUZZ-2.0
    max_duration_seconds: 240
    supports_vocals: true
    supports_lyrics: true
    supported_languages: [en]
    licence_class: unclear
    commercial_use: false
    requires_attribution: true
    typical_seconds: 40
    credits: 10

audio:
  archive: { kind: folder, path: /var/lib/music-gateway/audio }
  allowed_hosts: []
  url_ttl: 10m
  signing_keys: [ ${PLAYBACK_SIGNING_KEY} ]

idempotency: { on_mismatch: return }
limits: { body: 256KiB, headers: 16KiB, connections: 10000, request_timeout: 15s,
          idle_timeout: 75s, prompt: 5000, lyrics: 10000, title: 200, style_tags: 50,
          queued_per_organization: 1000, in_flight_per_organization: 0 }
drain: 20s
log: { level: info }
)";

TEST_F(DefaultFileLoaded, IsTheSameInTheCompactForm) {
    EXPECT_EQ(settings_of(compact), settings_of(""));
    variables["PLAYBACK_SIGNING_KEY"] = "0123456789abcdef";
    EXPECT_EQ(settings_of(compact), settings_of(""));
}
