// A job as Redis keeps it. The round trip of every field is in the contract; here is what must not be read.
#include "adapters/redis/job_codec.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::redis;
using namespace gateway;

reply text(std::string value) {
    reply made;
    made.what = reply::kind::text;
    made.text = std::move(value);
    return made;
}

reply array(std::vector<reply> items) {
    reply made;
    made.what = reply::kind::array;
    made.items = std::move(items);
    return made;
}

reply stored(std::vector<std::string> fields, std::string request,
             std::optional<std::string> texts = std::nullopt) {
    std::vector<reply> pairs;
    for (std::string& each : fields)
        pairs.push_back(text(std::move(each)));
    return array(
        {text("mgen_1"), array(std::move(pairs)), text(std::move(request)), texts ? text(*texts) : reply{}});
}

const std::vector<std::string> sound{"o", "org", "u", "usr", "c", "1790000000123456", "s", "r", "f", "3"};
const std::string request = R"({"e":"studio","p":"rain","d":30,"m":"creation"})";

std::vector<std::string> with(std::vector<std::string> more) {
    auto made = sound;
    made.insert(made.end(), more.begin(), more.end());
    return made;
}

TEST(RedisCodec, SoundRecordIsRead) {
    const auto read =
        decode_job(stored(with({"zz", "of a later program"}), request), store_time{milliseconds{5}});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->created_at, store_time{milliseconds{1'790'000'000'123}});
    EXPECT_EQ(read->as_of, store_time{milliseconds{5}});
    EXPECT_EQ(read->state.status, job_status::running);
    EXPECT_EQ(read->request.prompt, "rain");
}

TEST(RedisCodec, DamagedRecordsAreNoJobs) {
    const store_time now{};
    for (const auto& bad :
         {with({"p", "x"}), with({"p", "99999999999999"}), with({"st", "z"}), with({"s", "?"}),
          with({"ac", "1e5"}), with({"ax", "m4a"}), with({"ab", "-1"}), with({"p"}), with({"co", "x"}),
          with({"mc", R"({"c":[["t","m4a",1e999]]})"}), with({"mc", R"({"c":[["t","m4a",-1]]})"}),
          std::vector<std::string>{}, std::vector<std::string>{"o", "org", "u", "usr", "s", "q"}})
        EXPECT_FALSE(decode_job(stored(bad, request), now)) << testing::PrintToString(bad);
    for (const auto& bad :
         {"", "{", "[]", "{}", R"({"e":1,"p":"","d":1,"m":"creation"})",
          R"({"e":"","p":"","d":9999999999,"m":"creation"})", R"({"e":"","p":"","d":1,"m":"other"})",
          R"({"e":"","p":"","d":1,"m":"focus","g":[1]})"})
        EXPECT_FALSE(decode_job(stored(sound, bad), now)) << bad;
    for (const auto& bad : {"", "[]", R"({"em":1})", R"({"p":"x"})"})
        EXPECT_FALSE(decode_job(stored(sound, request, bad), now)) << bad;
    EXPECT_FALSE(decode_job(reply{}, now));
    EXPECT_FALSE(decode_job(array({text("id")}), now));
}

TEST(RedisCodec, OnlyShortTextsGoIntoTheHash) {
    job_state state;
    state.audio_url = std::string(longest_field + 1, 'a');
    state.error_message = std::string(longest_field, 'e');
    state.task_id = std::string(200, 't');
    const auto encoded = encode_state(state);
    for (const auto& [name, value] : encoded.fields)
        EXPECT_TRUE(value.size() <= longest_field || name == "t") << name;
    EXPECT_NE(encoded.long_texts.find("\"au\""), std::string::npos);
    EXPECT_EQ(encoded.long_texts.find("\"em\""), std::string::npos);
    EXPECT_EQ(encode_state(job_state{}).fields.size(), 1U) << "the status alone";
}

}  // namespace
