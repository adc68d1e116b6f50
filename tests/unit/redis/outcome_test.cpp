// Answers that no script of ours gives.
#include "adapters/redis/outcome_reader.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::redis;
using gateway::errc;

reply read(std::string_view bytes) {
    reply_reader reader{1 << 16};
    reader.feed(bytes);
    auto got = reader.next();
    EXPECT_TRUE(got) << bytes;
    return got ? std::move(*got) : reply{};
}

TEST(RedisOutcome, AnswersOfAnotherShapeAreUnavailable) {
    std::vector<std::string> reported;
    const auto report = [&](const std::string& id) { reported.push_back(id); };
    for (const auto* bytes :
         {"+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "*1\r\n:1\r\n", "*1\r\n+created\r\n", "*1\r\n+found\r\n",
          "*1\r\n+claimed\r\n", "*1\r\n+gates\r\n", "*2\r\n+gates\r\n*0\r\n", "*1\r\n+what\r\n",
          "*7\r\n+overview\r\n:1\r\n:1\r\n:1\r\n:1\r\n:-2\r\n:0\r\n", "*1\r\n+overview\r\n",
          "*7\r\n+overview\r\n:-1\r\n:1\r\n:1\r\n:1\r\n:0\r\n:0\r\n", "*3\r\n+created\r\n:1\r\n+x\r\n",
          "*7\r\n+claimed\r\n:1\r\n:1\r\n:1\r\n+x\r\n*0\r\n*0\r\n"}) {
        const reply answer = read(bytes);
        EXPECT_EQ(read_create(answer, {}).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_replay(answer, report).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_summons(answer, report).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_found(answer, report).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_list(answer, report).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_done(answer, report).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_gates(answer).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_overview(answer).error(), errc::store_unavailable) << bytes;
        EXPECT_EQ(read_claim(answer, report).error(), errc::store_unavailable) << bytes;
    }
    EXPECT_TRUE(reported.empty());
}

TEST(RedisOutcome, WhatIsNoTimeOfDayIsNone) {
    EXPECT_EQ(time_of(read("*2\r\n+1790000000\r\n+123456\r\n")),
              gateway::store_time{gateway::milliseconds{1'790'000'000'123}});
    for (const auto* bytes :
         {"*2\r\n+9223372036854775807\r\n+0\r\n", "*2\r\n+-1\r\n+0\r\n", "*2\r\n+1\r\n+1000000\r\n",
          "*2\r\n+x\r\n+0\r\n", "*1\r\n+1\r\n", "*2\r\n:1\r\n:2\r\n", "+OK\r\n"})
        EXPECT_FALSE(time_of(read(bytes))) << bytes;
}

TEST(RedisOutcome, RefusalsAreTheirErrors) {
    const auto report = [](const std::string&) {};
    EXPECT_EQ(read_done(read("*1\r\n+lease_lost\r\n"), report).error(), errc::lease_lost);
    EXPECT_EQ(read_done(read("*1\r\n+job_ended\r\n"), report).error(), errc::job_ended);
    EXPECT_TRUE(read_done(read("*1\r\n+done\r\n"), report));
    EXPECT_EQ(read_found(read("*1\r\n+not_found\r\n"), report).error(), errc::not_found);
    EXPECT_EQ(read_create(read("*1\r\n+id_taken\r\n"), {})->what, gateway::create_outcome::kind::id_taken);
    EXPECT_EQ(read_create(read("*1\r\n+queue_full\r\n"), {})->what,
              gateway::create_outcome::kind::queue_full);
}

TEST(RedisOutcome, BrokenRecordIsReportedByName) {
    std::vector<std::string> reported;
    const auto report = [&](const std::string& id) { reported.push_back(id); };
    EXPECT_EQ(read_found(read("*2\r\n+broken\r\n+mgen_1\r\n"), report).error(), errc::store_unavailable);
    EXPECT_EQ(reported, std::vector<std::string>{"mgen_1"});
}

}  // namespace
