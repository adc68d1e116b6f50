// reference/producer-api 5.1.
#include "adapters/producer/credits_reader.hpp"

#include <gtest/gtest.h>

namespace {

using adapters::producer::http_answer;
namespace answers = gateway::credits_answer;

answers::any read(unsigned status, std::string body) {
    http_answer given;
    given.status = status;
    given.body = std::move(body);
    return adapters::producer::read_credits_answer(given);
}

double balance(std::string body) {
    return std::get<answers::balance>(read(200, std::move(body))).credits;
}

TEST(CreditsReader, AddsMonthlyAndExtraCredits) {
    EXPECT_EQ(balance(R"({"credits":1240,"extra_credits":300})"), 1540);
    EXPECT_EQ(balance(R"({"credits":12})"), 12);
    EXPECT_EQ(balance(R"({"credits":"12","extra_credits":"0.5"})"), 12.5);
    EXPECT_EQ(balance(R"({"code":200,"data":{"credits":7,"extra_credits":1}})"), 8);
    EXPECT_EQ(balance(R"({"credits":0,"extra_credits":null})"), 0);
}

TEST(CreditsReader, KnowsARejectedKeyFromATrouble) {
    EXPECT_TRUE(std::holds_alternative<answers::access_denied>(read(401, "<html>")));
    EXPECT_TRUE(std::holds_alternative<answers::access_denied>(read(403, R"({"error":"no"})")));
    EXPECT_TRUE(std::holds_alternative<answers::access_denied>(read(200, R"({"code":401})")));
    for (const unsigned status : {404U, 405U, 429U, 500U, 502U, 302U})
        EXPECT_TRUE(std::holds_alternative<answers::transient>(read(status, "<html>"))) << status;
}

TEST(CreditsReader, NeverInventsABalance) {
    for (const char* body :
         {"", "{}", "[]", "5", R"({"credits":null})", R"({"credits":"many"})", R"({"credits":"inf"})",
          R"({"data":[]})", R"({"extra_credits":5})", "{\"credits\":1"})
        EXPECT_TRUE(std::holds_alternative<answers::transient>(read(200, body))) << body;
}

}  // namespace
