#include "config/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using config::parse_command_line;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CommandLine, HasTheFormsOfItsHelp) {
    EXPECT_EQ(std::get<config::serve_command>(parse_command_line({"--config", "f"})).config, "f");
    EXPECT_EQ(std::get<config::serve_command>(parse_command_line({"--config=f"})).config, "f");
    EXPECT_EQ(std::get<config::check_command>(parse_command_line({"--config", "f", "--check"})).config, "f");
    EXPECT_EQ(std::get<config::check_command>(parse_command_line({"--check", "--config", "f"})).config, "f");
    EXPECT_EQ(std::get<config::print_config_command>(parse_command_line({"--config", "f", "--print-config"}))
                  .config,
              "f");
    EXPECT_TRUE(std::holds_alternative<config::help_command>(parse_command_line({"--help"})));
    EXPECT_TRUE(std::holds_alternative<config::version_command>(parse_command_line({"--version"})));
    for (const char* form : {"--config FILE", "--check", "--print-config", "keys new --org ORG --user USER",
                             "--probe URL", "--help", "--version"})
        EXPECT_THAT(config::help_text(), HasSubstr(form));
}

TEST(CommandLine, OrdersAKey) {
    const auto plain =
        std::get<config::new_key_command>(parse_command_line({"keys", "new", "--org", "o", "--user", "u"}))
            .order;
    EXPECT_THAT(plain.organizations, ElementsAre("o"));
    EXPECT_EQ(plain.user, "u");
    EXPECT_THAT(plain.capabilities, IsEmpty());
    EXPECT_FALSE(plain.expires_at);

    const auto full =
        std::get<config::new_key_command>(
            parse_command_line({"keys", "new", "--org", "o", "--org", "p", "--user", "u", "--capability", "a",
                                "--capability", "b", "--expires", "2030-01-01T00:00:00Z"}))
            .order;
    EXPECT_THAT(full.organizations, ElementsAre("o", "p"));
    EXPECT_THAT(full.capabilities, ElementsAre("a", "b"));
    EXPECT_EQ(full.expires_at->time_since_epoch().count(), 1893456000);
}

TEST(CommandLine, ReadsWhereToProbe) {
    const auto where = [](const char* url) {
        const auto probe = std::get<config::probe_command>(parse_command_line({"--probe", url}));
        return probe.where.host + " " + std::to_string(probe.where.port) + " " + probe.path;
    };
    EXPECT_EQ(where("http://127.0.0.1:9090/readyz"), "127.0.0.1 9090 /readyz");
    EXPECT_EQ(where("http://localhost:9090/healthz?a=b"), "127.0.0.1 9090 /healthz?a=b");
    EXPECT_EQ(where("http://[::1]:65535"), "::1 65535 /");
    EXPECT_EQ(where("http://10.0.0.1?a"), "10.0.0.1 80 /?a");
}

TEST(CommandLine, SaysWhatIsWrong) {
    const std::vector<std::pair<std::vector<std::string>, const char*>> cases{
        {{}, "--config FILE is missing"},
        {{"--check"}, "--config FILE is missing"},
        {{"--config"}, "config"},
        {{"--config", ""}, "config"},
        {{"--config", "a", "--config", "b"}, "config"},
        {{"--config", "f", "--check", "--print-config"}, "together"},
        {{"--conf", "f"}, "--conf"},
        {{"--config", "f", "--fast"}, "--fast"},
        {{"--config", "f", "extra"}, "too many positional"},
        {{"f"}, "too many positional"},
        {{"--config", "f", "--check=yes"}, "check"},
        {{"--probe"}, "probe"},
        {{"--probe", "http://127.0.0.1:1/", "--config", "f"}, "together"},
        {{"--probe", "http://127.0.0.1:1/", "--check"}, "together"},
        {{"--probe", ""}, "--probe must be"},
        {{"--probe", "127.0.0.1:9090"}, "--probe must be"},
        {{"--probe", "https://127.0.0.1:9090/"}, "--probe must be"},
        {{"--probe", "http://example.com/"}, "--probe must be"},
        {{"--probe", "http://user@127.0.0.1/"}, "--probe must be"},
        {{"--probe", "http://127.0.0.1:0/"}, "--probe must be"},
        {{"--probe", "http://127.0.0.1:65536/"}, "--probe must be"},
        {{"--probe", "http://127.0.0.1:/"}, "--probe must be"},
        {{"--probe", "http://127.0.0.1/#a"}, "--probe must be"},
        {{"--probe", "http://127.0.0.1/a b"}, "--probe must be"},
        {{"keys"}, "`new`"},
        {{"keys", "old"}, "`new`"},
        {{"keys", "new"}, "--org ORG and --user USER"},
        {{"keys", "new", "--org", "o"}, "--user"},
        {{"keys", "new", "--org", "o", "--user", "a b"}, "--user must be"},
        {{"keys", "new", "--org", "", "--user", "u"}, "org"},
        {{"keys", "new", "--org", "o/p", "--user", "u"}, "--org must be"},
        {{"keys", "new", "--org", "o", "--user", "u", "--expires", "soon"}, "--expires must be"},
        {{"keys", "new", "--org", "o", "--user", "u", "--config", "f"}, "--config"},
    };
    for (const auto& [arguments, part] : cases) {
        const config::command parsed = parse_command_line(arguments);
        const auto* wrong = std::get_if<config::wrong_use>(&parsed);
        ASSERT_TRUE(wrong) << testing::PrintToString(arguments);
        EXPECT_THAT(wrong->message, HasSubstr(part));
    }
}
