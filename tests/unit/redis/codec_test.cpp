// A job as Redis keeps it. The round trip of every field is in the contract; here is what must not be read.
#include "adapters/redis/job_codec.hpp"
#include "tests/support/redis_record.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::redis;
using namespace gateway;

using tests::record_line;
using tests::redis_record;

const record_line sound{{"o", "org"}, {"u", "usr"}, {"c", "1790000000123456"}, {"s", "r"}, {"f", "3"}};
const std::string request = R"({"e":"studio","p":"rain","d":30,"m":"creation"})";

record_line with(const std::string& name, const std::string& value) {
    auto made = sound;
    made[name] = value;
    return made;
}

std::optional<job> read(const std::string& record) {
    return decode_job("mgen_1", record, store_time{milliseconds{5}});
}

TEST(RedisCodec, SoundRecordIsRead) {
    const auto found = read(redis_record(with("zz", "of a later program"), request));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "mgen_1");
    EXPECT_EQ(found->created_at, store_time{milliseconds{1'790'000'000'123}});
    EXPECT_EQ(found->as_of, store_time{milliseconds{5}});
    EXPECT_EQ(found->state.status, job_status::running);
    EXPECT_EQ(found->request.prompt, "rain");
}

TEST(RedisCodec, DamagedRecordsAreNoJobs) {
    for (const auto& bad :
         {with("p", "x"), with("p", "99999999999999"), with("st", "z"), with("s", "?"), with("ac", "1e5"),
          with("ax", "m4a"), with("ab", "-1"), with("co", "x"), with("mc", R"({"c":[["t","m4a",1e999]]})"),
          with("mc", R"({"c":[["t","m4a",-1]]})"), record_line{},
          record_line{{"o", "org"}, {"u", "usr"}, {"s", "q"}}})
        EXPECT_FALSE(read(redis_record(bad, request))) << testing::PrintToString(bad);
    for (const auto& bad :
         {"", "{", "[]", "{}", R"({"e":1,"p":"","d":1,"m":"creation"})",
          R"({"e":"","p":"","d":9999999999,"m":"creation"})", R"({"e":"","p":"","d":1,"m":"other"})",
          R"({"e":"","p":"","d":1,"m":"focus","g":[1]})"})
        EXPECT_FALSE(read(redis_record(sound, bad))) << bad;
    const std::string whole = redis_record(sound, request);
    const auto line_end = whole.find('\n');
    for (const auto& bad : {std::string{}, std::string{"\n"}, whole.substr(1), whole.substr(0, line_end),
                            whole.substr(0, whole.size() - 1), "[]" + whole.substr(line_end),
                            R"({"o":"org","u":"usr","c":"1","s":"r","p":5})" + whole.substr(line_end),
                            R"({"o":["org"],"u":"usr","c":"1","s":"r"})" + whole.substr(line_end)})
        EXPECT_FALSE(read(bad)) << bad;
}

TEST(RedisCodec, WhatIsLegibleOfAnEndedJobIsShown) {
    auto ended = with("s", "x");
    ended["rr"] = "artist names";
    ended["p"] = "many";
    const auto found = read(redis_record(ended, "{"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state.status, job_status::refused);
    EXPECT_EQ(found->state.refusal_reason, "artist names");
}

TEST(RedisCodec, DefaultsAreNotStored) {
    const auto nothing_done = encode_state(job_state{});
    ASSERT_EQ(nothing_done.fields.size(), 1U);
    EXPECT_EQ(nothing_done.fields[0].first, "s");
}

TEST(RedisCodec, ChangeNamesWhatDiffers) {
    job_state before;
    before.step = submission::submitting;
    before.error_message = "gone";
    job_state next;
    next.step = submission::accepted;
    const auto change = encode_change(before, next);
    ASSERT_EQ(change.fields.size(), 1U);
    EXPECT_EQ(change.fields[0], (std::pair<std::string_view, std::string>{"st", "a"}));
    EXPECT_EQ(change.absent, (std::vector<std::string_view>{"em"}));
}

}  // namespace
