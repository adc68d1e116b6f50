// Files that are not what they say. Each must fail with the right word, in bounded time, and leave nothing.

#include "tests/integration/ffmpeg/workshop_fixture.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/localhost.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace {

using namespace tests;
using gateway::audio_format;
using std::chrono::steady_clock;

class HostileFiles : public workshop_test {
protected:
    errc refusal(const std::string& extension, const std::string& bytes) {
        auto order = ordered("master_ha", audio_format::mp3);
        order.clips.push_back(archived("clip_ha", extension, bytes));
        const auto kept = make(order);
        EXPECT_FALSE(std::filesystem::exists(path_of("master_ha", "mp3")));
        EXPECT_TRUE(end_to_end::eventually([&] { return scratch_is_empty(); }));
        if (kept)
            return errc{};
        EXPECT_EQ(kept.error().category(), gateway::gateway_category());
        return static_cast<errc>(kept.error().value());
    }
};

TEST_F(HostileFiles, AreNoAudioWhenEmptyOrOfAnotherKind) {
    EXPECT_EQ(refusal("mp3", ""), errc::not_audio);
    EXPECT_EQ(refusal("mp3", "<html><body>502 Bad Gateway</body></html>"), errc::not_audio);
    EXPECT_EQ(refusal("m4a", std::string(100'000, '\0')), errc::not_audio);
    EXPECT_EQ(refusal("flac", "fLaC"), errc::not_audio);
    EXPECT_EQ(refusal("wav", "RIFF\xff\xff\xff\xffWAVEfmt "), errc::not_audio);
    EXPECT_EQ(refusal("ogg", bytes_of({.seconds = 5, .extension = "mp3"})), errc::not_audio);
    EXPECT_EQ(refusal("exe", bytes_of({.seconds = 5, .extension = "mp3"})), errc::not_audio);
}

TEST_F(HostileFiles, ThatStopBeforeTheirHeaderSaysAreNoAudio) {
    for (const std::string extension : {"mp3", "flac", "wav", "m4a"}) {
        const std::string& whole = bytes_of({.seconds = 20, .extension = extension});
        EXPECT_EQ(refusal(extension, whole.substr(0, whole.size() / 2)), errc::not_audio) << extension;
    }
    const auto faststart = media_folder() / "faststart.m4a";  // its index is all there
    ffmpeg({"-f", "lavfi", "-i", "sine=d=20", "-movflags", "+faststart", faststart.string()});
    const std::string whole = content_of(faststart);
    EXPECT_EQ(refusal("m4a", whole.substr(0, whole.size() / 2)), errc::not_audio);
}

TEST_F(HostileFiles, DamagedAllOverAreNoAudio) {
    for (const std::string extension : {"mp3", "flac", "m4a"}) {
        std::string bytes = bytes_of({.seconds = 20, .extension = extension});
        unsigned noise = 1;
        for (std::size_t i = bytes.size() / 10; i < bytes.size(); i += 40) {
            noise = noise * 1'103'515'245 + 12'345;
            bytes[i] = static_cast<char>(noise >> 16);
        }
        const errc said = refusal(extension, bytes);
        EXPECT_TRUE(said == errc::not_audio || said == errc::audio_work_failed) << extension << int(said);
    }
}

TEST_F(HostileFiles, WithoutSoundAreNoAudio) {
    const auto film = media_folder() / "film.mp4";
    ffmpeg({"-f", "lavfi", "-i", "testsrc=d=3:s=64x64", "-c:v", "mpeg4", film.string()});
    EXPECT_EQ(refusal("m4a", content_of(film)), errc::not_audio);
    EXPECT_EQ(refusal("wav", bytes_of({.seconds = 1, .extension = "wav"}).substr(0, 44)), errc::not_audio);
}

// A playlist in place of audio would make ffmpeg open what it names.
TEST_F(HostileFiles, ThatPoseAsPlaylistsOpenNothing) {
    boost::asio::ip::tcp::acceptor canary{context, {boost::asio::ip::address_v4::loopback(), 0}};
    canary.non_blocking(true);
    const std::string url =
        "http://127.0.0.1:" + std::to_string(canary.local_endpoint().port()) + "/secret.mp3";
    const auto secret = media_folder() / "secret.wav";
    std::ofstream{secret, std::ios::binary} << bytes_of({.seconds = 5, .extension = "wav"});
    const std::vector<std::string> playlists{
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n" + url + "\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://" + secret.string() + "\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '" + secret.string() + "'\n",
        "ffconcat version 1.0\nfile '" + url + "'\n",
        "<?xml version=\"1.0\"?><MPD><Period><AdaptationSet><Representation><BaseURL>" + url +
            "</BaseURL></Representation></AdaptationSet></Period></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
        ";FFMETADATA1\ntitle=x\n",
    };
    for (const std::string& each : playlists) {
        for (const char* extension : {"mp3", "m4a", "wav", "ogg", "flac"})
            EXPECT_EQ(refusal(extension, each), errc::not_audio) << each << " as " << extension;
    }
    boost::system::error_code nobody;
    canary.accept(nobody);
    EXPECT_EQ(nobody, boost::asio::error::would_block);
}

TEST_F(HostileFiles, ThatUnpackToHoursAreRefusedInTime) {
    rules.longest_clip = std::chrono::seconds{60};
    const auto bomb = media_folder() / "bomb.flac";  // 12 hours of silence
    ffmpeg({"-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "43200", "-c:a", "flac", bomb.string()});
    const std::string bytes = content_of(bomb);
    EXPECT_LT(bytes.size(), 10'000'000u);
    const auto began = steady_clock::now();
    EXPECT_EQ(refusal("flac", bytes), errc::audio_work_failed);
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds{20});
}

TEST_F(HostileFiles, OfAHundredMegabytesAreRefusedInTime) {
    std::string noise(100'000'000, '\0');
    std::uint64_t state = 88'172'645'463'325'252ULL;
    for (std::size_t i = 0; i + 8 <= noise.size(); i += 8) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        std::memcpy(&noise[i], &state, 8);
    }
    const auto began = steady_clock::now();
    for (const char* extension : {"mp3", "m4a", "flac", "wav", "ogg"}) {
        const errc said = refusal(extension, noise);
        EXPECT_TRUE(said == errc::not_audio || said == errc::audio_work_failed) << extension;
    }
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds{90});
}

TEST_F(HostileFiles, TooLargeForTheScratchFolderAreRefused) {
    rules.scratch_bytes = 2'000'000;
    EXPECT_EQ(refusal("wav", bytes_of({.seconds = 60, .extension = "wav"})), errc::audio_work_failed);
    EXPECT_EQ(refusal("mp3", bytes_of({.seconds = 60, .extension = "mp3"})), errc::audio_work_failed);
}

TEST_F(HostileFiles, DoNotStopTheNextOrder) {
    EXPECT_EQ(refusal("mp3", "nothing"), errc::not_audio);
    auto order = ordered("master_hb", audio_format::wav, 5);
    order.clips.push_back(archived("clip_hb", music{.seconds = 8}));
    EXPECT_TRUE(make(order));
}

TEST_F(HostileFiles, ThatAreNotThereAreNotFound) {
    auto order = ordered("master_hc", audio_format::mp3);
    order.clips.push_back({"clip_nowhere", "mp3"});
    const auto kept = make(order);
    ASSERT_FALSE(kept);
    EXPECT_TRUE(is(kept.error(), errc::not_found));
    EXPECT_TRUE(is(measure({"clip_nowhere", "mp3"}).error(), errc::not_found));
    EXPECT_TRUE(is(measure(archived("clip_hd", "mp3", "noise")).error(), errc::not_audio));
}

}  // namespace
