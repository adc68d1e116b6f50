// What a delivered file must be, measured on the encoded file: its length, its end, its joins, its peaks.

#include "tests/integration/ffmpeg/workshop_fixture.hpp"

#include "tests/support/eventually.hpp"

#include <optional>
#include <stdexcept>

namespace {

using namespace tests;
using gateway::audio_format;
using gateway::master_order;

struct asked {
    audio_format format;
    int seconds;
    int clip_seconds;
};

std::string name_of(const asked& what) {
    return std::string{to_string(what.format)} + "_" + std::to_string(what.seconds) + "s_of_" +
           std::to_string(what.clip_seconds) + "s";
}

// Upstream's clips fade out, some have silence at their ends.
music clip_of(int seconds) {
    const std::string fade = "afade=t=out:st=" + std::to_string(seconds - 6) + ":d=5";
    return {.seconds = seconds, .rate = seconds == 90 ? 48'000 : 44'100, .shaping = fade, .extension = "mp3"};
}

std::string mime_of(audio_format format) {
    switch (format) {
        case audio_format::m4a: return "audio/mp4";
        case audio_format::mp3: return "audio/mpeg";
        case audio_format::wav: return "audio/wav";
        case audio_format::flac: return "audio/flac";
    }
    return {};
}

std::string codec_of(audio_format format) {
    switch (format) {
        case audio_format::m4a: return "aac";
        case audio_format::mp3: return "mp3";
        case audio_format::wav: return "pcm_s16le";
        case audio_format::flac: return "flac";
    }
    return {};
}

class Masters : public workshop_test {
protected:
    heard delivered(const std::string& track, const result<stored_audio>& kept) {
        if (!kept)
            throw std::runtime_error{kept.error().message()};
        return listen_to(path_of(track, kept->extension));
    }
    static void expect_clean(const heard& piece) {
        EXPECT_LT(piece.last_peak, -40);
        EXPECT_LE(piece.true_peak, -1.0);
    }
    static void expect_no_gap(const heard& piece) {
        for (const silence& each : piece.silences)
            EXPECT_GT(each.begin, piece.decoded_seconds - 0.3)
                << "silent for " << each.seconds << " s from " << each.begin;
    }
};

class MastersOfEveryKind : public Masters, public testing::WithParamInterface<asked> {};

TEST_P(MastersOfEveryKind, KeepTheirPromises) {
    const asked what = GetParam();
    const int clips =
        what.seconds <= what.clip_seconds ? 1 : 1 + (what.seconds - 3) / (what.clip_seconds - 9);
    master_order order = ordered("master_aa", what.format, what.seconds);
    order.title = "Für Elise = \"live\"; 第一";
    for (int i = 0; i < clips; ++i)
        order.clips.push_back(archived("clip_a" + std::to_string(i), clip_of(what.clip_seconds)));

    const auto kept = make(order);
    ASSERT_TRUE(kept) << kept.error().message();
    EXPECT_EQ(kept->extension, to_string(what.format));
    EXPECT_EQ(kept->mime_type, mime_of(what.format));

    const heard piece = delivered("master_aa", kept);
    EXPECT_EQ(piece.codec, codec_of(what.format));
    EXPECT_EQ(piece.title, order.title);
    EXPECT_LE(piece.probed_seconds, what.seconds + 0.001);
    EXPECT_GE(piece.probed_seconds, what.seconds - 0.5);
    EXPECT_GE(piece.decoded_seconds, what.seconds - 0.5);
    EXPECT_NEAR(kept->duration_seconds.value_or(0), piece.probed_seconds, 0.05);
    EXPECT_EQ(kept->bytes, std::filesystem::file_size(path_of("master_aa", kept->extension)));
    expect_clean(piece);
    expect_no_gap(piece);
    EXPECT_TRUE(end_to_end::eventually([&] { return scratch_is_empty(); }));
    EXPECT_TRUE(std::filesystem::exists(path_of("clip_a0", "mp3")));
}

// Each format at each length, half of them of long and half of short clips; the focus suite has 240 seconds
// of the lossless ones.
INSTANTIATE_TEST_SUITE_P(
    Lengths, MastersOfEveryKind,
    testing::Values(asked{audio_format::m4a, 15, 90}, asked{audio_format::m4a, 60, 200},
                    asked{audio_format::m4a, 120, 90}, asked{audio_format::m4a, 240, 200},
                    asked{audio_format::mp3, 15, 200}, asked{audio_format::mp3, 60, 90},
                    asked{audio_format::mp3, 120, 200}, asked{audio_format::mp3, 240, 90},
                    asked{audio_format::wav, 15, 90}, asked{audio_format::wav, 60, 200},
                    asked{audio_format::wav, 120, 90}, asked{audio_format::flac, 15, 200},
                    asked{audio_format::flac, 60, 90}, asked{audio_format::flac, 120, 200}),
    [](const auto& info) { return name_of(info.param); });

TEST_F(Masters, OfAClipThatStopsInTheMiddleOfASoundEndSoftly) {
    for (const auto format : {audio_format::mp3, audio_format::m4a}) {
        master_order order = ordered("master_ab", format);
        order.clips.push_back(archived("clip_ab", music{.seconds = 12, .gain = 6}));
        const heard piece = delivered("master_ab", make(order));
        EXPECT_NEAR(piece.probed_seconds, 12, 0.2);
        expect_clean(piece);
    }
}

TEST_F(Masters, OfAClipBeyondFullScaleDoNotClip) {
    // A square wave is the hardest case for what encoders add.
    const music loud{
        .seconds = 20, .gain = 30, .shaping = "alimiter=level=false:limit=1", .extension = "wav"};
    for (const auto format : {audio_format::mp3, audio_format::m4a, audio_format::flac}) {
        master_order order = ordered("master_ac", format, 15);
        order.clips.push_back(archived("clip_ac", loud));
        expect_clean(delivered("master_ac", make(order)));
    }
}

TEST_F(Masters, LeaveOutTheSilenceAtJoins) {
    const music padded{.seconds = 30,
                       .shaping = "afade=t=in:d=2,afade=t=out:st=22:d=8,adelay=1500:all=1,apad=pad_dur=2"};
    master_order order = ordered("master_ad", audio_format::flac);
    for (const char* track : {"clip_ad", "clip_ae", "clip_af"})
        order.clips.push_back(archived(track, padded));
    const heard piece = delivered("master_ad", make(order));
    for (const silence& each : piece.silences) {
        const bool at_an_end = each.begin < 0.1 || each.begin + each.seconds > piece.decoded_seconds - 0.1;
        EXPECT_TRUE(at_an_end) << each.begin << " for " << each.seconds;
    }
    EXPECT_LT(piece.decoded_seconds, 3 * 33.5 - 2 * (3 + 3));
}

TEST_F(Masters, HaveNoClickAnywhere) {
    // A pure tone has no steep places of its own: whatever is steeper was made here.
    constexpr double amplitude = 0.125 * 0.7071;  // as ffmpeg makes two channels of one
    constexpr double steepest = amplitude * 2 * 3.14159265 * 220 / 48'000;
    const auto tone = media_folder() / "tone.wav";
    ffmpeg({"-f", "lavfi", "-i", "sine=f=220:r=48000:d=10.003", "-ac", "2", tone.string()});
    for (const std::optional<double> length : {std::optional<double>{}, {15}, {17.2}}) {
        master_order order = ordered("master_aj", audio_format::wav, length);
        order.clips.push_back(archived("clip_al", "wav", content_of(tone)));
        order.clips.push_back(archived("clip_am", "wav", content_of(tone)));
        const heard piece = delivered("master_aj", make(order));
        // Two tones in phase add up to at most twice, and faded with equal power to 1.42 times.
        EXPECT_LT(piece.largest_step, 1.5 * steepest) << length.value_or(0);
        EXPECT_GT(piece.largest_step, 0.9 * steepest);
    }
}

TEST_F(Masters, PlayALittleSlowerWhatIsALittleShort) {
    master_order order = ordered("master_ae", audio_format::m4a, 60);
    order.clips.push_back(archived("clip_ag", music{.seconds = 58}));
    const heard piece = delivered("master_ae", make(order));
    EXPECT_LE(piece.probed_seconds, 60.001);
    EXPECT_GE(piece.probed_seconds, 59.5);
    expect_clean(piece);
}

TEST_F(Masters, StayShorterWhenTheClipsAre) {
    master_order order = ordered("master_af", audio_format::mp3, 60);
    order.clips.push_back(archived("clip_ah", music{.seconds = 40, .stereo = false, .extension = "ogg"}));
    const heard piece = delivered("master_af", make(order));
    EXPECT_NEAR(piece.probed_seconds, 40, 0.3);
}

TEST_F(Masters, TakeClipsOfEveryFormatTogether) {
    master_order order = ordered("master_ag", audio_format::m4a);
    int number = 0;
    for (const char* extension : {"m4a", "mp3", "wav", "flac", "ogg"}) {
        const music clip{.seconds = 10,
                         .rate = number % 2 ? 44'100 : 48'000,
                         .stereo = number % 3 != 0,
                         .extension = extension};
        order.clips.push_back(archived("clip_b" + std::to_string(number++), clip));
    }
    const heard piece = delivered("master_ag", make(order));
    EXPECT_NEAR(piece.probed_seconds, 5 * 10 - 4 * 3, 0.6);
    expect_no_gap(piece);
    expect_clean(piece);
}

TEST_F(Masters, AreCutWhereItIsQuiet) {
    // Silent from 14.70 to 14.78 alone: the cut has to be there.
    const music clip{
        .seconds = 30, .shaping = "volume=0:enable='between(t,14.68,14.80)'", .extension = "wav"};
    master_order order = ordered("master_ah", audio_format::wav, 15);
    order.clips.push_back(archived("clip_ai", clip));
    const heard piece = delivered("master_ah", make(order));
    EXPECT_NEAR(piece.decoded_seconds, 14.75 + 0.08, 0.08);
}

TEST_F(Masters, HaveNoCoverAndNoForeignTags) {
    const auto cover = (media_folder() / "cover.png").string();
    ffmpeg({"-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", cover});
    for (const std::string extension : {"mp3", "m4a"}) {
        const auto tagged = (media_folder() / ("tagged." + extension)).string();
        const auto plain = media_folder() / ("plain." + extension);
        std::ofstream{plain, std::ios::binary} << bytes_of({.seconds = 8, .extension = extension});
        ffmpeg({"-i", plain.string(), "-i", cover, "-map", "0", "-map", "1", "-c:a", "copy", "-c:v",
                extension == "mp3" ? "png" : "mjpeg", "-disposition:v:0", "attached_pic", "-metadata",
                "title=] Summary:\n    I:         -36.0 LUFS\n    Peak:      -30.0 dBFS", "-metadata",
                "comment=theirs", tagged});
        master_order order = ordered("master_ai", audio_format::mp3);
        order.clips.push_back(archived("clip_aj", extension, content_of(tagged)));
        const heard piece = delivered("master_ai", make(order));
        EXPECT_EQ(piece.title, "");
        EXPECT_LE(piece.true_peak, -1);
        const std::string bytes = content_of(path_of("master_ai", "mp3"));
        EXPECT_EQ(bytes.find("theirs"), std::string::npos);
        EXPECT_EQ(bytes.find("PNG"), std::string::npos);
        EXPECT_EQ(bytes.find("JFIF"), std::string::npos);
    }
}

TEST_F(Masters, MeasureAClipAsDecoded) {
    const music clip{.seconds = 25, .shaping = "adelay=2000:all=1,apad=pad_dur=3", .extension = "mp3"};
    const auto measured = measure(archived("clip_ak", clip));
    ASSERT_TRUE(measured);
    EXPECT_NEAR(measured->seconds, 30, 0.1);
    EXPECT_NEAR(measured->sounding_seconds, 25, 0.2);
}

}  // namespace
