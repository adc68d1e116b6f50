// Section 10 of reference/producer-api: lyrics that are written before the music.
#include "simulator_fixture.hpp"

namespace simulator_test {

class SimulatorLyrics : public Simulator {
protected:
    reply ask(const std::string& body = R"({"prompt":"a song about rain"})",
              const std::string& key = "sk_simulator", milliseconds patience = milliseconds{5000}) {
        const call what{
            "POST", "/api/v1/producer/lyrics-create", body, {{"Authorization", "Bearer " + key}}, patience};
        return perform(api, what);
    }
    // What the default says of lyrics, done at once.
    void lyrics_are(const std::string& members) {
        by_default(R"({"lyrics":{"pending_ms":0,"running_ms":0,)" + members + "}}");
    }
    std::int64_t charged() { return state().at("credits").at("charged").to_number<std::int64_t>(); }
    std::int64_t refunded() { return state().at("credits").at("refunded").to_number<std::int64_t>(); }
};

TEST_F(SimulatorLyrics, AreATaskForOneCreditThatEndsWithTheText) {
    by_default(R"({"lyrics":{"pending_ms":0,"running_ms":300,"text":"[Verse]\nRain\n"}})");
    const auto id = ask().text("task_id");
    EXPECT_EQ(poll(id).text("status"), "RUNNING");
    EXPECT_EQ(poll(id).json().at("data"), boost::json::array{});
    const auto written = poll_until(id, [](const reply& seen) { return seen.text("status") == "SUCCESS"; });
    EXPECT_EQ(written.json().at("data").at(0).at("lyrics"), "[Verse]\nRain\n");
    EXPECT_EQ(charged(), 1);
    EXPECT_EQ(counted("lyrics_creates"), 1U);
    EXPECT_EQ(counted("lyrics_accepted"), 1U);
    EXPECT_EQ(state().at("lyrics").at(0).at("prompt"), "a song about rain");
    EXPECT_EQ(state().at("lyrics").at(0).at("state"), "succeeded");
}

TEST_F(SimulatorLyrics, AreNoMusic) {
    ask();
    EXPECT_EQ(counted("distinct_tasks"), 0U);
    EXPECT_EQ(counted("creates_received"), 0U);
    EXPECT_EQ(counted("unfinished_tasks"), 0U);
    EXPECT_TRUE(state().at("tasks").as_array().empty());
}

TEST_F(SimulatorLyrics, StandWhereTheScriptSays) {
    const auto data = [this](const std::string& members) {
        lyrics_are(members + R"(,"text":"la")");
        return poll(ask().text("task_id")).json();
    };
    EXPECT_EQ(data(R"("name":"lyric")").at("data").at(0).at("lyric"), "la");
    EXPECT_EQ(data(R"("name":"text","data_as":"object")").at("data").at("text"), "la");
    EXPECT_EQ(data(R"("data_as":"string")").at("data"), "la");
    EXPECT_EQ(data(R"("data_as":"top")").at("lyrics"), "la");
}

TEST_F(SimulatorLyrics, MayBeInTheFirstAnswerWithATaskOrWithout) {
    lyrics_are(R"("at_once":true,"text":"la")");
    const auto both = ask().json();
    EXPECT_EQ(both.at("data").at(0).at("lyrics"), "la");
    EXPECT_EQ(both.at("task_id").as_string().size(), 36U);
    lyrics_are(R"("at_once":true,"text":"la","answer":"ok_nested","data_as":"object")");
    const auto nested = ask().json().at("data");
    EXPECT_EQ(nested.at("lyrics"), "la");
    EXPECT_EQ(nested.at("task_id").as_string().size(), 36U);
    lyrics_are(R"("at_once":true,"text":"la","answer":"no_task_id")");
    EXPECT_EQ(ask().body, R"({"message":"success","data":[{"lyrics":"la"}]})");
}

TEST_F(SimulatorLyrics, FailWithOrWithoutTheCredit) {
    lyrics_are(R"("result":"failed")");
    EXPECT_EQ(poll(ask().text("task_id")).text("status"), "FAILED");
    EXPECT_TRUE(eventually([&] { return refunded() == 1; }));
    lyrics_are(R"("result":"refused","refund":false)");
    const auto refused = poll(ask().text("task_id"));
    EXPECT_NE(refused.text("message").find("moderation"), std::string::npos);
    EXPECT_EQ(refunded(), 1);
    EXPECT_EQ(charged(), 2);
}

TEST_F(SimulatorLyrics, MayNeverCome) {
    lyrics_are(R"("result":"never")");
    EXPECT_EQ(poll(ask().text("task_id")).text("status"), "RUNNING");
}

TEST_F(SimulatorLyrics, AreAnsweredLikeCreatesWhenTheScriptWantsIt) {
    lyrics_are(R"("answer":{"status":502,"body":"<h1>Bad gateway</h1>"})");
    EXPECT_EQ(ask().status, 502);
    lyrics_are(R"("answer":"cut_before")");
    EXPECT_EQ(ask().how, reply::cut);
    EXPECT_EQ(charged(), 0);
    lyrics_are(R"("answer":"cut_after")");
    EXPECT_EQ(ask().how, reply::cut);
    EXPECT_EQ(charged(), 1);
    lyrics_are(R"("answer":"hang")");
    EXPECT_EQ(ask(R"({"prompt":"x"})", "sk_simulator", milliseconds{150}).how, reply::silent);
    lyrics_are(R"("delay_ms":120)");
    EXPECT_GE(ask().took.count(), 120);
    EXPECT_EQ(counted("lyrics_creates"), 5U);
    EXPECT_EQ(create().status, 200) << "music is another matter";
}

TEST_F(SimulatorLyrics, AreRefusedLikeMusic) {
    EXPECT_EQ(ask(R"({"prompt":"x"})", "sk_other").status, 401);
    for (const char* bad : {"", "[]", "{}", R"({"prompt":7})", R"({"prompt":""})"})
        EXPECT_EQ(ask(bad).status, 400) << bad;
    ASSERT_EQ(control("PUT", "switches", R"({"throttle":{"times":1}})").status, 200);
    EXPECT_EQ(ask().status, 429);
    ASSERT_EQ(control("PUT", "credits", R"({"credits":0,"extra_credits":0})").status, 200);
    EXPECT_EQ(ask().status, 402);
    EXPECT_EQ(charged(), 0);
    EXPECT_EQ(perform(api, {"GET", "/api/v1/producer/lyrics-create"}).status, 405);
}

TEST_F(SimulatorLyrics, ObeyRulesOfTheirOwn) {
    lyrics_are(R"("text":"usual")");
    const auto rule =
        R"({"match":{"prompt_contains":"storm"},"times":1,"behaviour":{"lyrics":{"text":"thunder"}}})";
    ASSERT_EQ(control("POST", "rules", rule).status, 200);
    EXPECT_EQ(create(create_body("storm")).status, 200) << "not for music";
    const auto text_of = [this](const std::string& prompt) {
        const auto id = ask(R"({"prompt":")" + prompt + "\"}").text("task_id");
        return poll(id).json().at("data").at(0).at("lyrics");
    };
    EXPECT_EQ(text_of("rain"), "usual");
    EXPECT_EQ(text_of("a storm"), "thunder");
    EXPECT_EQ(text_of("a storm"), "usual") << "used up";
    const auto mixed = R"({"match":{"prompt_contains":"a","title":"b"},"behaviour":{}})";
    EXPECT_EQ(control("POST", "rules", mixed).status, 400);
}

TEST_F(SimulatorLyrics, AreForgottenByAReset) {
    ask();
    ASSERT_EQ(control("POST", "reset").status, 200);
    EXPECT_EQ(counted("lyrics_creates"), 0U);
    EXPECT_EQ(counted("lyrics_accepted"), 0U);
}

}  // namespace simulator_test
