// What ffprobe and ffmpeg print, and what they might be made to print.

#include "adapters/ffmpeg/readings.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace adapters::ffmpeg;

const std::string usual =
    "streams.stream.0.codec_type=\"audio\"\n"
    "streams.stream.0.sample_rate=\"44100\"\n"
    "streams.stream.0.channels=2\n"
    "streams.stream.0.duration=\"200.045714\"\n"
    "format.duration=\"200.1\"\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST(ReadProbe, TakesWhatIsSaid) {
    const auto read = read_probe(usual, "");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->sample_rate, 44'100);
    EXPECT_EQ(read->channels, 2);
    EXPECT_EQ(read->declared_seconds, 200.045714);
}

TEST(ReadProbe, TakesTheFilesDurationWhenTheStreamHasNone) {
    EXPECT_EQ(read_probe(replaced(usual, "\"200.045714\"", "\"N/A\""), "")->declared_seconds, 200.1);
}

TEST(ReadProbe, BelievesNoGuess) {
    const auto read =
        read_probe(usual, "[mp3 @ 0x1] Estimating duration from bitrate, this may be inaccurate\n");
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->declared_seconds);
}

TEST(ReadProbe, TakesNothingElseForAudio) {
    EXPECT_FALSE(read_probe("", ""));
    EXPECT_FALSE(read_probe("garbage\n\n\n====\n", ""));
    EXPECT_FALSE(read_probe(std::string(100'000, '\n'), ""));
    EXPECT_FALSE(read_probe(replaced(usual, "\"audio\"", "\"audio\"" + std::string(1, '\0')), ""));
    EXPECT_FALSE(read_probe(replaced(usual, "\"audio\"", "\"video\""), ""));
    for (const char* rate :
         {"\"0\"", "\"-44100\"", "\"7999\"", "\"192001\"", "\"1e99\"", "\"nan\"", "\"\"", "", "\"44100x\""})
        EXPECT_FALSE(read_probe(replaced(usual, "\"44100\"", rate), "")) << rate;
    for (const char* channels : {"=0", "=-1", "=65", "=two", "="})
        EXPECT_FALSE(read_probe(replaced(usual, "=2", channels), "")) << channels;
}

TEST(ReadProbe, BelievesNoImpossibleDuration) {
    for (const char* seconds :
         {"\"-1\"", "\"0\"", "\"inf\"", "\"nan\"", "\"1e300\"", "\"9999999999\"", "\"1 2\""}) {
        const auto text = replaced(replaced(usual, "\"200.045714\"", seconds), "\"200.1\"", seconds);
        ASSERT_TRUE(read_probe(text, "")) << seconds;
        EXPECT_FALSE(read_probe(text, "")->declared_seconds) << seconds;
    }
}

const std::string summary =
    "[Parsed_ebur128_0 @ 0x561daaa895c0] Summary:\n\n"
    "  Integrated loudness:\n"
    "    I:         -26.4 LUFS\n"
    "    Threshold: -36.4 LUFS\n\n"
    "  Loudness range:\n"
    "    LRA:         0.1 LU\n"
    "    Threshold: -46.4 LUFS\n"
    "    LRA low:   -26.5 LUFS\n"
    "    LRA high:  -26.4 LUFS\n\n"
    "  True peak:\n"
    "    Peak:      -14.7 dBFS\n";

TEST(ReadLoudness, TakesTheSummary) {
    EXPECT_EQ(read_loudness(summary), (loudness{-26.4, -14.7}));
}

TEST(ReadLoudness, NeedsNoPeak) {
    EXPECT_EQ(read_loudness(summary.substr(0, summary.find("  True peak"))), (loudness{-26.4, -120}));
}

TEST(ReadLoudness, KnowsSilence) {
    const auto silent = replaced(replaced(summary, "-26.4 LUFS", "-70.0 LUFS"), "-14.7", "-inf");
    EXPECT_EQ(read_loudness(silent), (loudness{-70, -120}));
    EXPECT_EQ(read_loudness(replaced(summary, "-26.4 LUFS", "-inf LUFS"))->integrated, -70);
    EXPECT_EQ(read_loudness(replaced(summary, "-26.4 LUFS", "nan LUFS"))->integrated, -70);
}

TEST(ReadLoudness, TakesTheLastOfSeveral) {
    const std::string imitated = replaced(replaced(summary, "-26.4", "-16.0"), "-14.7", "-30.0");
    EXPECT_EQ(read_loudness("  title : x\n" + imitated + "  more\n" + summary), (loudness{-26.4, -14.7}));
}

TEST(ReadLoudness, TakesNothingElse) {
    EXPECT_FALSE(read_loudness(""));
    EXPECT_FALSE(read_loudness("    I:         -26.4 LUFS\n"));
    EXPECT_FALSE(read_loudness("[x] Summary:\n"));
    EXPECT_FALSE(read_loudness("[x] Summary:\n    I:  LUFS\n"));
    EXPECT_FALSE(read_loudness("[x] Summary:\n    I: -26.4 dB\n"));
    EXPECT_FALSE(read_loudness("[x] Summary:\n    I: 1e999 LUFS\n"));
    EXPECT_FALSE(read_loudness("[x] Summary:\n title: I: -26.4 LUFS\n"));
    for (std::size_t length = 0; length < summary.size(); ++length)
        read_loudness(std::string_view{summary}.substr(0, length));
}

TEST(ReadLoudness, StaysWithinWhatCanBe) {
    EXPECT_EQ(read_loudness("] Summary:\n I: 1e9 LUFS\n Peak: 1e9 dBFS\n"), (loudness{30, 60}));
}

TEST(IsWhole, AllowsForTheEncodersOwnFrames) {
    struct row {
        std::optional<double> declared;
        double decoded;
        bool whole;
    };
    for (const row& each : {row{100, 100, true}, row{100, 99.9, true}, row{100, 101, true},
                            row{100, 99, false}, row{100, 50, false}, row{1, 0.9, true}, row{1, 0.5, false},
                            row{std::nullopt, 3, true}, row{std::nullopt, 0, false}, row{100, 0, false}}) {
        const probe_reading claimed{48'000, 2, each.declared};
        EXPECT_EQ(is_whole(claimed, each.decoded), each.whole)
            << each.declared.value_or(-1) << " " << each.decoded;
    }
}

}  // namespace
