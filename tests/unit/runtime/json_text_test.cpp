// Texts and numbers as JSON: whatever goes in, JSON comes out.
#include "gateway/runtime/json_text.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <limits>
#include <random>

using namespace gateway::json;

namespace {

std::string as_json(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

std::string written(double number) {
    std::string out;
    append_number(out, number);
    return out;
}

}  // namespace

TEST(JsonText, PlainAndForeignTextStandsAsItIs) {
    for (const char* text : {"", "abc", "a/b", "Käse", "日本語", "😀", "\xF4\x8F\xBF\xBF"})
        EXPECT_EQ(as_json(text), '"' + std::string{text} + '"');
}

TEST(JsonText, WhatJsonForbidsIsEscaped) {
    EXPECT_EQ(as_json("a\"b\\c"), R"("a\"b\\c")");
    EXPECT_EQ(as_json("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(as_json(std::string_view("\0\x01\x1f\x7f", 4)), R"("\u0000\u0001\u001f\u007f")");
}

TEST(JsonText, WhatEndsLinesOrCommandsTerminalsIsEscaped) {
    EXPECT_EQ(as_json("\xC2\x80\xC2\x85\xC2\x9B\xC2\x9F"), R"("\u0080\u0085\u009b\u009f")");
    EXPECT_EQ(as_json("a\xE2\x80\xA8"
                      "b\xE2\x80\xA9"),
              R"("a\u2028b\u2029")");
    for (const char* neighbour : {"\xC2\xA0", "\xC3\x80", "\xE2\x80\xA7", "\xE2\x80\xAA", "\xE2\x81\xA8"})
        EXPECT_EQ(as_json(neighbour), '"' + std::string{neighbour} + '"');
}

TEST(JsonText, BytesThatAreNoUtf8BecomeReplacements) {
    EXPECT_EQ(as_json("a\xFFz"), R"("a\ufffdz")");
    EXPECT_EQ(as_json("\x80"), R"("\ufffd")");
    EXPECT_EQ(as_json("\xC3"), R"("\ufffd")");
    EXPECT_EQ(as_json("\xC3("), R"("\ufffd(")");
    EXPECT_EQ(as_json("\xE2\x82\"x"), R"("\ufffd\ufffd\"x")") << "a cut character swallows no quote";
}

TEST(JsonText, Utf8IsJudgedAsTheStandardHasIt) {
    for (const char* good :
         {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80"})
        EXPECT_TRUE(is_utf8(good));
    for (const char* bad : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xF0\x90\x80", "\xBF"})
        EXPECT_FALSE(is_utf8(bad));
}

TEST(JsonText, NoBytesCanBreakTheJson) {
    std::mt19937 random{20260701};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<int> length{0, 40};
    for (int i = 0; i < 20'000; ++i) {
        std::string text(static_cast<std::size_t>(length(random)), '\0');
        for (char& c : text)
            c = static_cast<char>(byte(random));
        boost::json::error_code problem;
        const auto back = boost::json::parse(as_json(text), problem);
        ASSERT_FALSE(problem) << problem.message();
        if (is_utf8(text)) {
            ASSERT_EQ(back.as_string(), text);
        }
    }
}

TEST(JsonText, NumbersAreShortAndExact) {
    EXPECT_EQ(written(89.7), "89.7");
    EXPECT_EQ(written(120), "120");
    EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
    EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
    std::string out;
    append_integer(out, std::numeric_limits<std::int64_t>::min());
    append_bool(out, false);
    EXPECT_EQ(out, "-9223372036854775808false");
}
