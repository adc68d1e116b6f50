// Music as it was asked for: its length, focus mode through crashes, seeds. With clips as long as upstream's.
#include "tests/support/eventually.hpp"
#include "tests/support/heard_audio.hpp"
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace {

using namespace end_to_end;

constexpr milliseconds audio_work{400'000};  // it gives way to everything else a busy machine does

class Music : public Stage {
protected:
    explicit Music(store_kind store = store_kind::memory) : Stage{store} {}

    void start_with(const std::string& engine_settings = "") {
        config.set("engines",
                   "[{engine_key: studio, model: FUZZ-2.0, typical_seconds: 1, max_duration_seconds: 600" +
                       (engine_settings.empty() ? "" : ", " + engine_settings) + "}]");
        config.set("audio.work.at_once", "2");
        start({"--media", LONG_MEDIA});
    }
    // Who asks for `prompt` gets clips of this length.
    void clips_of(const std::string& prompt, int seconds) {
        simulator->rule(
            R"({"sound_contains": ")" + prompt + R"("})",
            R"({"task": {"pending_ms": 20, "running_ms": 100, "seconds": )" + std::to_string(seconds) + "}}");
    }
    static boost::json::object order_of(const std::string& prompt, int seconds,
                                        const char* mode = "creation") {
        auto order = an_order(prompt);
        order["duration_seconds"] = seconds;
        order["mode"] = mode;
        return order;
    }
    heard_audio heard(const boost::json::object& job) {
        const auto reply = play(text(job, "playback_url"));
        EXPECT_EQ(reply.status, 200);
        return listen_to(folder.write(text(job, "id") + ".audio", reply.body));
    }
    static double claimed(const boost::json::object& job) {
        return job.at("track").at("measured_duration_seconds").to_number<double>();
    }
    std::size_t paid_calls() const { return static_cast<std::size_t>(simulator->count("creates_accepted")); }
    bool work_folder_is_empty() const {
        const auto work = folder.path() / "audio" / ".work";
        return !std::filesystem::exists(work) ||
               std::filesystem::directory_iterator{work} == std::filesystem::directory_iterator{};
    }
};

TEST_F(Music, IsAsLongAsItWasAskedForWhateverUpstreamMade) {
    start_with();
    struct row {
        int asked, clip, paid;
    };
    const std::vector<row> rows{{15, 200, 1}, {60, 90, 1},  {60, 200, 1},
                                {120, 90, 2}, {240, 90, 3}, {240, 200, 2}};
    std::vector<std::string> ids;
    std::size_t paid = 0;
    for (const auto& [asked, clip, expected] : rows) {
        const std::string prompt = "a piece of " + std::to_string(asked) + " over " + std::to_string(clip);
        clips_of(prompt, clip);
        ids.push_back(alice().created(order_of(prompt, asked)));
        paid += static_cast<std::size_t>(expected);
    }
    for (std::size_t each = 0; each < rows.size(); ++each) {
        SCOPED_TRACE(std::to_string(rows[each].asked) + " s over " + std::to_string(rows[each].clip));
        const auto job = alice().wait_for(ids[each], "succeeded", audio_work);
        const auto track = heard(job);
        EXPECT_NEAR(track.seconds, rows[each].asked, 0.5);
        EXPECT_NEAR(claimed(job), track.seconds, 0.1) << "the truth about the delivered file";
        EXPECT_LT(track.end_peak_dbfs, -40) << "no abrupt end";
        EXPECT_LE(track.true_peak_dbtp, -1) << "no clipping";
        EXPECT_LE(track.longest_silence, 0.2) << "no gap at a join";
    }
    EXPECT_EQ(paid_calls(), paid);
    EXPECT_TRUE(work_folder_is_empty());
}

TEST_F(Music, IsDeliveredAsItIsWhereTheEngineSaysSo) {
    start_with("length: as_is");
    clips_of("long", 90);
    const auto job = alice().wait_for(alice().created(order_of("long", 60)), "succeeded");
    EXPECT_NEAR(claimed(job), 90, 0.5);
    EXPECT_EQ(paid_calls(), 1U);
}

TEST_F(Music, IsNotMadeUpForBeyondTheClipsThatAJobMayCost) {
    start_with("max_clips_per_job: 1");
    clips_of("short", 90);
    const auto job = alice().wait_for(alice().created(order_of("short", 240)), "succeeded");
    EXPECT_NEAR(claimed(job), 90, 0.5) << "told as it is";
    EXPECT_EQ(paid_calls(), 1U);
}

TEST_F(Music, ContinuesASeedWhereTheEngineJoinsThem) {
    start_with("seed: continue");
    clips_of("first", 90);
    clips_of("second", 90);
    const auto seed = alice().wait_for(alice().created(order_of("first", 60)), "succeeded", audio_work);
    auto order = order_of("second", 60);
    order["seed_track_id"] = text(seed, "result_track_id");
    const auto job = alice().wait_for(alice().created(order), "succeeded", audio_work);
    const auto track = heard(job);
    EXPECT_NEAR(track.seconds, 60 + 60 - 3, 1.5) << "the seed's audio, a crossfade, and what was asked for";
    EXPECT_LE(track.longest_silence, 0.2);
    EXPECT_LT(track.end_peak_dbfs, -40);
    const auto asked = simulator->last_order();
    EXPECT_NE(text(asked, "sound").find("first"), std::string::npos) << "of the seed's character";
}

TEST_F(Music, FocusClipThatUpstreamFailsIsMadeOnceMore) {
    start_with();
    clips_of("concentrate", 60);
    simulator->rule(R"({"nth_create": 2})",
                    R"({"task": {"pending_ms": 20, "running_ms": 50, "result": "failed"}})", 1);
    const auto job =
        alice().wait_for(alice().created(order_of("concentrate", 100, "focus")), "succeeded", audio_work);
    EXPECT_NEAR(heard(job).seconds, 100, 0.5);
    EXPECT_EQ(paid_calls(), 3U) << "two clips, and one in place of the second";
}

TEST_F(Music, FocusJobThatIsCancelledMakesNoFurtherClips) {
    start_with();
    simulator->by_default(R"({"task": {"pending_ms": 20, "running_ms": 100, "seconds": 60}})");
    simulator->rule(R"({"nth_create": 2})", R"({"task": {"result": "never"}})", 1);
    const auto id = alice().created(order_of("concentrate", 240, "focus"));
    ASSERT_TRUE(eventually([&] { return paid_calls() == 2; }, audio_work));
    EXPECT_EQ(alice().cancel(id).status, 200);
    EXPECT_EQ(alice().status(id), "cancelled");
    simulator->finish(text(simulator->task(1), "task_id"));
    // A job behind it, from start to end, is time enough for what must not happen.
    alice().wait_for(alice().created(order_of("another", 60)), "succeeded", audio_work);
    EXPECT_EQ(paid_calls(), 3U);
}

class FocusThroughCrashes : public Music {
protected:
    FocusThroughCrashes() : Music{store_kind::redis} {}

    void kill_and_start_again() {
        gateway->process().kill();
        restart_gateway();
    }
    bool reaches(const std::string& id, int progress) {
        return eventually([&] { return alice().job(id).at("progress").as_int64() >= progress; }, audio_work);
    }
    // Once the gateway asks about a clip, it has stored its task. Killed between the paid call and that, it
    // could not know what became of the call, and the job would fail, as it should.
    bool is_under_way(std::size_t clip) const {
        return eventually(
            [&] { return paid_calls() >= clip && simulator->task(clip - 1).at("polls").as_int64() > 0; },
            audio_work);
    }
};

TEST_F(FocusThroughCrashes, EachClipIsMadeOnceAndTheMasterIsWhole) {
    start_with();
    simulator->by_default(R"({"task": {"pending_ms": 20, "running_ms": 300, "seconds": 60}})");
    for (const int clip : {2, 4})
        simulator->rule(R"({"nth_create": )" + std::to_string(clip) + "}",
                        R"({"task": {"result": "never", "seconds": 60}})", 1);
    const auto id = alice().created(order_of("concentrate", 240, "focus"));
    for (const std::size_t clip : {2, 4}) {
        ASSERT_TRUE(is_under_way(clip)) << clip;
        kill_and_start_again();  // with clips kept, and this one being made
        simulator->finish(text(simulator->task(clip - 1), "task_id"));
    }
    ASSERT_TRUE(reaches(id, 95));
    ASSERT_TRUE(eventually([&] { return !work_folder_is_empty(); }, audio_work)) << "the joining has begun";
    kill_and_start_again();
    const auto job = alice().wait_for(id, "succeeded", audio_work);
    EXPECT_EQ(paid_calls(), 5U) << "nothing was generated twice";
    const auto track = heard(job);
    EXPECT_NEAR(track.seconds, 240, 0.5);
    EXPECT_NEAR(track.loudness_lufs, -16, 1);
    EXPECT_LE(track.true_peak_dbtp, -1);
    EXPECT_LT(track.end_peak_dbfs, -40);
    EXPECT_LE(track.longest_silence, 0.2);
    EXPECT_TRUE(work_folder_is_empty());
}

}  // namespace
