// The wire format.
#include "adapters/redis/reply.hpp"
#include "adapters/redis/durability.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::redis;

TEST(RedisReply, EveryKindIsReadHoweverItIsSliced) {
    const std::string whole = "*6\r\n+OK\r\n-ERR no\r\n:-42\r\n$5\r\n" + std::string{"a\r\n\0b", 5} +
                              "\r\n$-1\r\n*2\r\n*0\r\n*-1\r\n";
    for (std::size_t slice = 1; slice <= whole.size(); ++slice) {
        reply_reader reader{1 << 16};
        std::optional<reply> got;
        for (std::size_t at = 0; at < whole.size(); at += slice) {
            ASSERT_FALSE(got);
            ASSERT_TRUE(reader.feed(std::string_view{whole}.substr(at, slice)));
            got = reader.next();
        }
        ASSERT_TRUE(got) << slice;
        ASSERT_TRUE(got->is_array_of(6));
        EXPECT_EQ(got->items[0].text, "OK");
        EXPECT_EQ(got->items[1].error_code(), "ERR");
        EXPECT_EQ(got->items[2].number, -42);
        EXPECT_EQ(got->items[3].text, (std::string{"a\r\n\0b", 5}));
        EXPECT_EQ(got->items[4].what, reply::kind::nil);
        EXPECT_EQ(got->items[5].items[0].what, reply::kind::array);
        EXPECT_EQ(got->items[5].items[1].what, reply::kind::nil);
    }
}

TEST(RedisReply, RepliesBeyondTheBoundsFinishTheReader) {
    for (const std::string bytes :
         {"*1000000\r\n", "*-7\r\n", "$99999999999999999999\r\n", "!\r\n", "%1\r\n+a\r\n+b\r\n"}) {
        reply_reader reader{4096};
        reader.feed(bytes);
        EXPECT_FALSE(reader.next()) << bytes;
        EXPECT_TRUE(reader.failed()) << bytes;
    }
    reply_reader reader{4096};
    reader.feed("$100000\r\n");
    const std::string part(3000, 'x');
    bool more = true;
    for (int each = 0; each < 10 && more; ++each) {
        more = reader.feed(part);
        reader.next();
    }
    EXPECT_FALSE(more) << "a text over the bound is not gathered";
}

TEST(RedisReply, BoundIsOfOneReplyNotOfAll) {
    reply_reader reader{4096};
    for (int each = 0; each < 100; ++each) {
        ASSERT_TRUE(reader.feed("$2000\r\n" + std::string(2000, 'x') + "\r\n")) << each;
        ASSERT_TRUE(reader.next()) << each;
    }
}

TEST(RedisCommand, ArgumentsMayHoldAnyBytes) {
    const std::string expected = "*3\r\n$3\r\nSET\r\n$2\r\n" + std::string{"k\0", 2} + "\r\n$2\r\n-7\r\n";
    std::string sent;
    command{"SET"}.add(std::string_view{"k\0", 2}).add(std::int64_t{-7}).append_to(sent);
    EXPECT_EQ(sent, expected);
}

TEST(RedisDurability, InfoIsReadByWholeNames) {
    const std::string info =
        "# Persistence\r\nmy_aof_enabled:0\r\naof_enabled:1\r\nmaxmemory_policy:noeviction\r\n";
    EXPECT_EQ(info_value(info, "aof_enabled"), "1");
    EXPECT_EQ(info_value(info, "maxmemory_policy"), "noeviction");
    EXPECT_FALSE(info_value(info, "aof"));
    EXPECT_FALSE(info_value("", "aof"));
}

}  // namespace
