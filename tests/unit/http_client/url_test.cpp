// Addresses, as operators and upstreams write them.
#include "gateway/http_client/url.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gateway::http_client;

TEST(Url, ReadsWhatIsDialled) {
    EXPECT_EQ(*parse_url("https://CDN.example.com/a/b.m4a?x=1#part"),
              (url{true, "cdn.example.com", 443, "/a/b.m4a?x=1"}));
    EXPECT_EQ(*parse_url("http://10.0.0.1:8080"), (url{false, "10.0.0.1", 8080, "/"}));
    EXPECT_EQ(*parse_url("http://[::1]:81/"), (url{false, "::1", 81, "/"}));
    EXPECT_EQ(*parse_url("https://h:/x"), (url{true, "h", 443, "/x"}));
    EXPECT_EQ(*parse_url("https://h?q"), (url{true, "h", 443, "/?q"}));
    EXPECT_EQ(*parse_url("https://h./"), (url{true, "h", 443, "/"}));
    EXPECT_EQ(*parse_url("https://h/%2e%2e/a b\xC3\xA9"), (url{true, "h", 443, "/%2e%2e/a%20b%C3%A9"}));
}

TEST(Url, NameThatBeginsLikeAnAddressIsAName) {
    EXPECT_EQ(*parse_url("https://10.0.0.1.example:8443/x"), (url{true, "10.0.0.1.example", 8443, "/x"}));
    EXPECT_EQ(*parse_url("https://8.8.8.8-cdn.example"), (url{true, "8.8.8.8-cdn.example", 443, "/"}));
    EXPECT_EQ(*parse_base_url("http://1.2.3.400/p/"), (url{false, "1.2.3.400", 80, "/p"}));
    EXPECT_FALSE(parse_url("https://10.0.0.1@example/"));
    const url from{true, "10.0.0.1.example", 443, "/x"};
    EXPECT_EQ(*follow(from, "/q"), (url{true, "10.0.0.1.example", 443, "/q"}));
    EXPECT_EQ(*follow(from, "//1.2.3.4.example/q"), (url{true, "1.2.3.4.example", 443, "/q"}));
}

TEST(Url, RefusesWhatIsNotSafelyDialled) {
    for (const char* bad : {"",
                            "x",
                            "/path",
                            "ftp://h/",
                            "file:///etc/passwd",
                            "https:///x",
                            "http://",
                            "https://user@h/",
                            "https://u:p@h/",
                            "http://h:0/",
                            "http://h:65536/",
                            "http://h:99999999999/",
                            "http://h:x/",
                            "http://h\r\nX: y/",
                            "http://h/\r\nX: y",
                            "http://a b/",
                            "http://h../",
                            "http://a..b/",
                            "http://.h/",
                            "http://./",
                            "http://\xC3\xA9.com/",
                            "http://%31%30.0.0.1%00/",
                            "http://[::1",
                            "http://[fe80::1%25eth0]/",
                            "http://h/\x01",
                            "//h/x",
                            "gopher://h"})
        EXPECT_FALSE(parse_url(bad)) << bad;
    EXPECT_FALSE(parse_url("http://h/" + std::string(10'000, 'a')));
}

TEST(Url, ABaseMayHaveAPathButNoQuery) {
    EXPECT_EQ(parse_base_url("https://api.aimusicapi.ai")->target, "");
    EXPECT_EQ(parse_base_url("https://api.aimusicapi.ai/")->target, "");
    EXPECT_EQ(parse_base_url("http://127.0.0.1:9/proxy//")->target, "/proxy");
    EXPECT_FALSE(parse_base_url("https://h/?x"));
    EXPECT_FALSE(parse_base_url("https://h/#x"));
}

TEST(Url, FollowsRedirectsWhereverTheyPoint) {
    const url from{true, "a.com", 8443, "/x/y?z"};
    EXPECT_EQ(*follow(from, "/q"), (url{true, "a.com", 8443, "/q"}));
    EXPECT_EQ(*follow(from, "q"), (url{true, "a.com", 8443, "/x/q"}));
    EXPECT_EQ(*follow(from, "//b.com/q"), (url{true, "b.com", 443, "/q"}));
    EXPECT_EQ(*follow(from, "http://b.com"), (url{false, "b.com", 80, "/"}));
    EXPECT_FALSE(follow(from, "file:///etc/passwd"));
    EXPECT_FALSE(follow(from, "http://u@b/"));
    EXPECT_FALSE(follow(from, ""));
}

TEST(Url, HostFieldNamesThePortOnlyWhenUnusual) {
    EXPECT_EQ(host_field({true, "h", 443, "/"}), "h");
    EXPECT_EQ(host_field({false, "h", 443, "/"}), "h:443");
    EXPECT_EQ(host_field({false, "::1", 80, "/"}), "[::1]");
}

TEST(Url, SegmentsCannotLeaveTheirPlace) {
    EXPECT_EQ(escaped_segment("0b7c-x_Y.~"), "0b7c-x_Y.~");
    EXPECT_EQ(escaped_segment(".."), "%2E%2E");
    EXPECT_EQ(escaped_segment("a/../b?c#d e\r\n\xC3\xA9%"), "a%2F..%2Fb%3Fc%23d%20e%0D%0A%C3%A9%25");
}

}  // namespace
