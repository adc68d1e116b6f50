// The Idempotency-Key header, in all its spellings.
#include "adapters/aitronos/idempotency_key.hpp"

#include <gtest/gtest.h>

namespace {

using given = gateway::service::given<std::string>;

given taken(std::vector<std::string> headers, given body = {}) {
    gateway::http::request incoming;
    for (std::string& each : headers)
        incoming.headers.emplace_back("idempotency-key", std::move(each));
    adapters::aitronos::take_idempotency_key(incoming, body);
    return body;
}

given from_body(const char* key) {
    given body;
    body.set(key);
    return body;
}

}  // namespace

TEST(IdempotencyKey, TheHeaderWinsOverTheBody) {
    EXPECT_EQ(taken({"header"}, from_body("body")).value, "header");
    EXPECT_EQ(taken({"header"}).value, "header");
    given wrong;
    wrong.wrong();
    EXPECT_EQ(taken({"header"}, wrong).value, "header");
}

TEST(IdempotencyKey, AnEmptyHeaderLeavesTheBodyAlone) {
    for (const char* empty : {"", "  ", "\"\""})
        EXPECT_EQ(taken({empty}, from_body("body")).value, "body");
    EXPECT_FALSE(taken({""}).present());
    EXPECT_FALSE(taken({}).present());
}

TEST(IdempotencyKey, AQuotedKeyIsTheSameAsABareOne) {
    const std::vector<std::pair<const char*, const char*>> same{
        {"\"abc\"", "abc"},
        {" \"abc\" ", "abc"},
        {"\"a b\"", "a b"},
        {R"("a\"b")", "a\"b"},
        {R"("a\\b")", "a\\b"},
        {"abc\"def", "abc\"def"},
        {"  abc ", "abc"},
        {"a, b; c", "a, b; c"},
        {"8e03978e-40d5", "8e03978e-40d5"},
        {"sch\xC3\xB6n", "sch\xC3\xB6n"},
    };
    for (const auto& [header, key] : same) {
        ASSERT_TRUE(taken({header}).present()) << header;
        EXPECT_EQ(taken({header}).value, key);
    }
}

TEST(IdempotencyKey, WhatIsNoKeyIsWrongWhateverTheBodySays) {
    for (const char* header : {"\"", "\"abc", "\"abc\\\"", "\"a\\nb\"", "\"abc\"x", "\"abc\";p=1", "\"a\"b\"",
                               "\"\xC3\xB6\"", "\"a\\", "\xF6\xFF", "\"a\tb\""})
        EXPECT_EQ(taken({header}, from_body("body")).is, given::state::wrong_type) << header;
}

TEST(IdempotencyKey, TwoHeadersMustAgree) {
    EXPECT_EQ(taken({"a", "\"a\""}).value, "a");
    EXPECT_EQ(taken({"a", "b"}).is, given::state::wrong_type);
    EXPECT_EQ(taken({"a", ""}).is, given::state::wrong_type);
}
