// What upstream calls music and is none, or is a trap: the job fails in time with words for a client, nothing
// is left behind, nothing else is read, and the neighbours go on.
#include "tests/end_to_end/hostile_files.hpp"
#include "tests/end_to_end/media_folder.hpp"
#include "tests/support/sanitized.hpp"
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <boost/json/serialize.hpp>

#include <atomic>
#include <fstream>

namespace {

using namespace end_to_end;
namespace json = boost::json;

// Audio that is no audio is asked for again for a minute, since CDNs serve odd things at first.
constexpr milliseconds time_to_fail{200'000};
constexpr int song_seconds = 6;
constexpr std::int64_t megabyte = 1024 * 1024;

// Tells whether anybody opened a file.
class watched_file {
public:
    explicit watched_file(const std::string& path) : notes_{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)} {
        if (notes_ < 0 || ::inotify_add_watch(notes_, path.c_str(), IN_OPEN | IN_ACCESS) < 0)
            throw std::runtime_error{"inotify does not work here"};
    }
    ~watched_file() { ::close(notes_); }
    watched_file(const watched_file&) = delete;
    watched_file& operator=(const watched_file&) = delete;

    // Forgets what it tells.
    bool was_opened() {
        char note[4096];
        bool any = false;
        while (::read(notes_, note, sizeof note) > 0)
            any = true;
        return any;
    }

private:
    int notes_;
};

class HostileMedia : public Stage {
protected:
    void SetUp() override {
        media = std::make_unique<media_folder>(song_seconds);
        config.set("engines", "[{engine_key: studio, model: FUZZ-2.0, typical_seconds: 1, length: fit}]");
        config.set("audio.work.at_once", "2");
        listener = std::make_unique<http_responder>([this](const http_request&) {
            ++calls_to_listener;
            return http_reply{200, {{"content-type", "audio/wav"}}, read_file(media->path_of("song.wav"))};
        });
        planted = folder.write("planted.wav", read_file(media->path_of("song.wav")));
    }

    // Whoever's prompt has this name gets `behaviour` of the CDN, and needs audio work: every clip is too
    // long.
    void serve(const std::string& name, const std::string& cdn) {
        simulator->rule(R"({"sound_contains": ")" + name + R"("})", R"({"cdn": )" + cdn + "}");
    }
    // Each for whoever's prompt has its name. Starts everything.
    void offer(const std::vector<std::pair<std::string, std::string>>& files) {
        for (const auto& [name, bytes] : files)
            media->put(name, bytes);
        start(media->simulator_options());
        for (const auto& [name, bytes] : files) {
            serve(name, R"({"file": ")" + name + R"("})");
            offered.push_back(name);
        }
    }
    std::string song_with_its_index_at_the_end() {
        auto words = media->song();
        words.insert(words.end(), {"-c:a", "aac", "-b:a", "96k"});
        media->make("late-index.m4a", std::move(words));
        return read_file(media->path_of("late-index.m4a"));
    }
    static std::string noise_for_samples(const std::string& song) {
        const auto samples = song.find("mdat") + 4;
        return song.substr(0, samples) + hostile::noise(song.size() - samples);
    }
    std::string ordered(const std::string& prompt) const {
        auto order = an_order("a piece called " + prompt);
        order["duration_seconds"] = 2;
        return alice().created(order);
    }
    void expect_good_job(const std::string& id) const {
        const auto job = alice().wait_for(id, "succeeded", time_to_fail);
        const auto& track = job.at("track").as_object();
        EXPECT_NEAR(track.at("measured_duration_seconds").to_number<double>(), 2, 0.5);
    }
    // Orders each, with a good job among them, and expects what all of this file is about.
    void expect_to_fail(const std::vector<std::string>& names) {
        watched_file spy{planted};
        std::vector<std::string> ids;
        for (const auto& name : names)
            ids.push_back(ordered(name));
        const auto meanwhile = ordered("nothing special");
        for (std::size_t each = 0; each < names.size(); ++each) {
            SCOPED_TRACE(names[each]);
            expect_failure(alice().wait_for_end(ids[each], time_to_fail));
        }
        expect_good_job(meanwhile);
        expect_good_job(ordered("nothing special either"));
        expect_nothing_left(2);
        EXPECT_FALSE(spy.was_opened()) << "a file that upstream named was read";
        EXPECT_EQ(calls_to_listener, 0) << "an address that upstream named was called";
        EXPECT_TRUE(tests::sanitized || most_memory() < 250 * megabyte) << most_memory();
    }
    static void expect_failure(const json::object& job) {
        EXPECT_EQ(text(job, "status"), "failed") << json::serialize(job);
        if (text(job, "status") != "failed")
            return;
        const auto said = text(job, "error_message");
        EXPECT_GT(said.size(), 20U);
        for (const char* word :
             {"ffmpeg", "ffprobe", "://", "127.0.0.1", "/", "codec", "demux", "producer", "errno", "exit"})
            EXPECT_EQ(said.find(word), std::string::npos) << said;
        EXPECT_TRUE(job.at("playback_url").is_null());
    }
    // Only what the good jobs made, and nobody who works.
    void expect_nothing_left(std::size_t tracks) const {
        EXPECT_TRUE(eventually([&] { return names_in("audio/.work").empty(); })) << names_in("audio");
        EXPECT_TRUE(eventually([&] { return names_in("audio/.partial").empty(); })) << names_in("audio");
        EXPECT_TRUE(eventually([&] { return children() == 0; }));
        const auto kept = names_in("audio");
        std::size_t found = 0;
        for (auto at = kept.find("/mtrack_"); at != std::string::npos; at = kept.find("/mtrack_", at + 1))
            ++found;
        EXPECT_EQ(found, tracks) << kept;
    }
    // Of everything below a folder, each on a line.
    std::string names_in(const std::string& name) const {
        std::string names;
        std::error_code gone;  // by whoever tidies up meanwhile
        for (std::filesystem::recursive_directory_iterator at{folder.path() / name, gone}, end;
             !gone && at != end; at.increment(gone))
            names += at->path().string() + "\n";
        return names;
    }
    std::size_t children() const {
        std::size_t count = 0;
        for (const auto& each : std::filesystem::directory_iterator{"/proc"}) {
            const auto state = read_file(each.path() / "stat");
            const auto parent = state.find(") ");
            if (parent == std::string::npos)
                continue;
            // "pid (name) state parent ..."
            count += std::atoi(state.c_str() + parent + 4) == gateway->process().pid();
        }
        return count;
    }
    std::int64_t most_memory() const {
        std::ifstream status{"/proc/" + std::to_string(gateway->process().pid()) + "/status"};
        for (std::string word; status >> word;) {
            std::int64_t kilobytes = 0;
            if (word == "VmHWM:" && status >> kilobytes)
                return kilobytes * 1024;
        }
        throw std::runtime_error{"no VmHWM"};
    }

    std::unique_ptr<media_folder> media;
    std::unique_ptr<http_responder> listener;
    std::atomic<int> calls_to_listener = 0;
    std::string planted;
    std::vector<std::string> offered;
};

TEST_F(HostileMedia, ThatIsNoAudioAtAllFailsItsJobAlone) {
    const std::string address = listener->url() + "/song.wav";
    const std::vector<std::pair<std::string, std::string>> files{
        {"page", "<!DOCTYPE html><html><title>Not found</title><a href=\"" + address + "\">x</a></html>"},
        {"picture", read_file(std::string{SIMULATOR_COVER})},
        {"playlist", hostile::hls_playlist(planted, address)},
        {"playlist-of-urls", hostile::hls_playlist("file://" + planted, address)},
        {"script", hostile::ffconcat_script(planted, address)},
        {"manifest", hostile::dash_manifest(address)},
        {"session", hostile::session_description()},
        {"drawing", hostile::svg(address)},
        {"zip", hostile::zip()},
        {"zeros", std::string(4 * megabyte, '\0')},
        {"noise", hostile::noise(megabyte)},
    };
    ASSERT_FALSE(files[2].second.empty());
    std::vector<std::string> names{"huge-nothing"};
    for (const auto& [name, bytes] : files) {
        media->put(name + ".m4a", bytes);
        names.push_back(name + ".");
    }
    start(media->simulator_options());
    serve("huge-nothing", R"({"huge_bytes": 104857600})");
    for (const auto& [name, bytes] : files)
        serve(name + ".", R"({"file": ")" + name + R"(.m4a", "content_type": "audio/mp4"})");
    expect_to_fail(names);
}

TEST_F(HostileMedia, ThatLiesAboutItselfFailsItsJobAlone) {
    const auto song = read_file(media->path_of("song.m4a"));
    const auto late_index = song_with_its_index_at_the_end();
    offer(
        {{"truncated.m4a", hostile::cut_short(song, 0.15)},
         {"truncated-and-patched.m4a", hostile::cut_short_and_patched(song, 0.15)},
         {"headless.m4a", late_index.substr(0, late_index.size() / 2)},
         {"ftyp-and-noise.m4a", song.substr(0, song.find("moov") - 4) + hostile::noise(megabyte)},
         {"noise-for-samples.m4a", noise_for_samples(song)},
         {"no-time.m4a", hostile::with_number(song, "mdhd", 12, 0)},
         {"countless.m4a", hostile::with_number(song, "stsz", 8, 0xFFFFFFF0)},
         {"far-away.m4a", hostile::with_number(song, "stco", 8, 0xFFFFFFF0)},
         {"gigabytes.wav", hostile::with_claimed_bytes(read_file(media->path_of("song.wav")), 0xF0000000)}});
    expect_to_fail(offered);
}

// The music is all there, whatever is said of it.
TEST_F(HostileMedia, ThatLiesWithoutHarmIsDeliveredAsAskedFor) {
    const auto song = read_file(media->path_of("song.m4a"));
    const auto late_index = song_with_its_index_at_the_end();
    offer({{"endless.m4a", hostile::with_number(song, "mdhd", 16, 0xFFFFFFFF)},
           {"referring-file.m4a", hostile::referring_to(late_index, "file://" + planted)},
           {"referring-url.m4a", hostile::referring_to(late_index, listener->url() + "/song.wav")},
           {"unsaid.wav", hostile::with_claimed_bytes(read_file(media->path_of("song.wav")), 0xFFFFFFFF)}});
    watched_file spy{planted};
    std::vector<std::string> ids;
    for (const auto& name : offered)
        ids.push_back(ordered(name));
    for (std::size_t each = 0; each < offered.size(); ++each) {
        SCOPED_TRACE(offered[each]);
        expect_good_job(ids[each]);
    }
    expect_nothing_left(offered.size());
    EXPECT_FALSE(spy.was_opened());
    EXPECT_EQ(calls_to_listener, 0);
}

TEST_F(HostileMedia, LeavesNoClipInTheArchive) {
    offer({{"noise-for-samples.m4a", noise_for_samples(read_file(media->path_of("song.m4a")))}});
    expect_to_fail(offered);
    EXPECT_TRUE(eventually([&] { return names_in("audio").find("/mclip") == std::string::npos; }))
        << names_in("audio");
}

TEST_F(HostileMedia, WithoutAByteFailsAsSoonAsOthers) {
    offer({{"empty.m4a", ""}});
    expect_to_fail(offered);
}

// A few kilobytes that say hours of silence.
class HostileMediaBomb : public HostileMedia {
protected:
    void expect_to_fail_as(const std::string& name, const std::string& codec) {
        media->make(name, {"-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "20000", "-c:a", codec});
        offer({{name, read_file(media->path_of(name))}});
        expect_to_fail(offered);
    }
};

TEST_F(HostileMediaBomb, InAFlacFailsItsJobAlone) {
    expect_to_fail_as("bomb.flac", "flac");
}

TEST_F(HostileMediaBomb, InAnOggFailsItsJobAlone) {
    expect_to_fail_as("bomb.ogg", "flac");
}

TEST_F(HostileMediaBomb, InAnM4aFailsItsJobAlone) {
    expect_to_fail_as("bomb.m4a", "alac");
}

}  // namespace
