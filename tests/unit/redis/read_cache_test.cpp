// What is known of jobs without asking, and what makes it worthless.
#include "adapters/redis/read_cache.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::redis;
using namespace std::chrono_literals;
using gateway::job;

class ReadCache : public testing::Test {
protected:
    static constexpr std::size_t record = 500;  // bytes

    std::shared_ptr<write_marks> marks = std::make_shared<write_marks>();
    read_cache cache{1 << 20, marks};
    const read_cache::clock::time_point start{1h};

    static job made(const std::string& id, int progress = 0) {
        job one;
        one.id = id;
        one.state.progress = progress;
        one.as_of = gateway::store_time{100s};
        return one;
    }
    void read(read_cache& into, const std::string& id, int progress = 0) {
        const auto mine = into.begin(id);
        ASSERT_TRUE(mine);
        into.keep(*mine, made(id, progress), record, start);
        into.give_up(*mine, id);
    }
};

TEST_F(ReadCache, AnswersWithWhatWasReadAndLetsTimePass) {
    EXPECT_FALSE(cache.find("mgen_1", start));
    read(cache, "mgen_1", 7);
    const auto found = cache.find("mgen_1", start + 1500ms);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state.progress, 7);
    EXPECT_EQ(found->as_of, gateway::store_time{101'500ms});
    EXPECT_FALSE(cache.find("mgen_2", start));
}

TEST_F(ReadCache, ChangeMakesItForgotten) {
    read(cache, "mgen_1");
    read(cache, "mgen_2");
    cache.forget("mgen_1");
    EXPECT_FALSE(cache.find("mgen_1", start));
    EXPECT_TRUE(cache.find("mgen_2", start));
    cache.forget("mgen_3");
    cache.forget_all();
    EXPECT_FALSE(cache.find("mgen_2", start));
    EXPECT_EQ(cache.bytes(), 0u);
}

// The message of a change and the reply of a read come over two links.
TEST_F(ReadCache, ChangeDuringAReadMakesTheReplyWorthless) {
    const auto mine = cache.begin("mgen_1");
    cache.forget("mgen_1");
    cache.keep(*mine, made("mgen_1"), record, start);
    EXPECT_FALSE(cache.find("mgen_1", start));

    const auto all = cache.begin("mgen_1");
    cache.forget_all();
    cache.keep(*all, made("mgen_1"), record, start);
    EXPECT_FALSE(cache.find("mgen_1", start));
    EXPECT_EQ(cache.size(), 0u);
}

TEST_F(ReadCache, LateReplyOfAnEarlierReadIsNotTakenForALaterOne) {
    const auto earlier = cache.begin("mgen_1");
    cache.forget("mgen_1");
    const auto later = cache.begin("mgen_1");
    cache.keep(*earlier, made("mgen_1", 1), record, start);
    EXPECT_FALSE(cache.find("mgen_1", start));
    cache.give_up(*earlier, "mgen_1");
    cache.keep(*later, made("mgen_1", 2), record, start);
    ASSERT_TRUE(cache.find("mgen_1", start));
    EXPECT_EQ(cache.find("mgen_1", start)->state.progress, 2);
}

TEST_F(ReadCache, JobIsReadForItOnceAtATime) {
    const auto mine = cache.begin("mgen_1");
    EXPECT_FALSE(cache.begin("mgen_1"));
    EXPECT_TRUE(cache.begin("mgen_2"));
    cache.give_up(*mine, "mgen_1");
    EXPECT_TRUE(cache.begin("mgen_1"));
}

TEST_F(ReadCache, WriteOfAnyThreadCountsFromItsBeginningToItsEnd) {
    read(cache, "mgen_1");
    {
        const marked_write write{marks, "mgen_1"};
        EXPECT_FALSE(cache.find("mgen_1", start)) << "it may have happened already";
        read(cache, "mgen_1");
        EXPECT_TRUE(cache.find("mgen_1", start));
    }
    EXPECT_FALSE(cache.find("mgen_1", start)) << "the read may have come before the write";
    const auto mine = cache.begin("mgen_1");
    { const marked_write write{marks, "mgen_1"}; }
    cache.keep(*mine, made("mgen_1"), record, start);
    EXPECT_FALSE(cache.find("mgen_1", start)) << "a write came and went while it was read";
}

TEST_F(ReadCache, NothingIsBelievedForEver) {
    read(cache, "mgen_1");
    EXPECT_TRUE(cache.find("mgen_1", start + read_cache::longest - 1ms));
    EXPECT_FALSE(cache.find("mgen_1", start + read_cache::longest));
    EXPECT_EQ(cache.size(), 0u);
}

TEST_F(ReadCache, TheOneThatWasAskedForLeastRecentlyMakesRoom) {
    read(cache, "mgen_0");
    const std::size_t one = cache.bytes();
    read_cache small{3 * one, marks};
    for (const char* id : {"mgen_1", "mgen_2", "mgen_3"})
        read(small, id);
    EXPECT_TRUE(small.find("mgen_1", start));
    const auto under_way = small.begin("mgen_5");
    read(small, "mgen_4");
    EXPECT_EQ(small.bytes(), 3 * one);
    EXPECT_TRUE(small.find("mgen_1", start));
    EXPECT_FALSE(small.find("mgen_2", start));
    read(small, "mgen_6");
    read(small, "mgen_7");
    read(small, "mgen_8");
    small.keep(*under_way, made("mgen_5"), record, start);
    EXPECT_TRUE(small.find("mgen_5", start)) << "a read under way is not forgotten for want of room";
    EXPECT_EQ(small.bytes(), 3 * one);
}

TEST_F(ReadCache, JobLargerThanAllItsRoomIsNotKept) {
    read_cache tiny{100, marks};
    read(tiny, "mgen_1");
    EXPECT_FALSE(tiny.find("mgen_1", start));
    EXPECT_EQ(tiny.size(), 0u);
    EXPECT_EQ(tiny.bytes(), 0u);
}

}  // namespace
