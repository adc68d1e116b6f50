// What a sentinel may answer when it is asked for the primary, and what settings of a server are warned of.
#include "adapters/redis/sentinel.hpp"
#include "adapters/redis/durability.hpp"

#include <gmock/gmock.h>

namespace {

using namespace adapters::redis;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

reply reply_of(std::string_view wire) {
    reply_reader reader{4'096};
    reader.feed(wire);
    return reader.next().value();
}

std::string pair_of(const std::string& host, const std::string& port) {
    return "*2\r\n$" + std::to_string(host.size()) + "\r\n" + host + "\r\n$" + std::to_string(port.size()) +
           "\r\n" + port + "\r\n";
}

TEST(SentinelAnswer, NamesAServer) {
    EXPECT_EQ(*read_primary(reply_of(pair_of("10.0.0.1", "6379"))), (place{"10.0.0.1", 6379}));
    EXPECT_EQ(*read_primary(reply_of(pair_of("::1", "1"))), (place{"::1", 1}));
    EXPECT_EQ(*read_primary(reply_of(pair_of("redis-0.redis.svc", "65535"))),
              (place{"redis-0.redis.svc", 65'535}));
}

TEST(SentinelAnswer, NonsenseNamesNone) {
    for (const std::string& wire : {std::string{"*-1\r\n"},
                                    std::string{"$-1\r\n"},
                                    std::string{"*0\r\n"},
                                    std::string{":1\r\n"},
                                    std::string{"+OK\r\n"},
                                    std::string{"$4\r\nhost\r\n"},
                                    std::string{"*1\r\n$1\r\nh\r\n"},
                                    std::string{"*3\r\n$1\r\nh\r\n$1\r\n1\r\n$1\r\n1\r\n"},
                                    std::string{"*2\r\n:1\r\n:2\r\n"},
                                    std::string{"*2\r\n$1\r\nh\r\n:6379\r\n"},
                                    std::string{"*2\r\n*0\r\n*0\r\n"},
                                    std::string{"*2\r\n$-1\r\n$4\r\n6379\r\n"},
                                    pair_of("", "6379"),
                                    pair_of("h", ""),
                                    pair_of("h", "0"),
                                    pair_of("h", "65536"),
                                    pair_of("h", "-1"),
                                    pair_of("h", "1 "),
                                    pair_of("h", "+1"),
                                    pair_of("h", "99999999999999999999"),
                                    pair_of("h\n", "1"),
                                    pair_of("a b", "1"),
                                    pair_of(std::string(254, 'a'), "1"),
                                    pair_of(std::string{"h\0", 2}, "1"),
                                    pair_of("\xff", "1")}) {
        const auto named = read_primary(reply_of(wire));
        EXPECT_FALSE(named) << wire;
        EXPECT_FALSE(named.error().empty());
    }
}

TEST(SentinelAnswer, RefusalIsToldByItsCodeAlone) {
    const auto named = read_primary(reply_of("-NOAUTH hunter2 is no password\r\n"));
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error(), "a sentinel answered NOAUTH");
}

durability safe() {
    durability made;
    made.append_only = true;
    made.append_fsync = "everysec";
    made.eviction = "noeviction";
    made.replicas = 0;
    made.replicas_to_write = 0;
    return made;
}

TEST(Durability, SafeSettingsAreNotWarnedOf) {
    EXPECT_THAT(warnings(safe()), IsEmpty());
    auto always = safe();
    always.append_fsync = "always";
    EXPECT_THAT(warnings(always), IsEmpty());
    auto group = safe();
    group.is_behind_sentinels = true;
    EXPECT_THAT(warnings(group), IsEmpty()) << "one without replicas can't ask for their word";
    group.replicas = 2;
    group.replicas_to_write = 1;
    EXPECT_THAT(warnings(group), IsEmpty());
    group.replicas_to_write = 0;
    group.writes_wait_for_replicas = true;
    EXPECT_THAT(warnings(group), IsEmpty()) << "we ask for their word ourselves";
    group.writes_wait_for_replicas = false;
    group.is_behind_sentinels = false;
    EXPECT_THAT(warnings(group), IsEmpty()) << "nobody promotes a replica";
}

TEST(Durability, EachUnsafeSettingHasItsSentence) {
    auto found = safe();
    found.append_only = false;
    found.append_fsync = "no";
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("appendonly no")));
    found.append_only = true;
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("appendfsync no")));
    found = safe();
    found.eviction = "volatile-ttl";
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("maxmemory-policy volatile-ttl")));
    found = safe();
    found.is_behind_sentinels = true;
    found.replicas = 1;
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("min-replicas-to-write 0")));
}

TEST(Durability, WhatTheServerDoesNotTellIsToBeMadeSureOf) {
    durability found;
    EXPECT_THAT(warnings(found),
                ElementsAre(HasSubstr("appendonly yes and appendfsync"), HasSubstr("maxmemory-policy")));
    found.append_only = true;
    found.eviction = "noeviction";
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("the store's appendfsync")));
    found.append_fsync = "everysec";
    found.is_behind_sentinels = true;
    found.replicas = 1;
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("the store's min-replicas-to-write")));
}

}  // namespace
