#include "config/new_key.hpp"

#include "config/keys_file.hpp"

#include "tests/unit/config/config_folder.hpp"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using NewKey = ConfigFile;

TEST_F(NewKey, HasAnEntryThatLetsItIn) {
    config::new_key_order order{{"org_1", "123"}, "null", {}, {}};
    order.expires_at = std::chrono::sys_days{std::chrono::year{2030} / 1 / 2};
    const config::new_key made = config::make_key(order);
    const auto file = config::load_keys(folder.write("keys.yaml", made.entry), environment());
    ASSERT_THAT(file.problems, IsEmpty());
    ASSERT_EQ(file.keys.size(), 1u);
    EXPECT_EQ(file.keys[0].sha256, gateway::sha256(made.raw));
    EXPECT_EQ(file.keys[0].user, "null");
    EXPECT_THAT(file.keys[0].organizations, ElementsAre("org_1", "123"));
    EXPECT_THAT(file.keys[0].capabilities, ElementsAre("use_music_generation"));
    EXPECT_EQ(file.keys[0].expires_at, order.expires_at);
}

TEST_F(NewKey, EntriesCanBePastedOneAfterAnother) {
    const config::new_key_order order{{"o"}, "u", {"a", "b"}, {}};
    const auto file = config::load_keys(
        folder.write("keys.yaml", config::make_key(order).entry + config::make_key(order).entry),
        environment());
    EXPECT_THAT(file.problems, IsEmpty());
    ASSERT_EQ(file.keys.size(), 2u);
    EXPECT_THAT(file.keys[1].capabilities, ElementsAre("a", "b"));
}

TEST_F(NewKey, IsLongAndDifferentEachTimeAndNotInItsEntry) {
    const config::new_key_order order{{"o"}, "u", {}, {}};
    const auto one = config::make_key(order), other = config::make_key(order);
    EXPECT_THAT(one.raw, testing::MatchesRegex("ak_[0-9a-f]{40}"));
    EXPECT_NE(one.raw, other.raw);
    EXPECT_THAT(one.entry, Not(HasSubstr(one.raw.substr(3))));
}
