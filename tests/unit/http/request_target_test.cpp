#include "gateway/http/request_target.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

struct target_case {
    method asked;
    std::string_view text;
    bool fits;
    std::string_view path{};
    std::string_view query{};
};

class RequestTarget : public testing::TestWithParam<target_case> {};

TEST_P(RequestTarget, FollowsTheTable) {
    const auto& expected = GetParam();
    const auto target = read_target(expected.asked, expected.text);
    ASSERT_EQ(target.has_value(), expected.fits) << expected.text;
    if (!target)
        return;
    EXPECT_EQ(target->path, expected.path);
    EXPECT_EQ(target->query, expected.query);
}

const target_case cases[]{
    {method::get, "/", true, "/"},
    {method::get, "/a/b?c=d&e=?", true, "/a/b", "c=d&e=?"},
    {method::get, "/a?", true, "/a", ""},
    {method::get, "//a", true, "//a"},
    {method::get, "/a#b", false},
    {method::get, "/\xC3\xBC", false},
    {method::get, "/a?\xFF", false},
    {method::get, "http://example.org/a?b", true, "/a", "b"},
    {method::get, "HTTPS://example.org:8443/a", true, "/a"},
    {method::get, "http://example.org", true, "/"},
    {method::get, "http://example.org?b", true, "/", "b"},
    {method::get, "http:///a", false},
    {method::get, "http://user@example.org/a", false},
    {method::get, "ftp://example.org/a", false},
    {method::get, "http:/a", false},
    {method::get, "*", false},
    {method::options, "*", true, "*"},
    {method::options, "*a", false},
    {method::other, "example.org:443", false},
    {method::get, "a/b", false},
    {method::get, "?a", false},
};

INSTANTIATE_TEST_SUITE_P(Cases, RequestTarget, testing::ValuesIn(cases));

TEST(RequestHost, TakesNamesAddressesAndPorts) {
    for (const std::string_view good : {"example.org", "example.org:80", "127.0.0.1:8080", "[::1]:8080",
                                        "[::ffff:1.2.3.4]", "[fe80::1%25eth0]"})
        EXPECT_TRUE(is_host(good)) << good;
    for (const std::string_view bad : {"a b",
                                       "a/b",
                                       "a@b",
                                       "a,b?",
                                       "a\\b",
                                       "a#b",
                                       "\xC3\xBC",
                                       "a\"b",
                                       "<a>",
                                       "",
                                       ":80",
                                       "a,b",
                                       "a:b",
                                       "a:-1",
                                       "a:99999",
                                       "a:80:80",
                                       "[::1",
                                       "[::1]x",
                                       "[]",
                                       "[a]",
                                       "::1",
                                       "a%",
                                       "a%zz",
                                       "[::::]",
                                       "[1:2]",
                                       "[zz::1]",
                                       "[12345::]",
                                       "[1:2:3:4:5:6:7:8:9]",
                                       "[::ffff:999.2.3.4]",
                                       "[::1%]",
                                       "[::1%25]",
                                       "[::1%eth0]",
                                       "[v1.x:y]"})
        EXPECT_FALSE(is_host(bad)) << bad;
}

}  // namespace
}  // namespace gateway::http
