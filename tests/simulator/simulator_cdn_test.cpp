// Section 12.7 of reference/producer-api: where the music itself comes from.
#include "simulator_fixture.hpp"

namespace simulator_test {

class SimulatorCdn : public Simulator {
protected:
    // Runs one task to success, and returns where its audio is.
    std::string audio_url(const std::string& cdn_plan = "{}", const char* member = "audio_url") {
        by_default(R"({"task":{"pending_ms":0,"running_ms":0},"cdn":)" + cdn_plan + "}");
        const auto success = poll_to_success(created());
        return success.json().at("data").as_array()[0].at(member).as_string().c_str();
    }
};

TEST_F(SimulatorCdn, ServesRealMusicFromAnotherOriginWithoutAKey) {
    const auto url = audio_url();
    EXPECT_NE(url.substr(0, cdn.size()), api);
    const auto music = get(url);
    EXPECT_EQ(music.status, 200);
    EXPECT_EQ(music.headers.at("content-type"), "audio/mp4");
    EXPECT_GT(music.body.size(), 20000U);
    EXPECT_EQ(music.body.substr(4, 4), "ftyp");
    EXPECT_EQ(state().at("cdn").at("requests_with_credentials"), 0);
    EXPECT_EQ(only_task().at("downloads"), 1);
}

TEST_F(SimulatorCdn, NoticesAKeyThatIsSentToIt) {
    get(audio_url(), {{"Authorization", "Bearer sk_simulator"}});
    EXPECT_EQ(state().at("cdn").at("requests_with_credentials"), 1);
}

TEST_F(SimulatorCdn, ServesTheWavAndTheCover) {
    const auto wav = get(audio_url("{}", "wav_url"));
    EXPECT_EQ(wav.body.substr(0, 4), "RIFF");
    const auto cover = get(audio_url("{}", "image_url"));
    EXPECT_EQ(cover.headers.at("content-type"), "image/jpeg");
}

TEST_F(SimulatorCdn, SpoilsOneKindOfFileAloneAndTellsWhichWasFetched) {
    const auto music = audio_url(R"({"status":404,"only":"wav"})");
    EXPECT_EQ(get(music).status, 200);
    EXPECT_EQ(get(music.substr(0, music.size() - 4) + "-wav.wav").status, 404);
    EXPECT_EQ(only_task().at("downloads"), 2);
    EXPECT_EQ(only_task().at("wav_downloads"), 1);
}

TEST_F(SimulatorCdn, AnswersRangesAndHead) {
    const auto url = audio_url();
    const auto whole = get(url);
    const auto part = get(url, {{"Range", "bytes=100-199"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.body.substr(100, 100));
    EXPECT_EQ(part.headers.at("content-range"), "bytes 100-199/" + std::to_string(whole.body.size()));
    EXPECT_EQ(get(url, {{"Range", "bytes=-5"}}).body, whole.body.substr(whole.body.size() - 5));
    EXPECT_EQ(get(url, {{"Range", "bytes=99999999-"}}).status, 416);
    const auto head = perform(cdn, {"HEAD", url.substr(cdn.size())});
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), std::to_string(whole.body.size()));
}

TEST_F(SimulatorCdn, DoesNotHaveTheFileYetJustAfterSuccess) {
    const auto url = audio_url(R"({"not_found_ms":800})");
    EXPECT_EQ(get(url).status, 404);
    EXPECT_TRUE(eventually([&] { return get(url).status == 200; }));
}

TEST_F(SimulatorCdn, LetsLinksExpire) {
    const auto url = audio_url(R"({"expires_ms":300})");
    EXPECT_TRUE(eventually([&] { return get(url).status == 403; }));
}

TEST_F(SimulatorCdn, HasNothingForTasksThatAreNotFinished) {
    by_default(R"({"task":{"result":"never","early_audio_url":true}})");
    const auto running = poll(created());
    const std::string url = running.json().at("data").as_array()[0].at("audio_url").as_string().c_str();
    EXPECT_EQ(get(url).status, 404);
    EXPECT_EQ(get(cdn + "/producer/nothing.m4a").status, 404);
}

TEST_F(SimulatorCdn, Redirects) {
    const auto to = get(audio_url(R"({"redirect_to":"http://127.0.0.1:1/x"})"));
    EXPECT_EQ(to.status, 302);
    EXPECT_EQ(to.headers.at("location"), "http://127.0.0.1:1/x");
    EXPECT_NE(get(audio_url(R"({"redirect_to_private":true})")).headers.at("location").find("169.254."),
              std::string::npos);
    const auto url = audio_url(R"({"redirect_loop":true})");
    EXPECT_EQ(get(url).headers.at("location"), url.substr(cdn.size()));
}

TEST_F(SimulatorCdn, CutsTheFileOffSoManyTimesAndThenDelivers) {
    const auto url = audio_url(R"({"cut_after_bytes":5000,"times":1})");
    const auto cut = get(url);
    EXPECT_EQ(cut.how, reply::cut);
    EXPECT_EQ(cut.body.size(), 5000U);
    EXPECT_EQ(get(url).how, reply::complete);
}

TEST_F(SimulatorCdn, DripsTheFile) {
    const auto slow = get(audio_url(R"({"slow_bytes_per_s":200000})"));
    EXPECT_EQ(slow.how, reply::complete);
    EXPECT_GE(slow.took.count(), 150);
}

TEST_F(SimulatorCdn, LiesAboutTypeContentAndLength) {
    EXPECT_EQ(get(audio_url(R"({"content_type":"text/html"})")).headers.at("content-type"), "text/html");
    EXPECT_EQ(get(audio_url(R"({"file":"short.wav"})")).body.substr(0, 4), "RIFF");
    EXPECT_EQ(get(audio_url(R"({"file":"no-such-file"})")).status, 404);
    EXPECT_EQ(get(audio_url(R"({"huge_bytes":3000000})")).body.size(), 3000000U);
    const auto endless = get(audio_url(R"({"huge_bytes":3000000,"no_length":true})"));
    EXPECT_EQ(endless.body.size(), 3000000U);
    EXPECT_FALSE(endless.headers.contains("content-length"));
}

TEST_F(SimulatorCdn, FailsAndHangs) {
    EXPECT_EQ(get(audio_url(R"({"status":503})")).status, 503);
    const auto url = audio_url(R"({"hang":true})");
    const call patient{"GET", url.substr(cdn.size()), "", {}, milliseconds{150}};
    EXPECT_EQ(perform(cdn, patient).how, reply::silent);
}

}  // namespace simulator_test
