#include "gateway/runtime/ascii.hpp"
#include "gateway/runtime/percent_coding.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gateway;

TEST(Ascii, ChangesTheCaseOfItsOwnLettersOnly) {
    EXPECT_EQ(ascii::lowered("AbZ[@`{09 \xC3\x84\xDE"), "abz[@`{09 \xC3\x84\xDE");
    EXPECT_EQ(ascii::upper('z'), 'Z');
    EXPECT_EQ(ascii::upper('{'), '{');
}

TEST(Ascii, ComparesWholeTextsWithoutCase) {
    EXPECT_TRUE(ascii::same_ignoring_case("Content-Length", "cONTENT-lENGTH"));
    EXPECT_FALSE(ascii::same_ignoring_case("Content", "Content-Length"));
    EXPECT_FALSE(ascii::same_ignoring_case("[", "{")) << "a letter's distance apart";
}

TEST(Ascii, ReadsHexadecimalOfEitherCaseAndNothingNearIt) {
    EXPECT_EQ(ascii::hex_value('0'), 0);
    EXPECT_EQ(ascii::hex_value('f'), 15);
    EXPECT_EQ(ascii::hex_value('A'), 10);
    for (const char wrong : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xE1'})
        EXPECT_EQ(ascii::hex_value(wrong), -1) << static_cast<int>(wrong);
}

TEST(Ascii, AnEmptyTextIsNoNumber) {
    EXPECT_TRUE(ascii::all_digits("0123456789"));
    for (const char* wrong : {"", "+1", "1 ", "-1", "1e3", "\xD9\xA1"})
        EXPECT_FALSE(ascii::all_digits(wrong)) << wrong;
}

TEST(PercentCoding, DecodesWhatIsWellFormedAndRefusesTheRest) {
    EXPECT_EQ(percent_decoded("a%2Fb%00%e4+"), std::string("a/b\0\xE4+", 6));
    EXPECT_EQ(percent_decoded("a+b%2B", ' '), "a b+");
    EXPECT_EQ(percent_decoded(""), "");
    for (const char* wrong : {"%", "%4", "a%", "%4g", "%g4", "%%41", "% 41"})
        EXPECT_FALSE(percent_decoded(wrong)) << wrong;
}

TEST(PercentCoding, CodesEveryByteSoThatItComesBack) {
    for (int byte = 0; byte < 256; ++byte) {
        std::string coded;
        append_percent_coded(coded, static_cast<char>(byte));
        EXPECT_EQ(coded.size(), 3U);
        EXPECT_EQ(percent_decoded(coded), std::string(1, static_cast<char>(byte)));
    }
}

}  // namespace
