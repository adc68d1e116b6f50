// What clients get from an engine of each format: the file, what is said of it, where it was made from, and
// that browsers play it.
#include "tests/end_to_end/media_folder.hpp"
#include "tests/support/heard_audio.hpp"
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;
namespace json = boost::json;

constexpr milliseconds audio_work{180'000};
constexpr int song_seconds = 6;
constexpr const char* odd_title = "Late; Night = \"Study\" \\ #1 \xE9\x9B\xA8";

struct format {
    std::string name;  // of the engine's setting, and of the engine
    std::string extension;
    std::string mime_type;
    std::string codec;
};

const std::vector<format> encoded{{"m4a", "m4a", "audio/mp4", "aac"},
                                  {"mp3", "mp3", "audio/mpeg", "mp3"},
                                  {"wav", "wav", "audio/wav", "pcm_s16le"},
                                  {"flac", "flac", "audio/flac", "flac"}};

class Formats : public Stage {
protected:
    void begin(int seconds = song_seconds) {
        media = std::make_unique<media_folder>(seconds);
        std::string engines;
        for (const char* name : {"source", "m4a", "mp3", "wav", "flac"})
            engines += std::string{"{engine_key: "} + name + ", format: " + name +
                       ", model: FUZZ-2.0, typical_seconds: 1}, ";
        config.set("engines", "[" + engines + "]");
        config.set("audio.work.at_once", "2");
    }
    void SetUp() override {
        begin();
        start(media->simulator_options());
    }

    static json::object order_of(const std::string& engine, int seconds = song_seconds) {
        auto order = an_order("a piece for " + engine);
        order["engine"] = engine;
        order["duration_seconds"] = seconds;
        return order;
    }
    // Side by side.
    std::vector<json::object> all_finished(const std::vector<json::object>& orders) const {
        std::vector<std::string> ids;
        for (const auto& order : orders)
            ids.push_back(alice().created(order));
        std::vector<json::object> jobs;
        for (const auto& id : ids)
            jobs.push_back(alice().wait_for(id, "succeeded", audio_work));
        return jobs;
    }
    heard_audio heard(const json::object& job) {
        const auto reply = play(text(job, "playback_url"));
        EXPECT_EQ(reply.status, 200);
        return listen_to(folder.write(text(job, "id") + ".audio", reply.body));
    }
    // Of the task whose prompt ends in that.
    std::string downloads_for(const std::string& prompt) const {
        const auto state = simulator->state();
        for (const auto& task : state.at("tasks").as_array()) {
            if (text(task.at("request").as_object(), "sound").find(prompt) == std::string::npos)
                continue;
            const auto wav = task.at("wav_downloads").to_number<int>();
            const auto all = task.at("downloads").to_number<int>();
            return std::to_string(wav) + " of the wav, " + std::to_string(all - wav) + " of the usual file";
        }
        return "no such task";
    }

    std::unique_ptr<media_folder> media;
};

TEST_F(Formats, AreWhatTheJobTheUrlTheAnswerAndTheFileItselfSay) {
    std::vector<json::object> orders;
    for (const format& each : encoded) {
        orders.push_back(order_of(each.name));
        orders.back()["title"] = odd_title;
    }
    const auto jobs = all_finished(orders);
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        const format& each = encoded[at];
        SCOPED_TRACE(each.name);
        const auto& track = jobs[at].at("track").as_object();
        EXPECT_EQ(text(track, "mime_type"), each.mime_type);
        const auto url = text(jobs[at], "playback_url");
        EXPECT_NE(url.find("/media/" + text(jobs[at], "result_track_id") + "." + each.extension + "?"),
                  std::string::npos)
            << url;
        EXPECT_EQ(play(url).header("content-type"), each.mime_type);
        EXPECT_EQ(play(url, {}, "HEAD").header("content-type"), each.mime_type);
        const auto sound = heard(jobs[at]);
        EXPECT_EQ(sound.codec, each.codec);
        EXPECT_NEAR(sound.seconds, song_seconds, 0.5);
        EXPECT_NEAR(track.at("measured_duration_seconds").to_number<double>(), sound.seconds, 0.1);
        EXPECT_EQ(sound.title, odd_title);
        EXPECT_LE(sound.true_peak_dbtp, -1);
        EXPECT_EQ(downloads_for(each.name), "1 of the wav, 0 of the usual file") << "the best source";
    }
}

TEST_F(Formats, CarryTheTitleAlsoWhereUpstreamsFileWouldDo) {
    simulator->rule(R"({"sound_contains": "for m4a"})", R"({"task": {"wav_url": false}})");
    std::vector<json::object> orders{order_of("wav"), order_of("m4a")};
    for (auto& order : orders)
        order["title"] = odd_title;
    for (const auto& job : all_finished(orders))
        EXPECT_EQ(heard(job).title, odd_title) << text(job, "engine");
}

TEST_F(Formats, OfUntitledPiecesHaveNoTitle) {
    std::vector<json::object> orders;
    for (const format& each : encoded)
        orders.push_back(order_of(each.name));
    for (const auto& job : all_finished(orders))
        EXPECT_EQ(heard(job).title, "") << text(job, "engine");
}

TEST_F(Formats, SourceIsUpstreamsOwnFileUnlessItHasToBeCut) {
    auto whole = order_of("source");
    whole["title"] = "Untouched";
    auto shorter = order_of("source", 3);
    shorter["title"] = "Cut";
    const auto jobs = all_finished({whole, shorter});
    EXPECT_EQ(play(text(jobs[0], "playback_url")).body, read_file(media->path_of("song.m4a")));
    for (const auto& job : jobs)
        EXPECT_EQ(text(job.at("track").as_object(), "mime_type"), "audio/mp4");
    const auto cut = heard(jobs[1]);
    EXPECT_EQ(cut.codec, "aac");
    EXPECT_EQ(cut.title, "Cut");
    EXPECT_NEAR(cut.seconds, 3, 0.5);
    const auto state = simulator->state();
    for (const auto& task : state.at("tasks").as_array())
        EXPECT_EQ(task.at("wav_downloads"), 0);
}

TEST_F(Formats, AreMadeOfTheUsualFileWhereThereIsNoLosslessOne) {
    simulator->by_default(R"({"task": {"wav_url": false}})");
    const auto jobs = all_finished({order_of("flac")});
    EXPECT_NEAR(heard(jobs[0]).seconds, song_seconds, 0.5);
    EXPECT_EQ(downloads_for("flac"), "0 of the wav, 1 of the usual file");
}

TEST_F(Formats, AreMadeOfTheUsualFileWhenTheLosslessOneCannotBeHad) {
    std::vector<json::object> orders;
    const std::vector<std::string> troubles{R"("status": 404)",         R"("status": 403)",
                                            R"("status": 500)",         R"("cut_after_bytes": 5000)",
                                            R"("redirect_loop": true)", R"("redirect_to_private": true)"};
    for (std::size_t each = 0; each < troubles.size(); ++each) {
        const std::string prompt = "trouble number " + std::to_string(each);
        simulator->rule(R"({"sound_contains": ")" + prompt + R"("})",
                        R"({"cdn": {"only": "wav", )" + troubles[each] + "}}");
        orders.push_back(order_of("mp3"));
        orders.back()["prompt"] = prompt;
    }
    const auto jobs = all_finished(orders);
    for (std::size_t each = 0; each < troubles.size(); ++each) {
        SCOPED_TRACE(troubles[each]);
        EXPECT_EQ(text(jobs[each].at("track").as_object(), "mime_type"), "audio/mpeg");
        EXPECT_NEAR(heard(jobs[each]).seconds, song_seconds, 0.5);
        const auto fetched = downloads_for("trouble number " + std::to_string(each));
        EXPECT_TRUE(fetched.ends_with(" 1 of the usual file")) << fetched;
        EXPECT_FALSE(fetched.starts_with("0 ")) << fetched;
    }
}

// What cannot be played is told by looking at the bytes, or only by playing it.
class FormatsOfBadSources : public Formats {
protected:
    void SetUp() override {
        begin();
        const auto song = read_file(media->path_of("song.wav"));
        media->put("half.wav", song.substr(0, song.size() / 2));
        media->put("page.wav", "<!DOCTYPE html><title>not here</title>");
        auto rare = media->song();
        rare.insert(rare.end(), {"-c:a", "adpcm_ima_wav"});
        media->make("rare.wav", std::move(rare));
        start(media->simulator_options());
    }

    void expect_made_of_the_usual_file(const std::vector<std::string>& files) {
        std::vector<json::object> orders;
        for (const auto& file : files) {
            simulator->rule(R"({"sound_contains": ")" + file + R"("})",
                            R"({"cdn": {"only": "wav", "file": ")" + file + R"("}})");
            orders.push_back(order_of("flac"));
            orders.back()["prompt"] = "of " + file;
        }
        for (const auto& job : all_finished(orders))
            EXPECT_NEAR(heard(job).seconds, song_seconds, 0.5);
    }
};

TEST_F(FormatsOfBadSources, AreMadeOfTheUsualFileWhenTheLosslessOneIsNone) {
    expect_made_of_the_usual_file({"half.wav", "page.wav"});
}

// Its header is well-formed; only decoding tells.
TEST_F(FormatsOfBadSources, AreMadeOfTheUsualFileWhenTheLosslessOneCannotBeDecoded) {
    expect_made_of_the_usual_file({"rare.wav"});
}

// In Chromium, which is told nothing but the signed URL.
class FormatsInABrowser : public Formats {
protected:
    // Long enough that a browser does not have the second half before it asks for it.
    static constexpr int long_seconds = 50;

    void SetUp() override {
        begin(long_seconds);
        start(media->simulator_options());
    }
};

TEST_F(FormatsInABrowser, ArePlayedToTheEndAndFromTheMiddle) {
    std::vector<std::string> words{FORMATS_STORY, folder.path().string()};
    std::vector<json::object> orders;
    for (const char* engine : {"source", "m4a", "mp3", "wav", "flac"})
        orders.push_back(order_of(engine, long_seconds));
    for (const auto& job : all_finished(orders))
        words.push_back(gateway->url() + target_of(text(job, "playback_url")));
    const auto told = run({"node", words, {"no_proxy=*", "NO_PROXY=*"}}, milliseconds{100'000});
    EXPECT_EQ(told.code, 0)
        << "node, /usr/bin/chromium and what tests/end_to_end/console/install brings are needed:\n"
        << told.out << told.err;
    const auto log = gateway->log();
    EXPECT_NE(log.find("\"status\":206"), std::string::npos) << "ranges were asked for and given";
    EXPECT_EQ(log.find("\"status\":416"), std::string::npos);
}

}  // namespace
