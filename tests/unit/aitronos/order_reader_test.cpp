// The body of a create, from perfect to hostile.
#include "adapters/aitronos/order_reader.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

using adapters::aitronos::read_order;
using gateway::errc;
using gateway::service::generation_draft;
using gateway::service::given;

namespace {

template <class T>
bool absent(const given<T>& field) {
    return field.is == given<T>::state::absent;
}
template <class T>
bool wrong(const given<T>& field) {
    return field.is == given<T>::state::wrong_type;
}

generation_draft read(const std::string& body) {
    auto draft = read_order(body);
    EXPECT_TRUE(draft) << body << ": " << (draft ? "" : draft.error().explanation);
    return draft ? std::move(*draft) : generation_draft{};
}

std::string nested(std::size_t depth, char open, char close) {
    return std::string(depth, open) + std::string(depth, close);
}

}  // namespace

TEST(OrderReader, EveryFieldArrives) {
    const auto draft = read(R"({"engine":"studio","prompt":"p \u00e9\n","duration_seconds":120,"mode":"focus",
        "instrumental":true,"lyrics":"la","seed_track_id":"mtrack_1","style_tags":["a","b\"c",""],"title":"t",
        "idempotency_key":"k"} )");
    EXPECT_EQ(draft.engine.value, "studio");
    EXPECT_EQ(draft.prompt.value, "p é\n");
    EXPECT_EQ(draft.duration_seconds.value, 120);
    EXPECT_EQ(draft.mode.value, "focus");
    EXPECT_TRUE(draft.instrumental.value);
    EXPECT_EQ(draft.lyrics.value, "la");
    EXPECT_EQ(draft.seed_track_id.value, "mtrack_1");
    EXPECT_EQ(draft.style_tags.value, (std::vector<std::string>{"a", "b\"c", ""}));
    EXPECT_EQ(draft.title.value, "t");
    EXPECT_EQ(draft.idempotency_key.value, "k");
}

TEST(OrderReader, WhatIsNotThereIsAbsentAndSoIsNull) {
    for (const char* body :
         {"{}", " { } ", R"({"engine":null,"prompt":null,"duration_seconds":null,"mode":null,
        "instrumental":null,"lyrics":null,"seed_track_id":null,"style_tags":null,"title":null,"idempotency_key":null})"}) {
        const auto draft = read(body);
        EXPECT_TRUE(absent(draft.engine) && absent(draft.prompt) && absent(draft.duration_seconds) &&
                    absent(draft.mode) && absent(draft.instrumental) && absent(draft.lyrics) &&
                    absent(draft.seed_track_id) && absent(draft.style_tags) && absent(draft.title) &&
                    absent(draft.idempotency_key));
    }
}

TEST(OrderReader, WholeNumbersInAnySpellingAreIntegers) {
    const std::vector<std::pair<const char*, std::int64_t>> numbers{
        {"120", 120},
        {"120.0", 120},
        {"1.2e2", 120},
        {"12E+1", 120},
        {"1200e-1", 120},
        {"-5", -5},
        {"0", 0},
        {"-0", 0},
        {"-0.0", 0},
        {"9223372036854775807", 9223372036854775807},
        {"1e18", 1'000'000'000'000'000'000},
        {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
    };
    for (const auto& [text, number] : numbers) {
        const auto draft = read(std::string{R"({"duration_seconds":)"} + text + '}');
        ASSERT_TRUE(draft.duration_seconds.present()) << text;
        EXPECT_EQ(draft.duration_seconds.value, number) << text;
    }
}

TEST(OrderReader, OtherNumbersAreOfTheWrongType) {
    for (const char* text :
         {"120.5", "1e-1", "9223372036854775808", "18446744073709551615", "99999999999999999999999", "1e19",
          "-1e19", "1e308", "1e400", "-1e400", "\"120\"", "true", "[120]", "{}", "{\"a\":120}"}) {
        const auto draft = read(std::string{R"({"duration_seconds":)"} + text + '}');
        EXPECT_TRUE(wrong(draft.duration_seconds)) << text;
    }
}

TEST(OrderReader, EachFieldOfAnotherTypeIsMarked) {
    for (const char* value : {"1", "1.5", "18446744073709551615", "true", "[]", "[\"x\"]", "{}",
                              "{\"prompt\":\"x\"}", "[[\"x\"]]"}) {
        const auto draft = read(std::string{R"({"prompt":)"} + value + R"(,"engine":"studio"})");
        EXPECT_TRUE(wrong(draft.prompt)) << value;
        EXPECT_EQ(draft.engine.value, "studio") << "and nothing else is";
    }
    for (const char* value : {"1", "0", "\"true\"", "[]", "{}"})
        EXPECT_TRUE(wrong(read(std::string{R"({"instrumental":)"} + value + '}').instrumental)) << value;
}

TEST(OrderReader, TagsAreStringsOnly) {
    EXPECT_TRUE(read(R"({"style_tags":[]})").style_tags.present());
    for (const char* value : {"\"jazz\"", "1", "{}", "[1]", "[null]", "[true]", "[\"a\",1.5]",
                              "[\"a\",[\"b\"]]", "[{\"a\":\"b\"},\"c\"]", "[18446744073709551615]", "[[]]"})
        EXPECT_TRUE(wrong(read(std::string{R"({"style_tags":)"} + value + '}').style_tags)) << value;
}

TEST(OrderReader, UnknownMembersAreSkippedWhateverTheyHold) {
    const auto draft = read(R"({"x":{"engine":"no","prompt":{"a":[1,2,{"engine":[null]}]}},"y":[["engine"]],
        "Engine":"no","engine ":1,"":2,"z":1e999,"engine":"studio","prompt":"p"})");
    EXPECT_EQ(draft.engine.value, "studio");
    EXPECT_EQ(draft.prompt.value, "p");
}

TEST(OrderReader, NulsStayInTheValueForTheRulesToRefuse) {
    EXPECT_EQ(read(R"({"prompt":"a\u0000b"})").prompt.value, std::string("a\0b", 3));
    const auto draft = read(R"({"engine\u0000":"no"})");
    EXPECT_TRUE(absent(draft.engine));
}

TEST(OrderReader, LongAndEscapedTextsArriveWhole) {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += i % 7 == 0 ? "\"" : i % 11 == 0 ? "é" : i % 13 == 0 ? "\n" : "x";
    const std::string name(10'000, 'n');
    const auto body = boost::json::serialize(
        boost::json::value{{name, text}, {"prompt", text}, {"style_tags", {text, text}}});
    const auto draft = read(body);
    EXPECT_EQ(draft.prompt.value, text);
    EXPECT_EQ(draft.style_tags.value, (std::vector<std::string>{text, text}));
}

TEST(OrderReader, WhatIsNoJsonObjectIsRefusedWithoutAField) {
    const std::vector<std::string> bad{
        "",
        " ",
        "null",
        "true",
        "1",
        "1.5",
        "18446744073709551615",
        "\"x\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{]",
        "nul",
        R"({"engine")",
        R"({"engine":})",
        R"({"engine":"a)",
        R"({"engine":"a"}})",
        R"({"engine":"a"} x)",
        "{}{}",
        std::string("{}\0", 3),
        R"({"engine":"a",})",
        R"({engine:"a"})",
        R"({'engine':'a'})",
        "{} // c",
        "{/* c */}",
        R"({"duration_seconds":01})",
        R"({"duration_seconds":+1})",
        R"({"duration_seconds":NaN})",
        R"({"duration_seconds":Infinity})",
        R"({"duration_seconds":1.})",
        R"({"duration_seconds":.5})",
        "{\"prompt\":\"\xFF\"}",
        "{\"prompt\":\"\xC0\x80\"}",
        "{\"prompt\":\"\xED\xA0\x80\"}",
        "{\"\xFF\":1}",
        "{\"x\":\"\xFF\"}",
        "{\"prompt\":\"a\nb\"}",
        std::string("{\"prompt\":\"a\0b\"}", 16),
        R"({"prompt":"\ud800"})",
        R"({"prompt":"\udc00x"})",
        R"({"prompt":"\x"})",
        "\xEF\xBB\xBF{}",
        R"({"engine":"a","engine":"b"})",
        R"({"engine":"a","\u0065ngine":"b"})",
        R"({"engine":null,"engine":"b"})",
        R"({"x":1,"x":1})",
        R"({"x":1,"y":2,"\u0078":3})",
        nested(1, '[', ']'),
        nested(100'000, '[', ']'),
        R"({"x":)" + nested(32, '[', ']') + '}',
        R"({"x":)" + std::string(100'000, '['),
        R"({"style_tags":)" + nested(32, '[', ']') + '}',
    };
    for (const std::string& body : bad) {
        const auto draft = read_order(body);
        ASSERT_FALSE(draft) << body.substr(0, 60);
        EXPECT_EQ(draft.error().code, errc::invalid_request);
        EXPECT_EQ(draft.error().field, "");
        EXPECT_FALSE(draft.error().explanation.empty());
    }
}

TEST(OrderReader, NestingUpToTheLimitIsSkipped) {
    EXPECT_TRUE(read_order(R"({"x":)" + nested(31, '[', ']') + '}'));
}

TEST(OrderReader, TheSameNameAtAnotherLevelIsNoRepetition) {
    EXPECT_TRUE(read_order(R"({"x":{"engine":1,"x":1,"x":2},"engine":"a"})"));
}

TEST(OrderReader, ManyUnknownNamesCostLittle) {
    std::string body{"{"};
    for (int i = 0; i < 30'000; ++i)
        body += '"' + std::to_string(i) + "\":0,";
    body += "\"engine\":\"a\"}";
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(read_order(body));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{2});
}

TEST(OrderReader, EveryCutOfAGoodBodyIsRefused) {
    const std::string good{
        R"({"engine":"studio","prompt":"\u00e9 😀","duration_seconds":12.5e1,"style_tags":["a",null],"x":{}})"};
    ASSERT_TRUE(read_order(good));
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(read_order(good.substr(0, size))) << size;
}
