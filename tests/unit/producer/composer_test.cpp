// From what was asked to what upstream is told.
#include "adapters/producer/prompt_composer.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace {

using adapters::producer::compose_create_body;
using adapters::producer::length_in_words;
namespace json = boost::json;

gateway::generation_request asked(std::string prompt) {
    gateway::generation_request request;
    request.prompt = std::move(prompt);
    request.duration_seconds = 120;
    return request;
}

gateway::engine studio() {
    gateway::engine engine;
    engine.model = "FUZZ-2.0 Pro";
    return engine;
}

json::object composed(const gateway::generation_request& request, const gateway::engine& with = studio(),
                      gateway::job_state state = {}) {
    gateway::job order;
    order.request = request;
    order.state = std::move(state);
    return json::parse(compose_create_body(order, with)).as_object();
}

std::string text(const json::object& body, std::string_view name) {
    return std::string{body.at(json::string_view{name.data(), name.size()}).as_string()};
}

TEST(Composer, SaysEverythingInOneSentence) {
    auto request = asked("calm piano");
    request.style_tags = {"lo-fi", " ", "rain"};
    request.instrumental = true;
    const auto body = composed(request);
    EXPECT_EQ(text(body, "sound"), "calm piano, lo-fi, rain, instrumental, no vocals, about 2 minutes long");
    EXPECT_EQ(text(body, "task_type"), "create_music");
    EXPECT_EQ(text(body, "mv"), "FUZZ-2.0 Pro");
    EXPECT_EQ(body.at("make_instrumental"), true);
    EXPECT_FALSE(body.contains("title"));
    EXPECT_FALSE(body.contains("lyrics"));
    EXPECT_EQ(body.size(), 4U);
}

TEST(Composer, APromptThatEndsASentenceIsNotContinuedWithAComma) {
    EXPECT_EQ(text(composed(asked("Make it slow. ")), "sound"), "Make it slow. about 2 minutes long");
}

TEST(Composer, SendsLyricsOnlyWhenTheyAreToBeSung) {
    auto request = asked("ballad");
    request.lyrics = "[Verse]\nSalt on the pane";
    EXPECT_EQ(text(composed(request), "lyrics"), "[Verse]\nSalt on the pane");
    EXPECT_EQ(composed(request).at("make_instrumental"), false);
    request.instrumental = true;
    EXPECT_FALSE(composed(request).contains("lyrics"));
    request.instrumental = false;
    request.lyrics = " \n ";
    EXPECT_FALSE(composed(request).contains("lyrics"));
    request.lyrics = "words";
    auto engine = studio();
    engine.supports_lyrics = false;
    EXPECT_FALSE(composed(request, engine).contains("lyrics"));
    engine = studio();
    engine.supports_vocals = false;
    EXPECT_FALSE(composed(request, engine).contains("lyrics"));
    EXPECT_EQ(composed(request, engine).at("make_instrumental"), true);
}

TEST(Composer, HintsAtFocusAndAtTheSeed) {
    auto request = asked("waves");
    request.mode = gateway::generation_mode::focus;
    request.seed.character = "warm pads";
    EXPECT_EQ(text(composed(request), "sound"),
              "waves, steady and unobtrusive background music for concentration, without sudden changes, "
              "about 2 minutes "
              "long, in the character of an earlier track: warm pads");
}

TEST(Composer, SingsWhatTheClientWroteElseTheSeedsWordsElseWhatUpstreamWrote) {
    auto request = asked("waves");
    gateway::job_state state;
    state.written_lyrics = "written";
    EXPECT_EQ(text(composed(request, studio(), state), "lyrics"), "written");
    request.seed.lyrics = "the seed's";
    EXPECT_EQ(text(composed(request, studio(), state), "lyrics"), "the seed's");
    request.lyrics = "[Verse]\nmine";
    EXPECT_EQ(text(composed(request, studio(), state), "lyrics"), "[Verse]\nmine");
    request.instrumental = true;
    EXPECT_FALSE(composed(request, studio(), state).contains("lyrics"));
}

TEST(Composer, SeedNumberIsForTheFirstClipAlone) {
    auto request = asked("waves");
    EXPECT_FALSE(composed(request).contains("seed"));
    request.seed.number = "2718281828";
    EXPECT_EQ(text(composed(request), "seed"), "2718281828");
    gateway::job_state second;
    second.call = 1;
    EXPECT_FALSE(composed(request, studio(), second).contains("seed"));
}

TEST(Composer, FurtherClipIsAskedForTheLengthThatIsMissing) {
    gateway::job_state second;
    second.clips = {{"task", "m4a", 50.5}};
    EXPECT_EQ(text(composed(asked("waves"), studio(), second), "sound"), "waves, about 70 seconds long");
    second.clips.front().seconds = 119;
    EXPECT_EQ(text(composed(asked("waves"), studio(), second), "sound"), "waves, about 30 seconds long");
}

TEST(Composer, CutsATitleToWhatUpstreamTakes) {
    auto request = asked("x");
    request.title = std::string(200, 'a');
    EXPECT_EQ(text(composed(request), "title"), std::string(80, 'a'));
    std::string accents;
    for (int count = 0; count < 100; ++count)
        accents += "\xC3\xA9";
    request.title = accents;
    EXPECT_EQ(text(composed(request), "title"), accents.substr(0, 160));
    std::string notes;
    for (int count = 0; count < 100; ++count)
        notes += "\xF0\x9F\x8E\xB5";
    request.title = "a" + notes;  // 79 units are left for notes of two
    EXPECT_EQ(text(composed(request), "title"), "a" + notes.substr(0, 39 * 4));
    request.title = std::string(79, 'a') + "e\xCC\x81 and more";
    EXPECT_EQ(text(composed(request), "title"), std::string(79, 'a'));
    request.title = "  ";
    EXPECT_FALSE(composed(request).contains("title"));
}

TEST(Composer, NeverSendsNeitherSoundNorLyricsNorBrokenText) {
    gateway::generation_request nothing;
    EXPECT_FALSE(text(composed(nothing), "sound").empty());
    const auto body = composed(asked("bad \xFF byte \"quoted\" \\ \n"));
    EXPECT_EQ(text(body, "sound"), "bad \xEF\xBF\xBD byte \"quoted\" \\, about 2 minutes long");
}

TEST(Composer, LengthsReadWell) {
    EXPECT_EQ(length_in_words(0), "");
    EXPECT_EQ(length_in_words(-5), "");
    EXPECT_EQ(length_in_words(1), "about 1 second long");
    EXPECT_EQ(length_in_words(45), "about 45 seconds long");
    EXPECT_EQ(length_in_words(60), "about 1 minute long");
    EXPECT_EQ(length_in_words(90), "about 90 seconds long");
    EXPECT_EQ(length_in_words(120), "about 2 minutes long");
    EXPECT_EQ(length_in_words(150), "about 2 minutes 30 seconds long");
    EXPECT_EQ(length_in_words(181), "about 3 minutes 1 second long");
}

}  // namespace
