// The store's URL.
#include "adapters/redis/address.hpp"

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

TEST(RedisAddress, NonsenseIsRefusedWithoutQuotingIt) {
    const std::string secret = "hunter2";
    for (const std::string url :
         {"", "redis", "http://:hunter2@h", "redis://:hunter2@", "redis://:hunter2@h:0",
          "redis://:hunter2@h:99999", "redis://:hunter2@h/x", "redis://:hunter2@h/-1",
          "redis://:hunter2@h/1/2", "redis://:hunter2@h?what=1", "redis://hunter2@h",
          "redis://:hunter2@h?ca=/x", "unix:relative", "unix://:hunter2@host/path", "unix:/p?db=a",
          "redis://:hunter2@h#f", "redis://:hunter2@h h", "unix:/a%00b"}) {
        const auto parsed = parse_address(url);
        ASSERT_FALSE(parsed) << url;
        EXPECT_FALSE(parsed.error().empty());
        EXPECT_EQ(parsed.error().find(secret), std::string::npos);
    }
    EXPECT_FALSE(parse_address("unix:/" + std::string(107, 'a')));
}

TEST(RedisAddress, TextForLogsHoldsNoSecret) {
    EXPECT_EQ(to_string(*parse_address("rediss://u:p@[::1]:1/2")), "rediss://[::1]:1");
    EXPECT_EQ(to_string(*parse_address("unix://:p@/a?db=1")), "unix:/a");
}

}  // namespace
