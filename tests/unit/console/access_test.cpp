// Who may use the console: by token, by loopback, and never for another origin's page.
#include "gateway/console/access.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gateway::console;
using gateway::http::request;
using headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* token = "a-token-of-24-characters";

request sent(headers with) {
    request made;
    made.headers = std::move(with);
    return made;
}

const doorkeeper on_loopback{{.token = "", .on_loopback = true}};
const doorkeeper with_token{{.token = token, .on_loopback = false}};
const doorkeeper shut{{.token = "", .on_loopback = false}};

}  // namespace

TEST(ConsoleAccess, IsClosedBeyondTheLoopbackUntilATokenIsSet) {
    const auto asked =
        sent({{"host", "localhost"}, {"authorization", "Bearer anything"}, {"x-console", "1"}});
    EXPECT_EQ(shut.of_page(asked), verdict::closed);
    EXPECT_EQ(shut.of_read(asked), verdict::closed);
    EXPECT_EQ(shut.of_change(asked), verdict::closed);
}

TEST(ConsoleAccess, NeedsNoTokenOnTheLoopbackUnlessOneIsSet) {
    EXPECT_EQ(on_loopback.of_read(sent({{"host", "127.0.0.1:9090"}})), verdict::welcome);
    const doorkeeper both{{.token = token, .on_loopback = true}};
    EXPECT_EQ(both.of_read(sent({{"host", "127.0.0.1:9090"}})), verdict::token_missing);
}

TEST(ConsoleAccess, TakesTheTokenAloneAndWhole) {
    const auto verdict_of = [](const std::string& authorization) {
        return with_token.of_read(sent({{"host", "music.internal"}, {"authorization", authorization}}));
    };
    EXPECT_EQ(verdict_of(std::string{"Bearer "} + token), verdict::welcome);
    EXPECT_EQ(verdict_of(std::string{"bearer "} + token), verdict::welcome);
    EXPECT_EQ(verdict_of(std::string{"Bearer "} + token + "x"), verdict::token_wrong);
    EXPECT_EQ(verdict_of("Bearer a-token"), verdict::token_wrong);
    EXPECT_EQ(verdict_of("Bearer " + std::string(100'000, 'x')), verdict::token_wrong);
    EXPECT_EQ(verdict_of("Bearer "), verdict::token_missing);
    EXPECT_EQ(verdict_of(std::string{"Basic "} + token), verdict::token_missing);
    EXPECT_EQ(verdict_of(""), verdict::token_missing);
    EXPECT_EQ(with_token.of_read(sent({})), verdict::token_missing);
}

TEST(ConsoleAccess, ServesThePageItselfWithoutTheToken) {
    EXPECT_EQ(with_token.of_page(sent({{"host", "music.internal"}})), verdict::welcome);
}

// A page of another origin may give its own name to the loopback's address: then the Host is that name.
TEST(ConsoleAccess, WithoutATokenAnswersOnlyForTheLoopbacksNames) {
    for (const char* host : {"localhost", "LocalHost:9090", "127.0.0.1", "127.0.0.1:9090", "127.255.0.9",
                             "[::1]", "[::1]:9090"}) {
        EXPECT_TRUE(names_loopback(host)) << host;
        EXPECT_EQ(on_loopback.of_page(sent({{"host", host}})), verdict::welcome) << host;
    }
    for (const char* host :
         {"", "evil.example", "evil.example:9090", "localhost.evil.example", "127.0.0.1.evil.example",
          "127.evil.example", "127.0.0", "127.0.0.1.5", "127.0.0.", "1270.0.0.1", "128.0.0.1",
          "localhost:", "localhost:80x", "[::1]x", "[::1", "[::2]", "::1", "127.0.0.0001"}) {
        EXPECT_FALSE(names_loopback(host)) << host;
        EXPECT_EQ(on_loopback.of_page(sent({{"host", host}})), verdict::foreign_host) << host;
    }
    EXPECT_EQ(on_loopback.of_read(sent({})), verdict::foreign_host);
}

TEST(ConsoleAccess, AnswersNoPageOfAnotherOrigin) {
    const auto read = [](headers more) {
        more.insert(more.end(), {{"host", "localhost:9090"}, {"x-console", "1"}});
        return on_loopback.of_read(sent(std::move(more)));
    };
    EXPECT_EQ(read({{"sec-fetch-site", "same-origin"}}), verdict::welcome);
    EXPECT_EQ(read({{"sec-fetch-site", "none"}}), verdict::welcome) << "typed into the address bar";
    EXPECT_EQ(read({{"sec-fetch-site", "cross-site"}}), verdict::another_origin);
    EXPECT_EQ(read({{"sec-fetch-site", "same-site"}}), verdict::another_origin)
        << "another port of this machine";
    EXPECT_EQ(read({{"origin", "http://localhost:9090"}}), verdict::welcome);
    EXPECT_EQ(read({{"origin", "https://localhost:9090"}}), verdict::welcome) << "TLS may end in front of us";
    EXPECT_EQ(read({{"origin", "http://localhost:8080"}}), verdict::another_origin);
    EXPECT_EQ(read({{"origin", "https://evil.example"}}), verdict::another_origin);
    EXPECT_EQ(read({{"origin", "null"}}), verdict::another_origin);
}

TEST(ConsoleAccess, ChangesNothingWithoutTheHeaderThatOnlyItsOwnPageCanSet) {
    EXPECT_EQ(on_loopback.of_change(sent({{"host", "localhost"}})), verdict::another_origin);
    EXPECT_EQ(on_loopback.of_change(sent({{"host", "localhost"}, {"x-console", ""}})),
              verdict::another_origin);
    EXPECT_EQ(on_loopback.of_change(sent({{"host", "localhost"}, {"x-console", "1"}})), verdict::welcome);
    EXPECT_EQ(on_loopback.of_change(
                  sent({{"host", "localhost"}, {"x-console", "1"}, {"sec-fetch-site", "cross-site"}})),
              verdict::another_origin);
}

TEST(ConsoleAccess, SaysASentenceToWhoeverIsNotWelcome) {
    EXPECT_EQ(to_sentence(verdict::welcome), "");
    for (const verdict each : {verdict::closed, verdict::foreign_host, verdict::another_origin,
                               verdict::token_missing, verdict::token_wrong})
        EXPECT_TRUE(to_sentence(each).ends_with(".")) << to_sentence(each);
}
