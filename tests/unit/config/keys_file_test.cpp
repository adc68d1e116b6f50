#include "config/keys_file.hpp"

#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::string hash_a(64, 'a');
const std::string hash_b = std::string(62, 'B') + "01";

}  // namespace

class KeysFile : public ConfigFile {
protected:
    config::keys_result keys_of(const std::string& yaml) {
        return config::load_keys(folder.write("keys.yaml", yaml), environment());
    }
    std::vector<std::string> key_problems_of(const std::string& yaml) {
        std::vector<std::string> lines;
        for (const config::problem& each : keys_of(yaml).problems)
            lines.push_back(without_folder(describe(each)));
        return lines;
    }
};

TEST_F(KeysFile, IsAListOfKeys) {
    const auto result =
        keys_of("- { sha256: " + hash_a +
                ", user: usr_1, organizations: [org_abc123], capabilities: [use_music_generation, other],\n"
                "    state: paused, expires_at: 2030-12-31T23:59:59Z, requests_per_minute: 600 }\n"
                "- sha256: " +
                hash_b + "\n  user: bob@example.com\n  organizations: [org_1, org_2]\n");
    ASSERT_THAT(result.problems, IsEmpty());
    ASSERT_EQ(result.keys.size(), 2u);
    const gateway::api_key& first = result.keys[0];
    EXPECT_EQ(gateway::to_hex(first.sha256), hash_a);
    EXPECT_EQ(first.user, "usr_1");
    EXPECT_TRUE(first.member_of("org_abc123"));
    EXPECT_TRUE(first.may("other"));
    EXPECT_EQ(first.state, gateway::key_state::paused);
    EXPECT_EQ(first.expires_at->time_since_epoch().count(), 1924991999);
    EXPECT_EQ(first.requests_per_minute, 600);
}

TEST_F(KeysFile, FillsInTheDefaults) {
    const auto result = keys_of("- { sha256: " + hash_b +
                                ", user: u, organizations: [o], expires_at: null, requests_per_minute: ~ }");
    ASSERT_THAT(result.problems, IsEmpty());
    const gateway::api_key& only = result.keys.at(0);
    EXPECT_THAT(only.capabilities, ElementsAre("use_music_generation"));
    EXPECT_EQ(only.state, gateway::key_state::active);
    EXPECT_FALSE(only.expires_at);
    EXPECT_FALSE(only.requests_per_minute);
}

TEST_F(KeysFile, MayTakeAwayAllCapabilities) {
    EXPECT_THAT(keys_of("- { sha256: " + hash_a + ", user: u, organizations: [o], capabilities: [] }")
                    .keys.at(0)
                    .capabilities,
                IsEmpty());
}

TEST_F(KeysFile, ReportsAllProblemsAtOnceWhereTheyAre) {
    EXPECT_THAT(
        key_problems_of("- { sha256: xyz, user: u, organizations: [] }\n"
                        "- { user: 'a b', organisations: [o] }\n"
                        "- { sha256: " +
                        hash_a +
                        ", user: u, organizations: [o], state: asleep, expires_at: tomorrow }\n"
                        "- { sha256: " +
                        std::string(64, 'A') +
                        ", user: u, organizations: [o], requests_per_minute: 0 }\n"
                        "- just a text\n"),
        ElementsAre(
            "keys.yaml:1:13: [0].sha256: must be a SHA-256 hash, 64 hexadecimal characters, not 'xyz'",
            "keys.yaml:1:42: [0].organizations: must be a list of one or more names out of letters, digits, "
            "'-', '_' and '.'",
            "keys.yaml:2:3: [1].sha256: is required", "keys.yaml:2:3: [1].organizations: is required",
            "keys.yaml:2:11: [1].user: must be printable characters without spaces, at least one, not 'a b'",
            "keys.yaml:2:18: [1].organisations: there is no such key; did you mean 'organizations'?",
            "keys.yaml:3:115: [2].state: must be one of active, paused, deactivated, not 'asleep'",
            "keys.yaml:3:135: [2].expires_at: must be a moment in UTC such as 2030-12-31T23:59:59Z, or null, "
            "not 'tomorrow'",
            "keys.yaml:4:13: [3].sha256: is the same hash as in line 3",
            "keys.yaml:4:129: [3].requests_per_minute: must be from 1 to 1000000, not '0'",
            "keys.yaml:5:3: [4]: must be a mapping, not a single value"));
}

TEST_F(KeysFile, WithoutAnythingIsAProblemButAnEmptyListIsNot) {
    for (const char* text : {"", "# later\n", "~"})
        EXPECT_THAT(key_problems_of(text), ElementsAre(HasSubstr("holds no keys: `music-gateway keys new")));
    EXPECT_THAT(key_problems_of("a: b"),
                ElementsAre(HasSubstr("keys.yaml:1:1: must be a list of keys, not a mapping")));
    EXPECT_THAT(key_problems_of("[]"), IsEmpty());
}

TEST_F(KeysFile, IsReadWithTheConfiguration) {
    folder.write("keys.yaml", "- { sha256: " + hash_a + ", user: u, organizations: [o] }");
    const auto result = load("threads: 1");
    ASSERT_TRUE(std::holds_alternative<config::loaded>(result));
    EXPECT_EQ(std::get<config::loaded>(result).keys.size(), 1u);
}

TEST_F(KeysFile, ProblemsFollowThoseOfTheConfiguration) {
    folder.write("keys.yaml", "- {}");
    EXPECT_THAT(
        problems_of("\n\n\nthread: 1"),
        ElementsAre(HasSubstr("4:1: thread:"), HasSubstr("keys.yaml:1:3: [0].sha256"),
                    HasSubstr("keys.yaml:1:3: [0].user"), HasSubstr("keys.yaml:1:3: [0].organizations")));
}

TEST_F(KeysFile, ThatIsMissingSaysHowToMakeOne) {
    EXPECT_THAT(
        problems_of("auth:\n  keys_file: gone.yaml"),
        ElementsAre("2:14: auth.keys_file: the file gone.yaml does not exist: `music-gateway keys new --org "
                    "ORG --user "
                    "USER` prints a key and its entry to put there (or set auth.mode: open to try it out)"));
    EXPECT_THAT(problems_of("auth: { mode: open, keys_file: gone.yaml }"), IsEmpty());
    EXPECT_TRUE(config::load_keys(folder.path("gone.yaml"), environment()).missing);
}
