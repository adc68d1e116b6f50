#include "tests/unit/media/probed_text.hpp"

#include <gtest/gtest.h>

namespace {

using tests::big;
using tests::is_not_audio;
using tests::little;
using tests::probe;

// MPEG 1 layer III, 128 kbit/s, 44100 Hz, stereo: 417 bytes, 1152 samples.
const std::string frame_128 = "\xff\xfb\x90" + std::string(1, '\0') + std::string(413, '\x55');
// The same stream at 64 kbit/s: 208 bytes.
const std::string frame_64 = "\xff\xfb\x50" + std::string(1, '\0') + std::string(204, '\x55');
constexpr double frame_seconds = 1152.0 / 44100;

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string id3(std::size_t body) {
    std::string size;
    for (int shift = 21; shift >= 0; shift -= 7)
        size += static_cast<char>(body >> shift & 0x7f);
    return "ID3" + std::string("\x04\0\0", 3) + size + std::string(body, '\0');
}

std::string declaring_frame(const std::string& name, std::uint32_t frames, std::uint32_t bytes) {
    std::string frame = frame_128;
    frame.replace(36, 16, name + big(3, 4) + big(frames, 4) + big(bytes, 4));
    return frame;
}

std::string vbri_frame(std::uint32_t bytes, std::uint32_t frames) {
    std::string frame = frame_128;
    frame.replace(36, 18, "VBRI" + big(1, 2) + big(0, 4) + big(bytes, 4) + big(frames, 4));
    return frame;
}

std::string wav(std::uint32_t bytes_a_second, const std::string& between, std::uint32_t declared,
                std::size_t held) {
    const std::string format = little(1, 2) + little(2, 2) + little(44100, 4) + little(bytes_a_second, 4) +
                               little(4, 2) + little(16, 2);
    return "RIFF" + little(36 + held, 4) + "WAVEfmt " + little(16, 4) + format + between + "data" +
           little(declared, 4) + std::string(held, 's');
}

std::string flac(std::uint64_t rate, std::uint64_t samples) {
    const std::string info =
        big(0, 10) + big(rate << 44 | 1ull << 41 | 15ull << 36 | samples, 8) + std::string(16, 'm');
    return "fLaC" + big(0, 1) + big(34, 3) + info + big(0x84, 1) + big(5, 3) + "tags!" + "\xff\xf8" +
           std::string(50, 'f');
}

std::string ogg_page(std::uint64_t granule, const std::string& body) {
    std::string lacing = std::string(body.size() / 255, '\xff') + static_cast<char>(body.size() % 255);
    return "OggS" + std::string(2, '\0') + little(granule, 8) + std::string(12, 'p') +
           static_cast<char>(lacing.size()) + lacing + body;
}

const std::string opus_head =
    "OpusHead" + little(1, 1) + little(2, 1) + little(312, 2) + little(48000, 4) + little(0, 3);
const std::string vorbis_head =
    "\x01vorbis" + little(0, 4) + little(2, 1) + little(44100, 4) + std::string(14, 'v');
const std::string opus =
    ogg_page(0, opus_head) + ogg_page(48312, std::string(3000, 'o')) + ogg_page(96312, "end");

struct file_case {
    const char* name;
    std::string file;
    const char* extension;
    const char* mime_type;
    std::optional<double> duration;
};

class Recognises : public testing::TestWithParam<file_case> {};

TEST_P(Recognises, AndMeasures) {
    const auto probed = probe(GetParam().file);
    ASSERT_TRUE(probed) << probed.error().message();
    EXPECT_EQ(probed->extension, GetParam().extension);
    EXPECT_EQ(probed->mime_type, GetParam().mime_type);
    EXPECT_EQ(probed->bytes, GetParam().file.size());
    ASSERT_EQ(probed->duration_seconds.has_value(), GetParam().duration.has_value());
    if (GetParam().duration) {
        EXPECT_NEAR(*probed->duration_seconds, *GetParam().duration, 0.001);
    }
}

const file_case known[] = {
    {"Mp3OfConstantRate", repeated(frame_128, 100), "mp3", "audio/mpeg", 100 * frame_seconds},
    {"Mp3OfVariableRateWithoutHeader", repeated(frame_128 + frame_64, 50), "mp3", "audio/mpeg",
     100 * frame_seconds},
    {"Mp3BehindTag", id3(5000) + repeated(frame_128, 10), "mp3", "audio/mpeg", 10 * frame_seconds},
    {"Mp3BehindTagAndPadding", id3(500) + std::string(900, '\0') + repeated(frame_128, 10), "mp3",
     "audio/mpeg", 10 * frame_seconds},
    {"Mp3WithEndTag", repeated(frame_128, 10) + "TAG" + std::string(125, ' '), "mp3", "audio/mpeg",
     10 * frame_seconds},
    {"Mp3WithXing", declaring_frame("Xing", 50, 417 * 51) + repeated(frame_128, 50), "mp3", "audio/mpeg",
     50 * frame_seconds},
    {"Mp3WithInfo", declaring_frame("Info", 50, 417 * 51) + repeated(frame_128, 50), "mp3", "audio/mpeg",
     50 * frame_seconds},
    {"Mp3WithVbri", vbri_frame(417 * 51, 50) + repeated(frame_128, 50), "mp3", "audio/mpeg",
     50 * frame_seconds},
    {"Mp3WhoseXingLies", declaring_frame("Xing", 0xffffffff, 0) + repeated(frame_128, 9), "mp3", "audio/mpeg",
     10 * frame_seconds},
    {"Wav", wav(176400, "", 352800, 352800), "wav", "audio/wav", 2.0},
    {"WavWithOddChunkBetween", wav(1000, "LIST" + little(3, 4) + "abc" + std::string(1, '\0'), 500, 500),
     "wav", "audio/wav", 0.5},
    {"WavWrittenToAPipe", wav(1000, "", 0xffffffff, 1500), "wav", "audio/wav", 1.5},
    {"Flac", flac(44100, 88200), "flac", "audio/flac", 2.0},
    {"FlacThatDoesNotTell", flac(44100, 0), "flac", "audio/flac", std::nullopt},
    {"Opus", opus, "ogg", "audio/ogg", 2.0},
    {"Vorbis", ogg_page(0, vorbis_head) + ogg_page(22050, std::string(9000, 'v')), "ogg", "audio/ogg", 0.5},
    {"OggOfWhichTheLastPageDoesNotTell", ogg_page(0, opus_head) + ogg_page(~0ull, "x"), "ogg", "audio/ogg",
     std::nullopt},
};

INSTANTIATE_TEST_SUITE_P(Files, Recognises, testing::ValuesIn(known),
                         [](const auto& info) { return std::string{info.param.name}; });

struct foreign_case {
    const char* name;
    std::string file;
};

class Refuses : public testing::TestWithParam<foreign_case> {};

TEST_P(Refuses, AsNotAudio) {
    EXPECT_TRUE(is_not_audio(GetParam().file));
}

const foreign_case foreign[] = {
    {"Nothing", ""},
    {"OneByte", "\xff"},
    {"Html", "<!doctype html><html><body>not found</body></html>"},
    {"Json", R"({"error":"expired"})"},
    {"Jpeg", "\xff\xd8\xff\xe0" + std::string(5000, 'j')},
    {"WideText", "\xff\xfe" + std::string(5000, 'a')},
    {"AdtsAac", repeated("\xff\xf1\x50\x80" + std::string(300, 'a'), 10)},
    {"OneFrameAndNoise", frame_128 + std::string(3000, 'n')},
    {"TagAndNothing", id3(100)},
    {"TagBeyondTheFile", id3(100).substr(0, 50)},
    {"TagAndNoise", id3(100) + std::string(200000, '\xff')},
    {"Mp3ShorterThanItsXingSays", declaring_frame("Xing", 50, 417 * 51) + repeated(frame_128, 40)},
    {"WavCutShort", wav(1000, "", 5000, 4999)},
    {"WavWithoutSound", wav(1000, "", 0, 0)},
    {"WavOfNoRate", wav(0, "", 10, 10)},
    {"RiffOfAnotherKind", "RIFF" + little(100, 4) + "AVI " + std::string(100, 'x')},
    {"FlacHeaderAlone", flac(44100, 88200).substr(0, 42)},
    {"FlacOfNoRate", flac(0, 5)},
    {"OggVideo", ogg_page(0, "\x80theora" + std::string(40, 't')) + ogg_page(5, "x")},
    {"OggCutInItsLastPage", opus.substr(0, opus.size() - 1)},
};

INSTANTIATE_TEST_SUITE_P(Files, Refuses, testing::ValuesIn(foreign),
                         [](const auto& info) { return std::string{info.param.name}; });

TEST(MediaProbe, EveryFormatSurvivesCutsAndChangedBytes) {
    for (const auto& one : known)
        EXPECT_GT(tests::survive_mutations(one.file.substr(0, 3000), 600), 100u) << one.name;
}

class failing_reader final : public gateway::media::random_access {
public:
    explicit failing_reader(int good_reads) : left_{good_reads} {}
    std::uint64_t size() const noexcept override { return 1 << 20; }
    gateway::result<std::size_t> read(std::uint64_t, unsigned char* into, std::size_t most) override {
        if (left_-- <= 0)
            return make_error_code(gateway::errc::archive_failed);
        std::memset(into, 0, most);
        std::memcpy(into, "ID3", 3);
        return most;
    }

private:
    int left_;
};

TEST(MediaProbe, AReadErrorIsNotMistakenForForeignBytes) {
    for (const int good_reads : {0, 1}) {
        failing_reader reader{good_reads};
        const auto probed = gateway::media::probe_media(reader);
        ASSERT_FALSE(probed);
        EXPECT_TRUE(is(probed.error(), gateway::errc::archive_failed)) << good_reads;
    }
}

TEST(MediaProbe, LongMp3IsEstimatedWithinTheBudget) {
    const std::string frames = repeated(frame_128, 400000);  // 160 MB, nearly three hours
    tests::text_reader reader{frames};
    const auto probed = gateway::media::probe_media(reader);
    ASSERT_TRUE(probed);
    EXPECT_NEAR(*probed->duration_seconds, 400000 * frame_seconds, 1.0);
    EXPECT_LE(reader.reads, 32u * 1024u);
}

TEST(MediaProbe, FrameLikeNoiseBehindATagEndsWithTheBudget) {
    tests::text_reader reader{id3(10) + repeated(frame_128.substr(0, 4), 60000)};
    EXPECT_FALSE(gateway::media::probe_media(reader));
    EXPECT_LE(reader.reads, 32u * 1024u);
}

}  // namespace
