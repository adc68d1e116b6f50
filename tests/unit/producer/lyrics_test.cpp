// What is asked for and read when upstream writes lyrics: shapes nobody has documented, so many are taken.
#include "adapters/producer/lyrics_reader.hpp"

#include <gtest/gtest.h>

namespace adapters::producer {

namespace {

std::string read(std::string body, unsigned status = 200) {
    gateway::http_client::http_answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return read_lyrics(answer);
}

TEST(LyricsReader, TakesThemWhereverAnAnswerHasThem) {
    for (const char* body : {
             R"({"code": 200, "status": "SUCCESS", "data": [{"lyrics": "[Verse]\nRain"}]})",
             R"({"status": "SUCCESS", "data": [{"title": "x"}, {"lyric": "[Verse]\nRain"}]})",
             R"({"data": {"text": "[Verse]\nRain"}})",
             R"({"data": "[Verse]\nRain"})",
             R"({"lyrics": "[Verse]\nRain"})",
             R"({"lyric": "[Verse]\nRain", "data": []})",
         })
        EXPECT_EQ(read(body), "[Verse]\nRain") << body;
}

TEST(LyricsReader, FindsNoneInAnythingElse) {
    for (const char* body :
         {"", "null", "[]", "{", R"({"status": "RUNNING", "data": []})", R"({"data": [{"lyrics": " \n "}]})",
          R"({"lyrics": 7, "data": [null, 3, "x"]})", R"({"message": "lyrics refused"})"})
        EXPECT_EQ(read(body), "") << body;
    EXPECT_EQ(read(R"({"lyrics": "la"})", 402), "");
}

TEST(LyricsReader, CutsWhatIsLongerThanUpstreamItselfTakes) {
    const std::string lyrics = read(R"({"lyrics": ")" + std::string(20'000, 'a') + R"("})");
    EXPECT_EQ(lyrics.size(), 5'000U);
}

TEST(LyricsBody, IsThePromptWithItsTags) {
    gateway::generation_request request;
    request.prompt = "rain \"and\" wind";
    request.style_tags = {"folk", "slow"};
    EXPECT_EQ(compose_lyrics_body(request), R"({"prompt":"rain \"and\" wind, folk, slow"})");
}

}  // namespace

}  // namespace adapters::producer
