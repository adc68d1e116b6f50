// Lyrics that upstream writes first, where an engine wants them: what the music is made with, what they cost,
// and that they are asked for once.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;
namespace json = boost::json;

// What only an exact copy survives: markers, blank lines, both line ends, quotes, escapes, and no ASCII.
constexpr const char* song =
    "[Intro]\r\n\n[Verse 1]\nThe \"kettle\" hums \\ the rain comes down\n\t(ooh)\n\n[Chorus x2]\n"
    "Stay \xE2\x80\x94 \xE9\x9B\xA8 \xF0\x9F\x8E\xB5\n[Outro]\n \n";

// The patience with upstream's lyrics is a minute.
constexpr milliseconds lyrics_and_more{110'000};

class Lyrics : public Stage {
protected:
    explicit Lyrics(store_kind store = store_kind::memory) : Stage{store} {}

    void SetUp() override {
        config.set("engines",
                   "[{engine_key: studio, model: FUZZ-2.0, typical_seconds: 1, write_lyrics: true},"
                   " {engine_key: plain, model: FUZZ-2.0, typical_seconds: 1},"
                   " {engine_key: mute, model: FUZZ-2.0, typical_seconds: 1, write_lyrics: true,"
                   "  supports_vocals: false, supports_lyrics: false},"
                   " {engine_key: hum, model: FUZZ-2.0, typical_seconds: 1, write_lyrics: true,"
                   "  supports_lyrics: false}]");
        start();
        simulator->by_default(R"({"lyrics": {"pending_ms": 20, "running_ms": 100}})");
    }

    // What becomes of the lyrics for whoever's prompt has `word` in it.
    void lyrics_for(const std::string& word, json::object what) {
        what.emplace("pending_ms", 0);
        what.emplace("running_ms", 0);
        simulator->rule(json::serialize(json::object{{"prompt_contains", word}}),
                        json::serialize(json::object{{"lyrics", std::move(what)}}));
    }
    // The body of the paid call for that prompt.
    json::object order_upstream(const std::string& word) const {
        const auto state = simulator->state();
        for (const auto& task : state.at("tasks").as_array()) {
            const auto& asked = task.at("request").as_object();
            if (text(asked, "sound").find(word) != std::string::npos)
                return asked;
        }
        throw std::runtime_error("no paid call for " + word);
    }
    std::string sung(const std::string& word) const {
        const auto asked = order_upstream(word);
        return asked.contains("lyrics") ? text(asked, "lyrics") : "(none)";
    }
    std::string metrics() const { return ask(gateway->admin(), {"GET", "/metrics"}).body; }
};

TEST_F(Lyrics, AreWrittenFirstAndSungForElevenCredits) {
    lyrics_for("autumn", {{"text", song}});
    auto order = an_order("a song about autumn");
    order["style_tags"] = json::array{"folk", "close harmony"};
    const auto job = alice().wait_for(alice().created(order), "succeeded");
    EXPECT_EQ(sung("autumn"), song) << "byte for byte";
    EXPECT_EQ(order_upstream("autumn").at("make_instrumental"), json::value(false));
    const auto state = simulator->state();
    EXPECT_EQ(state.at("lyrics_creates"), 1);
    EXPECT_EQ(state.at("creates_received"), 1);
    EXPECT_EQ(state.at("credits").at("charged"), 11);
    const auto prompt = text(state.at("lyrics").at(0).as_object(), "prompt");
    for (const char* word : {"a song about autumn", "folk", "close harmony"})
        EXPECT_NE(prompt.find(word), std::string::npos) << prompt;
    EXPECT_TRUE(eventually([&] {
        return metrics().find("music_gateway_credits_total{outcome=\"charged\"} 11\n") != std::string::npos;
    })) << metrics();
    EXPECT_EQ(gateway->log().find("kettle"), std::string::npos) << "no log holds what is sung";
    EXPECT_EQ(json::serialize(job).find("kettle"), std::string::npos);
}

TEST_F(Lyrics, CarryTheTraceOfTheirJob) {
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    alice().wait_for(
        alice().created(an_order("a song"), {{"traceparent", "00-" + trace + "-00f067aa0ba902b7-01"}}),
        "succeeded");
    const auto state = simulator->state();
    EXPECT_NE(text(state.at("lyrics").at(0).as_object(), "traceparent").find(trace), std::string::npos);
}

TEST_F(Lyrics, AreFoundWhereverAnAnswerHasThem) {
    const std::vector<std::pair<std::string, json::object>> places{
        {"shape one", {{"name", "lyrics"}, {"data_as", "array"}}},
        {"shape two", {{"name", "lyric"}, {"data_as", "array"}}},
        {"shape three", {{"name", "text"}, {"data_as", "object"}}},
        {"shape four", {{"name", "lyrics"}, {"data_as", "object"}}},
        {"shape five", {{"data_as", "string"}}},
        {"shape six", {{"name", "lyrics"}, {"data_as", "top"}}},
        {"shape seven", {{"name", "lyric"}, {"data_as", "top"}}},
        {"shape eight", {{"at_once", true}}},
        {"shape nine", {{"at_once", true}, {"answer", "no_task_id"}}},
        {"shape ten", {{"at_once", true}, {"answer", "ok_nested"}, {"data_as", "object"}}},
        {"shape eleven", {{"answer", "ok_camel_case"}}},
    };
    std::vector<std::string> ids;
    for (const auto& [name, what] : places) {
        auto lyrics = what;
        lyrics["text"] = song + name;
        lyrics_for(name, std::move(lyrics));
        ids.push_back(alice().created(an_order(name)));
    }
    for (std::size_t each = 0; each < places.size(); ++each) {
        alice().wait_for(ids[each], "succeeded");
        EXPECT_EQ(sung(places[each].first), song + places[each].first);
    }
    EXPECT_EQ(simulator->count("lyrics_creates"), static_cast<std::int64_t>(places.size()));
}

TEST_F(Lyrics, AreNotAskedForWhereTheyAreKnownOrNothingIsSung) {
    auto own = an_order("with words of my own");
    own["lyrics"] = song;
    auto instrumental = an_order("without a voice");
    instrumental["instrumental"] = true;
    auto other_engine = an_order("an engine that makes its own");
    other_engine["engine"] = "plain";
    auto no_voice = an_order("an engine without a voice");
    no_voice["engine"] = "mute";
    auto no_words = an_order("an engine that only hums");
    no_words["engine"] = "hum";
    auto focus = an_order("to concentrate");
    focus["mode"] = "focus";
    std::vector<std::string> ids;
    for (const auto& order : {own, instrumental, other_engine, no_voice, no_words, focus})
        ids.push_back(alice().created(order));
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("lyrics_creates"), 0) << json::serialize(simulator->state().at("lyrics"));
    EXPECT_EQ(sung("words of my own"), song);
    EXPECT_EQ(sung("without a voice"), "(none)");
}

TEST_F(Lyrics, AreAskedForEvenIfTheClientsOwnAreBlank) {
    auto blank = an_order("a song with blanks");
    blank["lyrics"] = nullptr;
    lyrics_for("blanks", {{"text", song}});
    alice().wait_for(alice().created(blank), "succeeded");
    EXPECT_EQ(sung("blanks"), song);
}

TEST_F(Lyrics, TooLongForUpstreamAreCutBetweenCharacters) {
    std::string endless;
    while (endless.size() < 40'000)
        endless += "\xE9\x9B\xA8 la ";
    lyrics_for("endless", {{"text", endless}});
    alice().wait_for(alice().created(an_order("an endless song")), "succeeded");
    const auto cut = sung("endless");
    EXPECT_TRUE(endless.starts_with(cut));
    EXPECT_GT(cut.size(), 5'000U);
    EXPECT_LT(cut.size(), 15'001U);
}

TEST_F(Lyrics, ThatDoNotComeCostNobodyTheMusic) {
    const json::object refusal{{"status", 400}, {"error", "the prompt contains inappropriate words"}};
    const std::vector<std::pair<std::string, json::object>> failures{
        {"case alpha", {{"answer", "hang"}}},
        {"case bravo", {{"answer", "hang_after"}}},
        {"case charlie", {{"result", "never"}}},
        {"case delta", {{"answer", "cut_before"}}},
        {"case echo", {{"answer", "cut_after"}}},
        {"case foxtrot", {{"answer", "cut_mid"}}},
        {"case golf", {{"answer", "no_task_id"}}},
        {"case hotel", {{"answer", "not_json"}}},
        {"case india", {{"answer", refusal}}},
        {"case juliett", {{"answer", {{"status", 401}}}}},
        {"case kilo", {{"answer", {{"status", 402}}}}},
        {"case lima", {{"answer", {{"status", 404}, {"body", "<h1>404</h1>"}}}}},
        {"case mike", {{"answer", {{"status", 410}}}}},
        {"case november", {{"answer", {{"status", 429}, {"retry_after", "600"}}}}},
        {"case oscar", {{"answer", {{"status", 500}}}}},
        {"case papa", {{"answer", {{"status", 503}, {"body", "<h1>away</h1>"}}}}},
        {"case quebec", {{"result", "failed"}}},
        {"case romeo", {{"result", "refused"}}},
        {"case sierra", {{"result", "timeout"}}},
        {"case tango", {{"text", " \r\n\t"}}},
    };
    std::vector<std::string> ids;
    for (const auto& [name, what] : failures) {
        lyrics_for(name, what);
        ids.push_back(alice().created(an_order(name)));
    }
    for (std::size_t each = 0; each < failures.size(); ++each) {
        SCOPED_TRACE(failures[each].first);
        const auto job = alice().wait_for_end(ids[each], lyrics_and_more);
        EXPECT_EQ(text(job, "status"), "succeeded") << json::serialize(job);
        EXPECT_EQ(sung(failures[each].first), "(none)");
    }
    EXPECT_EQ(simulator->count("lyrics_creates"), static_cast<std::int64_t>(failures.size())) << "once each";
    EXPECT_EQ(simulator->count("creates_received"), static_cast<std::int64_t>(failures.size()));
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
}

TEST_F(Lyrics, OfACancelledJobAreTheLastThatIsPaid) {
    lyrics_for("regret", {{"running_ms", 3000}, {"text", song}});
    const auto id = alice().created(an_order("a song of regret"));
    ASSERT_TRUE(eventually([&] { return simulator->count("lyrics_accepted") == 1; }));
    EXPECT_EQ(alice().cancel(id).status, 200);
    EXPECT_EQ(alice().status(id), "cancelled");
    // As long as the lyrics take, and a whole job behind them.
    ASSERT_TRUE(eventually([&] {
        const auto state = simulator->state();
        return text(state.at("lyrics").at(0).as_object(), "state") == "succeeded";
    }));
    lyrics_for("another", {{"text", song}});
    alice().wait_for(alice().created(an_order("another song")), "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
    EXPECT_EQ(alice().status(id), "cancelled");
}

class LyricsOnRedis : public Lyrics {
protected:
    LyricsOnRedis() : Lyrics{store_kind::redis} {}

    void kill_and_start_again() {
        gateway->process().kill();
        restart_gateway();
    }
};

TEST_F(LyricsOnRedis, AreNotAskedForTwiceByWhoeverTakesOverFromAKilledGateway) {
    lyrics_for("on the way", {{"delay_ms", 600'000}});
    lyrics_for("being written", {{"result", "never"}});
    const auto on_the_way = alice().created(an_order("the answer is on the way"));
    const auto being_written = alice().created(an_order("they are being written"));
    ASSERT_TRUE(eventually([&] {
        const auto state = simulator->state();
        if (state.at("lyrics_creates") != 2)
            return false;
        std::int64_t polls = 0;
        for (const auto& each : state.at("lyrics").as_array())
            polls += each.at("polls").to_number<std::int64_t>();
        return polls > 0;
    }));
    kill_and_start_again();
    for (const auto& id : {on_the_way, being_written})
        alice().wait_for(id, "succeeded", lyrics_and_more);
    EXPECT_EQ(simulator->count("lyrics_creates"), 2);
    EXPECT_EQ(simulator->count("creates_received"), 2);
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
}

TEST_F(LyricsOnRedis, ThatWereWrittenSurviveTheGatewayThatAsked) {
    lyrics_for("patience", {{"text", song}});
    const json::object away{
        {"create", {{"answer", {{"status", 502}, {"type", "upstream_error"}, {"error", "engine down"}}}}}};
    simulator->rule(R"({"sound_contains": "patience"})", json::serialize(away), 1);
    const auto id = alice().created(an_order("a song of patience"));
    // Refused once, to be sent again later: written lyrics wait in the store.
    ASSERT_TRUE(eventually([&] {
        return metrics().find(R"(call="create",kind="upstream_fault"} 1)") != std::string::npos;
    })) << metrics();
    kill_and_start_again();
    alice().wait_for(id, "succeeded", lyrics_and_more);
    EXPECT_EQ(sung("patience"), song);
    EXPECT_EQ(simulator->count("lyrics_creates"), 1);
    EXPECT_EQ(simulator->count("creates_accepted"), 1);
    EXPECT_EQ(simulator->state().at("credits").at("charged"), 11);
}

}  // namespace
