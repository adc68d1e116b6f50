// What the programs are asked to do, word for word where it matters for safety.

#include "adapters/ffmpeg/command_lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace adapters::ffmpeg;
using gateway::audio_format;
using std::chrono::seconds;

media_file clip(const std::string& extension) {
    return {"clip0", extension, *media_kind_of(extension)};
}

bool has(const arguments& all, const std::string& name, const std::string& value) {
    for (auto at = std::find(all.begin(), all.end(), name); at != all.end();
         at = std::find(at + 1, all.end(), name)) {
        if (at + 1 != all.end() && *(at + 1) == value)
            return true;
    }
    return false;
}

std::string value_of(const arguments& all, const std::string& name) {
    const auto at = std::find(all.begin(), all.end(), name);
    return at == all.end() || at + 1 == all.end() ? "" : *(at + 1);
}

std::ptrdiff_t place_of(const arguments& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) - all.begin();
}

TEST(MediaKindOf, KnowsTheArchivesExtensionsAndNoOther) {
    for (const char* known : {"m4a", "mp3", "wav", "flac", "ogg"})
        EXPECT_TRUE(media_kind_of(known)) << known;
    for (const char* unknown : {"", "m3u8", "mp4", "M4A", "ffconcat", "m4a "})
        EXPECT_FALSE(media_kind_of(unknown)) << unknown;
}

TEST(ClipArguments, OpenTheFileAsItsKindAloneAndNothingElse) {
    for (const char* extension : {"m4a", "mp3", "wav", "flac", "ogg"}) {
        const media_file of = clip(extension);
        for (const arguments& all :
             {probe_arguments(of), decode_arguments(of, 48'000, seconds{60}, "out.wav"),
              measure_arguments(of)}) {
            EXPECT_TRUE(has(all, "-f", std::string{of.kind.demuxer}));
            EXPECT_TRUE(has(all, "-format_whitelist", std::string{of.kind.demuxer}));
            EXPECT_TRUE(has(all, "-protocol_whitelist", "file"));
            EXPECT_TRUE(value_of(all, "-codec_whitelist").starts_with(of.kind.decoders));
            EXPECT_EQ(std::count(all.begin(), all.end(), "file:clip0"), 1);
        }
        const auto decode = decode_arguments(of, 48'000, seconds{60}, "out.wav");
        // Options before a file are that file's.
        EXPECT_LT(place_of(decode, "-protocol_whitelist"), place_of(decode, "-i"));
        EXPECT_LT(place_of(decode, "-codec_whitelist"), place_of(decode, "-i"));
        for (const char* flag : {"-nostdin", "-vn", "-sn", "-dn"})
            EXPECT_EQ(std::count(decode.begin(), decode.end(), flag), 1) << flag;
        EXPECT_TRUE(has(decode, "-t", "61"));
        EXPECT_TRUE(has(decode, "-map_metadata", "-1"));
        EXPECT_EQ(decode.back(), "file:out.wav");
    }
}

TEST(DecodeArguments, MeasureAWindowOfAFixedTime) {
    EXPECT_NE(
        value_of(decode_arguments(clip("mp3"), 48'000, seconds{60}, "o"), "-af").find("asetnsamples=n=2400:"),
        std::string::npos);
    EXPECT_NE(
        value_of(decode_arguments(clip("mp3"), 44'100, seconds{60}, "o"), "-af").find("asetnsamples=n=2205:"),
        std::string::npos);
}

TEST(JoinArguments, SayThePlan) {
    master_plan plan;
    plan.pieces = {piece{.clip = 0, .from = 0, .to = 60.5, .gain = 0, .overlap = 0},
                   piece{.clip = 2, .from = 1.25, .to = 50, .gain = -3.5, .overlap = 3}};
    plan.seconds = 90.08;
    plan.tail = 0.08;
    plan.fade_out = 1;
    const auto all = join_arguments(plan, {"a.wav", "b.wav", "c.wav"}, "joined.wav");
    EXPECT_EQ(value_of(all, "-filter_complex"),
              "[0:a]atrim=start=0.000000:end=60.500000,asetpts=PTS-STARTPTS[p0];"
              "[2:a]atrim=start=1.250000:end=50.000000,asetpts=PTS-STARTPTS,volume=-3.500000dB[p1];"
              "[p0][p1]acrossfade=d=3.000000:c1=qsin:c2=qsin[j1];"
              "[j1]atrim=end=90.000000,asetpts=PTS-STARTPTS,"
              "afade=t=out:st=89.000000:d=1.000000:curve=hsin,apad=whole_dur=90.080000,"
              "ebur128=framelog=verbose:peak=true[whole]");
    EXPECT_EQ(std::count(all.begin(), all.end(), "-i"), 3);
    EXPECT_EQ(all.back(), "file:joined.wav");
}

TEST(JoinArguments, StretchBeforeTheyCut) {
    master_plan plan;
    plan.pieces = {piece{.clip = 0, .from = 0, .to = 58, .gain = 0, .overlap = 0}};
    plan.tempo = 0.97;
    plan.seconds = 60;
    const std::string graph = value_of(join_arguments(plan, {"a.wav"}, "o"), "-filter_complex");
    EXPECT_NE(graph.find("[p0]atempo=0.970000,atrim=end=60.000000,"), std::string::npos) << graph;
}

encode_order order_of(audio_format format) {
    encode_order order;
    order.from = "joined.wav";
    order.to = "master";
    order.format = format;
    return order;
}

TEST(EncodeArguments, NameTheEncoderAndTheContainer) {
    struct row {
        audio_format format;
        const char* encoder;
        const char* container;
    };
    for (const row& each :
         {row{audio_format::m4a, "aac", "ipod"}, row{audio_format::mp3, "libmp3lame", "mp3"},
          row{audio_format::wav, "pcm_s16le", "wav"}, row{audio_format::flac, "flac", "flac"}}) {
        const auto all = encode_arguments(order_of(each.format));
        EXPECT_TRUE(has(all, "-c:a", each.encoder));
        EXPECT_TRUE(has(all, "-f", each.container));
    }
    EXPECT_TRUE(has(encode_arguments(order_of(audio_format::m4a)), "-movflags", "+faststart"));
}

TEST(EncodeArguments, LimitAtFourTimesTheRate) {
    auto order = order_of(audio_format::wav);
    order.sample_rate = 44'100;
    order.loudness = {4.25, -1.5};
    EXPECT_EQ(value_of(encode_arguments(order), "-af"),
              "volume=4.250000dB,aresample=176400,"
              "alimiter=level=false:latency=true:attack=5:release=80:limit=-1.500000dB,aresample=44100");
    order.loudness.limit.reset();
    EXPECT_EQ(value_of(encode_arguments(order), "-af"), "volume=4.250000dB");
}

TEST(EncodeArguments, KeepATitleInOneArgument) {
    auto order = order_of(audio_format::mp3);
    for (const char* title : {"-i /etc/passwd", "a=b;c", "\"quoted\" 'both' \\", "Für Elise 第一", "%s %n"}) {
        order.title = title;
        EXPECT_TRUE(has(encode_arguments(order), "-metadata", std::string{"title="} + title));
    }
    order.title.clear();
    const auto all = encode_arguments(order);
    EXPECT_EQ(std::count(all.begin(), all.end(), "-metadata"), 0);
}

TEST(TagText, HasNoControlCharactersAndABound) {
    EXPECT_EQ(tag_text(std::string("a\nb\tc\0d\x7f", 8)), "a b c d ");
    std::string umlauts;
    for (int i = 0; i < 600; ++i)
        umlauts += "\xc3\xbc";
    EXPECT_EQ(tag_text(umlauts).size(), 1000u);
    EXPECT_EQ(tag_text("x" + umlauts).size(), 999u);
    EXPECT_EQ(tag_text(std::string(2000, '\x80')), "");
}

TEST(WorkingRate, IsTheDiscsWhenAllAre) {
    EXPECT_EQ(working_rate({44'100, 44'100}), 44'100);
    EXPECT_EQ(working_rate({44'100, 48'000}), 48'000);
    EXPECT_EQ(working_rate({22'050}), 48'000);
    EXPECT_EQ(working_rate({}), 48'000);
}

}  // namespace
