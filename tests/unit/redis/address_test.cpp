// The store's URL.
#include "adapters/redis/address.hpp"
#include "config/checks.hpp"
#include "config/redis_url.hpp"
#include "tests/unit/redis/url_cases.hpp"

#include <gtest/gtest.h>

namespace {

using adapters::redis::address;
using adapters::redis::parse_address;

TEST(RedisAddress, EveryFormIsRead) {
    address plain;
    plain.host = "redis.internal";
    EXPECT_EQ(*parse_address("redis://redis.internal"), plain);
    plain.port = 7000;
    plain.database = 2;
    EXPECT_EQ(*parse_address("redis://redis.internal:7000/2"), plain);
    plain.password = "p@ss:/w";
    EXPECT_EQ(*parse_address("redis://:p%40ss%3A%2Fw@redis.internal:7000/2"), plain);
    plain.user = "gateway";
    EXPECT_EQ(*parse_address("redis://gateway:p%40ss%3A%2Fw@redis.internal:7000/2"), plain);
    address six;
    six.host = "::1";
    EXPECT_EQ(*parse_address("redis://[::1]/"), six);
    address secure;
    secure.over = address::transport::tls;
    secure.host = "r";
    secure.certificate_authority = "/etc/ca.pem";
    EXPECT_EQ(*parse_address("rediss://r?ca=/etc/ca.pem"), secure);
    address local;
    local.over = address::transport::unix_socket;
    local.path = "/run/redis/r.sock";
    EXPECT_EQ(*parse_address("unix:/run/redis/r.sock"), local);
    local.database = 3;
    EXPECT_EQ(*parse_address("unix:///run/redis/r.sock?db=3"), local);
    local.password = "x";
    EXPECT_EQ(*parse_address("unix://:x@/run/redis/r.sock?db=3"), local);
}

TEST(RedisAddress, SentinelsOfAGroupAreRead) {
    address group;
    group.host = "";
    group.port = 0;
    group.group = {{{"a", 26'379}, {"10.0.0.2", 26'380}, {"::1", 1}}, "my-master", ""};
    EXPECT_EQ(*parse_address("redis+sentinel://a,10.0.0.2:26380,[::1]:1/my-master"), group);
    group.user = "u@x";
    group.password = "p:/?,&";
    group.database = 4;
    group.group.password = "q&=%";
    EXPECT_EQ(*parse_address("redis+sentinel://u%40x:p%3A%2F%3f%2C%26@a,10.0.0.2:26380,[::1]:1/my-master/4"
                             "?sentinel_password=q%26=%25"),
              group);
    group.over = address::transport::tls;
    group.certificate_authority = "/etc/ca.pem";
    EXPECT_EQ(*parse_address("rediss+sentinel://u%40x:p%3A%2F%3f%2C%26@a,10.0.0.2:26380,[::1]:1/my-master/4"
                             "?ca=/etc/ca.pem&sentinel_password=q%26=%25"),
              group);
    EXPECT_EQ(parse_address("redis+sentinel://:a:b@h/m")->password, "a:b");
}

TEST(RedisAddress, EveryGoodUrlIsAccepted) {
    for (const auto* urls : {&redis_urls::good, &redis_urls::good_with_sentinels})
        for (const std::string& url : *urls)
            EXPECT_TRUE(parse_address(url)) << url << ": " << parse_address(url).error();
}

TEST(RedisAddress, NonsenseIsRefusedWithoutQuotingIt) {
    for (const auto* urls : {&redis_urls::bad, &redis_urls::bad_with_sentinels})
        for (const std::string& url : *urls) {
            const auto parsed = parse_address(url);
            ASSERT_FALSE(parsed) << url;
            EXPECT_FALSE(parsed.error().empty());
            EXPECT_EQ(parsed.error().find("hunter2"), std::string::npos);
        }
    EXPECT_FALSE(parse_address("unix:/" + std::string(107, 'a')));
}

// Whatever is cut off, doubled or replaced anywhere: an answer, and never a crash.
TEST(RedisAddress, DamagedUrlsAreReadOrRefused) {
    std::size_t read = 0;
    for (const std::string& url : redis_urls::good_with_sentinels)
        for (std::size_t at = 0; at <= url.size(); ++at) {
            read += parse_address(url.substr(0, at)).has_value();
            read += parse_address(url.substr(at)).has_value();
            for (const char each : std::string{"\0%@:/,?#[]&=\xff", 13})
                read += parse_address(std::string{url}.insert(at, 1, each)).has_value();
        }
    EXPECT_GT(read, 0U) << "a shorter name is a name";
}

// One says so before the start, the other at it.
TEST(RedisAddress, ConfigurationAcceptsJustWhatTheStoreReads) {
    const auto check = config::redis_address();
    for (const auto* urls : {&redis_urls::good, &redis_urls::good_with_sentinels, &redis_urls::bad,
                             &redis_urls::bad_with_sentinels})
        for (const std::string& url : *urls)
            EXPECT_EQ(check.holds(url), parse_address(url).has_value()) << url;
}

TEST(RedisAddress, ShownUrlsHoldNoSecret) {
    for (const auto* urls : {&redis_urls::good, &redis_urls::good_with_sentinels})
        for (const std::string& url : *urls) {
            const auto shown = config::hide_credentials(url);
            EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
            EXPECT_EQ(shown == url, url.find("hunter2") == std::string::npos) << shown;
        }
}

TEST(RedisAddress, TextForLogsHoldsNoSecret) {
    EXPECT_EQ(to_string(*parse_address("rediss://u:p@[::1]:1/2")), "rediss://[::1]:1");
    EXPECT_EQ(to_string(*parse_address("unix://:p@/a?db=1")), "unix:/a");
    EXPECT_EQ(to_string(*parse_address("redis+sentinel://u:p@a,[::1]:1/m/2?sentinel_password=q")),
              "redis+sentinel://a:26379,[::1]:1/m");
    EXPECT_EQ(to_string(*parse_address("rediss+sentinel://a/m")), "rediss+sentinel://a:26379/m");
}

}  // namespace
