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
