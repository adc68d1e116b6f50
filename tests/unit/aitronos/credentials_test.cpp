// Which key a request presents, and which trace it belongs to.
#include "adapters/aitronos/credentials.hpp"

#include "adapters/aitronos/traceparent.hpp"

#include <gtest/gtest.h>

using adapters::aitronos::presented_key;
using adapters::aitronos::traceparent_of;

namespace {

using headers = std::vector<std::pair<std::string, std::string>>;

gateway::http::request with(headers sent) {
    gateway::http::request incoming;
    incoming.headers = std::move(sent);
    return incoming;
}

std::string key_in(headers sent) {
    const auto incoming = with(std::move(sent));
    return std::string{presented_key(incoming)};
}

}  // namespace

TEST(Credentials, EachOfTheFourWaysWorks) {
    EXPECT_EQ(key_in({{"x-api-key", "k1"}}), "k1");
    EXPECT_EQ(key_in({{"authorization", "Bearer k2"}}), "k2");
    EXPECT_EQ(key_in({{"api-key", "k3"}}), "k3");
    EXPECT_EQ(key_in({}), "");
}

TEST(Credentials, TheSchemeIsCaseInsensitiveAndMayBeFollowedByMoreBlanks) {
    for (const char* header : {"bearer k", "BEARER k", "bEaReR   k", "Bearer \t k "})
        EXPECT_EQ(key_in({{"authorization", header}}), "k") << header;
}

TEST(Credentials, OtherSchemesAndHalfOnesAreNoCredentials) {
    for (const char* header :
         {"Basic dXNlcjpw", "Bearer", "Bearer ", "Bearerk", "k", "", "Token k", "Digest Bearer k"})
        EXPECT_EQ(key_in({{"authorization", header}}), "") << header;
}

TEST(Credentials, XApiKeyComesFirstThenBearerThenApiKey) {
    EXPECT_EQ(key_in({{"api-key", "k3"}, {"authorization", "Bearer k2"}, {"x-api-key", "k1"}}), "k1");
    EXPECT_EQ(key_in({{"api-key", "k3"}, {"authorization", "Bearer k2"}}), "k2");
}

TEST(Credentials, AnEmptyOrUselessHeaderIsPassedOver) {
    EXPECT_EQ(key_in({{"x-api-key", ""}, {"authorization", "Bearer k2"}}), "k2");
    EXPECT_EQ(key_in({{"x-api-key", " \t"}, {"authorization", "Basic x"}, {"api-key", "k3"}}), "k3");
}

TEST(Credentials, AKeyIsOpaque) {
    EXPECT_EQ(key_in({{"authorization", "Bearer a b/c=="}}), "a b/c==");
    EXPECT_EQ(key_in({{"x-api-key", "Bearer k"}}), "Bearer k");
}

TEST(Traceparent, TwoHeadersAreNone) {
    const std::string good{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
    EXPECT_EQ(traceparent_of(with({{"traceparent", good}})), good);
    EXPECT_EQ(traceparent_of(with({{"traceparent", good}, {"traceparent", good}})), "");
    EXPECT_EQ(traceparent_of(with({{"traceparent", "nonsense"}})), "");
    EXPECT_EQ(traceparent_of(with({})), "");
}
