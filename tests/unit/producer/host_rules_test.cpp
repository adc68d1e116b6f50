// audio.allowed_hosts: who may be talked to.
#include "adapters/producer/host_rules.hpp"
#include "adapters/producer/download.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::producer;
using namespace gateway::http_client;

boost::asio::ip::address ip(const char* text) {
    return boost::asio::ip::make_address(text);
}

host_rules rules(std::vector<std::string> entries) {
    return host_rules::parse(entries).value();
}

bool permits(const host_rules& given, const std::string& where, const char* address) {
    const auto to = parse_url(where);
    return given.may_resolve(*to) && given.permits(*to, ip(address));
}

TEST(PublicAddress, IsFalseForEveryPlaceInside) {
    for (const char* inside : {"0.0.0.0",
                               "10.1.2.3",
                               "100.64.0.1",
                               "100.127.255.255",
                               "127.0.0.1",
                               "127.255.0.1",
                               "169.254.169.254",
                               "172.16.0.1",
                               "172.31.255.255",
                               "192.0.0.8",
                               "192.0.2.1",
                               "192.88.99.1",
                               "192.168.0.1",
                               "198.18.0.1",
                               "198.19.255.255",
                               "198.51.100.1",
                               "203.0.113.9",
                               "224.0.0.1",
                               "239.1.1.1",
                               "240.0.0.1",
                               "255.255.255.255",
                               "::",
                               "::1",
                               "::10.0.0.1",
                               "::ffff:127.0.0.1",
                               "::ffff:10.0.0.1",
                               "64:ff9b::10.0.0.1",
                               "64:ff9b::7f00:1",
                               "64:ff9b:1::1",
                               "100::1",
                               "2001::1",
                               "2001:20::1",
                               "2001:db8::1",
                               "2002:a00:1::1",
                               "2002:7f00:1::",
                               "3fff::1",
                               "fc00::1",
                               "fd12::1",
                               "fe80::1",
                               "fec0::1",
                               "ff02::1",
                               "4000::1"})
        EXPECT_FALSE(is_public(ip(inside))) << inside;
}

TEST(PublicAddress, IsTrueForTheWorld) {
    for (const char* outside :
         {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
          "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1", "::ffff:1.1.1.1",
          "64:ff9b::1.1.1.1", "2002:101:101::1", "2a00:1450::1"})
        EXPECT_TRUE(is_public(ip(outside))) << outside;
}

TEST(HostRules, AnEmptyListIsAnyPublicAddress) {
    const auto any = rules({});
    EXPECT_TRUE(permits(any, "https://cdn.example.com/a", "1.1.1.1"));
    EXPECT_TRUE(permits(any, "http://1.1.1.1:8080/a", "1.1.1.1"));
    EXPECT_FALSE(permits(any, "https://cdn.example.com/a", "10.0.0.1"));
    EXPECT_FALSE(permits(any, "https://cdn.example.com/a", "::ffff:127.0.0.1"));
    EXPECT_FALSE(permits(any, "http://localhost/a", "1.1.1.1"));
    EXPECT_FALSE(permits(any, "http://x.LOCALHOST/a", "1.1.1.1"));
    EXPECT_FALSE(permits(any, "http://localhost./a", "1.1.1.1"));
}

TEST(HostRules, NamedInFullMayBePrivate) {
    const auto some = rules({"CDN.example.com", "minio.local:9000"});
    EXPECT_TRUE(permits(some, "https://cdn.example.com/a", "10.0.0.1"));
    EXPECT_TRUE(permits(some, "http://minio.local:9000/a", "10.0.0.1"));
    EXPECT_FALSE(permits(some, "http://minio.local/a", "10.0.0.1"));
    EXPECT_FALSE(permits(some, "https://x.cdn.example.com/a", "1.1.1.1"));
    EXPECT_FALSE(permits(some, "https://other.com/a", "1.1.1.1"));
}

TEST(HostRules, AWildcardVouchesForPublicAddressesOnly) {
    const auto some = rules({"*.b-cdn.net"});
    EXPECT_TRUE(permits(some, "https://x.b-cdn.net/", "1.1.1.1"));
    EXPECT_TRUE(permits(some, "https://x.y.b-cdn.net/", "1.1.1.1"));
    EXPECT_FALSE(permits(some, "https://b-cdn.net/", "1.1.1.1"));
    EXPECT_FALSE(permits(some, "https://evilb-cdn.net/", "1.1.1.1"));
    EXPECT_FALSE(permits(some, "https://x.b-cdn.net/", "10.0.0.1"));
    EXPECT_TRUE(permits(rules({"*.b-cdn.net", "10.0.0.0/8"}), "https://x.b-cdn.net/", "10.0.0.1"));
}

TEST(HostRules, AddressesAndRangesAreNamedAsSuch) {
    const auto some = rules({"127.0.0.1:8081", "[::1]:9", "10.0.0.0/8", "fd00::/8"});
    EXPECT_TRUE(permits(some, "http://127.0.0.1:8081/", "127.0.0.1"));
    EXPECT_FALSE(permits(some, "http://127.0.0.1:8082/", "127.0.0.1"));
    EXPECT_TRUE(permits(some, "http://[::1]:9/", "::1"));
    EXPECT_FALSE(permits(some, "http://[::1]/", "::1"));
    EXPECT_TRUE(permits(some, "http://10.200.0.1/", "10.200.0.1"));
    EXPECT_TRUE(permits(some, "http://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1"));
    EXPECT_TRUE(
        permits(some, "http://name.example/", "10.0.0.1"));  // the address is named, whatever it is called
    EXPECT_FALSE(permits(some, "http://name.example/", "11.0.0.1"));
    EXPECT_TRUE(permits(some, "http://name.example/", "fd12::1"));
    EXPECT_TRUE(permits(rules({"localhost:80"}), "http://localhost/", "127.0.0.1"));
    EXPECT_TRUE(permits(rules({"0.0.0.0/0"}), "http://a.example/", "127.0.0.1"));
}

TEST(HostRules, NamesWhatIsNoEntry) {
    for (const char* bad :
         {"",       " ",           "a b",        "*",        "*.",         "**.x",    "a..b",
          ".a",     "a.",          "host:",      "host:0",   "host:65536", "[::1",    "[::1]x",
          "[host]", "10.0.0.0/33", "10.0.0.0/x", "http://a", "a/b",        "\xC3\xA9"}) {
        std::string wrong{"?"};
        EXPECT_FALSE(host_rules::parse({"good.com", bad}, &wrong)) << bad;
        EXPECT_EQ(wrong, bad);
    }
}

TEST(Redirects, NeverLoseTlsUnlessTheHostIsNamed) {
    const url https{true, "a.com", 443, "/"};
    const url http{false, "a.com", 80, "/"};
    EXPECT_TRUE(keeps_secrecy(http, https, rules({})));
    EXPECT_TRUE(keeps_secrecy(http, http, rules({})));
    EXPECT_TRUE(keeps_secrecy(https, https, rules({})));
    EXPECT_FALSE(keeps_secrecy(https, http, rules({})));
    EXPECT_TRUE(keeps_secrecy(https, http, rules({"a.com"})));
}

TEST(Redirects, AreToldFromOtherAnswers) {
    EXPECT_EQ(after_head(200), download_step::take_body);
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U})
        EXPECT_EQ(after_head(status), download_step::redirect);
    EXPECT_EQ(after_head(403), download_step::not_there_yet);
    EXPECT_EQ(after_head(404), download_step::not_there_yet);
    for (const unsigned status : {100U, 201U, 204U, 206U, 300U, 304U, 400U, 410U, 416U, 500U})
        EXPECT_EQ(after_head(status), download_step::give_up) << status;
}

}  // namespace
