// Who may call.
#include "gateway/service/key_ring.hpp"

#include <gtest/gtest.h>

using gateway::api_key;
using gateway::errc;
using gateway::key_state;
using gateway::service::key_ring;

namespace {

const std::chrono::system_clock::time_point noon{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1} +
                                                 std::chrono::hours{12}};

api_key key_of(std::string_view raw) {
    api_key key;
    key.sha256 = gateway::sha256(raw);
    key.user = "usr_1";
    key.organizations = {"org_a", "org_b"};
    key.capabilities = {std::string{gateway::music_capability}};
    return key;
}

errc refusal_of(const api_key& key, std::string_view presented) {
    const key_ring ring{{key}, false};
    const auto answer = ring.authenticate(presented, noon);
    return answer ? errc{} : answer.error().code;
}

}  // namespace

TEST(KeyRing, KnownKeyIsItsUser) {
    const key_ring ring{{key_of("secret"), key_of("other")}, false};
    const auto caller = ring.authenticate("secret", noon);
    ASSERT_TRUE(caller);
    EXPECT_EQ((*caller)->key.user, "usr_1");
    EXPECT_EQ((*caller)->key.sha256, gateway::sha256("secret"));
    EXPECT_EQ(ring.size(), 2u);
}

TEST(KeyRing, MissingKeyIsNotAnUnknownKey) {
    const key_ring ring{{key_of("secret")}, false};
    const auto missing = ring.authenticate("", noon);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, errc::authentication_required);
    EXPECT_EQ(missing.error().explanation, "Missing or invalid authorization header");
    EXPECT_EQ(refusal_of(key_of("secret"), "Secret"), errc::invalid_api_key);
    EXPECT_EQ(refusal_of(key_of("secret"), "secret "), errc::invalid_api_key);
}

TEST(KeyRing, TheHashOfAKeyIsNoKey) {
    EXPECT_EQ(refusal_of(key_of("secret"), gateway::to_hex(gateway::sha256("secret"))),
              errc::invalid_api_key);
}

TEST(KeyRing, PausedDeactivatedAndExpiredKeysAreToldApart) {
    api_key key = key_of("secret");
    key.state = key_state::paused;
    EXPECT_EQ(refusal_of(key, "secret"), errc::api_key_paused);
    key.state = key_state::deactivated;
    EXPECT_EQ(refusal_of(key, "secret"), errc::api_key_deactivated);
    key.state = key_state::active;
    key.expires_at = std::chrono::floor<std::chrono::seconds>(noon);
    EXPECT_EQ(refusal_of(key, "secret"), errc::api_key_expired);
    *key.expires_at += std::chrono::seconds{1};
    EXPECT_EQ(refusal_of(key, "secret"), errc{});
}

TEST(KeyRing, OnlyMembersAreAdmittedAndOnlyTheCapableMayOrder) {
    api_key poor = key_of("poor");
    poor.capabilities = {"something_else"};
    const key_ring ring{{key_of("secret"), poor}, false};
    const auto caller = *ring.authenticate("secret", noon);
    EXPECT_TRUE(ring.admit(*caller, "org_b"));
    EXPECT_EQ(ring.admit(*caller, "org_").error().code, errc::organization_access_denied);
    EXPECT_EQ(ring.admit(*caller, "").error().code, errc::organization_access_denied);
    EXPECT_TRUE(ring.permit(*caller, gateway::music_capability));
    const auto refused = ring.permit(**ring.authenticate("poor", noon), gateway::music_capability);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::insufficient_permissions);
    EXPECT_EQ(refused.error().explanation, "USE_MUSIC_GENERATION capability required");
}

TEST(KeyRing, AnOpenRingLetsEverybodyDoEverything) {
    const key_ring ring{{}, true};
    const auto caller = ring.authenticate("", noon);
    ASSERT_TRUE(caller);
    EXPECT_TRUE(ring.admit(**caller, "any"));
    EXPECT_TRUE(ring.permit(**caller, gateway::music_capability));
    EXPECT_EQ(*ring.authenticate("whatever", noon), *caller);
}
