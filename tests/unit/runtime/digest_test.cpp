#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/random_id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gateway {
namespace {

TEST(Digest, MatchesThePublishedVectors) {
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");  // RFC 4231, case 2
}

// OpenSSL is not told the same key twice.
TEST(Digest, IsThatOfItsKeyWhateverWasUsedBefore) {
    const std::string text = "what do ya want for nothing?";
    const auto of_jefe = hmac_sha256("Jefe", text);
    const auto of_nobody = hmac_sha256("", text);
    EXPECT_EQ(to_hex(of_nobody), "76d9e7194e7dbc3aa00bbe8ffb9f6fcb5a932170f971f948bb2ab61607d2b9d6");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(hmac_sha256("Jefe", text), of_jefe);
        EXPECT_EQ(hmac_sha256("Jefe", text), of_jefe);
        EXPECT_NE(hmac_sha256("Jefe", "another"), of_jefe);
        EXPECT_EQ(hmac_sha256("", text), of_nobody);
        EXPECT_EQ(hmac_sha256("", text), of_nobody);
        EXPECT_NE(hmac_sha256("Jef", text), of_jefe);
    }
}

TEST(Digest, ReadsHexadecimalOfEitherCaseAndNothingElse) {
    const std::string text = to_hex(sha256("abc"));
    std::string upper = text;
    for (char& c : upper)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(digest_from_hex(text), sha256("abc"));
    EXPECT_EQ(digest_from_hex(upper), sha256("abc"));
    EXPECT_FALSE(digest_from_hex(text.substr(1)));
    EXPECT_FALSE(digest_from_hex(text.substr(1) + "g"));
    EXPECT_FALSE(digest_from_hex(""));
}

TEST(Digest, OfPiecesIsThatOfTheWhole) {
    sha256_builder nothing;
    EXPECT_EQ(nothing.finish(), sha256(""));
    sha256_builder pieces;
    pieces.add("one");
    pieces.add("");
    pieces.add(std::string(100'000, 'x'));
    EXPECT_EQ(pieces.finish(), sha256("one" + std::string(100'000, 'x')));
}

TEST(Digest, ComparesWholeTexts) {
    EXPECT_TRUE(equal_in_constant_time("same", "same"));
    EXPECT_FALSE(equal_in_constant_time("same", "sama"));
    EXPECT_FALSE(equal_in_constant_time("same", "same longer"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
}

TEST(RandomId, HasItsPrefixItsLengthAndNoRepeats) {
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = random_id("mgen_", 12);
        ASSERT_EQ(id.size(), 17U);
        ASSERT_TRUE(id.starts_with("mgen_"));
        ASSERT_EQ(id.find_first_not_of("0123456789abcdef", 5), std::string::npos);
        ASSERT_TRUE(seen.insert(id).second);
    }
}

}  // namespace
}  // namespace gateway
