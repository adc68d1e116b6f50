#include "tests/unit/media/probed_text.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace {

using tests::big;
using tests::is_not_audio;
using tests::probe;

std::string box(const std::string& type, const std::string& body) {
    return big(8 + body.size(), 4) + type + body;
}

std::string large_box(const std::string& type, const std::string& body) {
    return big(1, 4) + type + big(16 + body.size(), 8) + body;
}

std::string endless_box(const std::string& type, const std::string& body) {
    return big(0, 4) + type + body;
}

const std::string ftyp = box("ftyp", "M4A " + big(0, 4) + "isom");

std::string time_v0(std::uint32_t scale, std::uint32_t units) {
    return big(0, 4) + big(0, 8) + big(scale, 4) + big(units, 4) + std::string(80, '\0');
}

std::string time_v1(std::uint32_t scale, std::uint64_t units) {
    return big(1, 1) + big(0, 3) + big(0, 16) + big(scale, 4) + big(units, 8) + std::string(80, '\0');
}

std::string track(const std::string& handler, const std::string& tables = {},
                  const std::string& mdhd = time_v0(1000, 0)) {
    const std::string hdlr = box("hdlr", big(0, 8) + handler + std::string(13, '\0'));
    return box("trak", box("mdia", box("mdhd", mdhd) + hdlr + box("minf", box("stbl", tables))));
}

std::string moov(const std::string& mvhd, const std::string& rest = track("soun")) {
    return box("moov", box("mvhd", mvhd) + rest);
}

const std::string sound = box("mdat", std::string(500, 'x'));
const std::string good = ftyp + moov(time_v0(1000, 61500)) + sound;

struct mp4_case {
    const char* name;
    std::string file;
    std::optional<double> duration;
};

class RecognisesMp4 : public testing::TestWithParam<mp4_case> {};

TEST_P(RecognisesMp4, AndMeasuresIt) {
    const auto probed = probe(GetParam().file);
    ASSERT_TRUE(probed) << probed.error().message();
    EXPECT_EQ(probed->extension, "m4a");
    EXPECT_EQ(probed->mime_type, "audio/mp4");
    EXPECT_EQ(probed->bytes, GetParam().file.size());
    EXPECT_EQ(probed->duration_seconds, GetParam().duration);
}

const mp4_case accepted[] = {
    {"IndexFirst", good, 61.5},
    {"IndexLast", ftyp + sound + moov(time_v0(1000, 61500)), 61.5},
    {"Version1Header", ftyp + moov(time_v1(48000, 48000 * 90ull)) + sound, 90.0},
    {"LargeSizes",
     ftyp + large_box("moov", box("mvhd", time_v0(10, 5)) + track("soun")) + large_box("mdat", "abc"), 0.5},
    {"SamplesToTheEnd", ftyp + moov(time_v0(1000, 2000)) + endless_box("mdat", "abc"), 2.0},
    {"IndexToTheEnd", ftyp + sound + endless_box("moov", box("mvhd", time_v0(1, 7)) + track("soun")), 7.0},
    {"UnknownBoxesBetween", ftyp + box("free", "1234") + box("zzzz", "") + good.substr(ftyp.size()), 61.5},
    {"CoverVideoBesideSound", ftyp + moov(time_v0(1, 3), track("vide") + track("soun")) + sound, 3.0},
    {"UnknownBrand", box("ftyp", "zzzz" + big(0, 4)) + good.substr(ftyp.size()), 61.5},
    {"QuickTimeTerminator", ftyp + moov(time_v0(1, 3), track("soun") + big(0, 4)) + sound, 3.0},
    {"FragmentsTellInMehd",
     ftyp + moov(time_v0(1000, 0), box("mvex", box("mehd", big(0, 4) + big(4500, 4))) + track("soun")) +
         box("moof", "") + sound,
     4.5},
    {"FragmentsTellInMehdVersion1",
     ftyp +
         moov(time_v0(1000, 0),
              box("mvex", box("mehd", big(1, 1) + big(0, 3) + big(4500, 8))) + track("soun")) +
         box("moof", "") + sound,
     4.5},
    {"FragmentsThatDoNotTell",
     ftyp + moov(time_v0(1000, 0), box("mvex", box("trex", "")) + track("soun")) + box("moof", "") + sound,
     std::nullopt},
    {"OnlyTheTrackTells", ftyp + moov(time_v0(1000, 0), track("soun", "", time_v0(44100, 88200))) + sound,
     2.0},
    {"UnknownDurationIsAllOnes", ftyp + moov(time_v0(1000, 0xffffffff)) + sound, std::nullopt},
    {"UnknownDurationIsAllOnesInVersion1", ftyp + moov(time_v1(1000, ~0ull)) + sound, std::nullopt},
    {"ScaleZeroTellsNothing", ftyp + moov(time_v0(0, 1000)) + sound, std::nullopt},
    {"AbsurdDurationIsNotBelieved", ftyp + moov(time_v1(1, 1ull << 62)) + sound, std::nullopt},
    {"ChunkInsideTheFile",
     ftyp + moov(time_v0(1, 3), track("soun", box("stco", big(0, 4) + big(1, 4) + big(300, 4)))) + sound,
     3.0},
};

INSTANTIATE_TEST_SUITE_P(Files, RecognisesMp4, testing::ValuesIn(accepted),
                         [](const auto& info) { return std::string{info.param.name}; });

struct broken_case {
    const char* name;
    std::string file;
};

class RefusesMp4 : public testing::TestWithParam<broken_case> {};

TEST_P(RefusesMp4, AsNotAudio) {
    EXPECT_TRUE(is_not_audio(GetParam().file));
}

const broken_case refused[] = {
    {"SamplesBeyondTheFile", ftyp + big(100000, 4) + "mdat" + std::string(500, 'x')},
    {"SamplesBeyondTheFileAfterTheIndex", good.substr(0, good.size() - 1)},
    {"SamplesBeyondTheFileBy64Bits", ftyp + moov(time_v0(1, 1)) + big(1, 4) + "mdat" + big(~0ull, 8) + "x"},
    {"NoIndex", ftyp + sound},
    {"NoSamples", ftyp + moov(time_v0(1, 1))},
    {"EmptySamples", ftyp + moov(time_v0(1, 1)) + box("mdat", "")},
    {"OnlyVideo", ftyp + moov(time_v0(1, 1), track("vide")) + sound},
    {"NoTrack", ftyp + moov(time_v0(1, 1), "") + sound},
    {"PictureOfTheSameFamily", box("ftyp", "heic" + big(0, 4)) + box("meta", "x") + sound},
    {"SizeSmallerThanItsHeader", ftyp + big(7, 4) + "free" + good.substr(ftyp.size())},
    {"LargeSizeSmallerThanItsHeader", ftyp + big(1, 4) + "free" + big(15, 8) + good.substr(ftyp.size())},
    {"IndexBeyondTheFile", ftyp + sound + moov(time_v0(1, 1)).substr(0, 150)},
    {"HalfAHeaderAtTheEnd", good + big(100, 4)},
    {"NothingButTheType", ftyp},
    {"EndlessSamplesCutBeforeTheLastChunk",
     ftyp +
         moov(time_v0(1, 3),
              track("soun", box("stco", big(0, 4) + big(2, 4) + big(300, 4) + big(90000, 4)))) +
         endless_box("mdat", "abc")},
    {"EndlessSamplesCutBeforeTheLastFarChunk",
     ftyp + moov(time_v0(1, 3), track("soun", box("co64", big(0, 4) + big(1, 4) + big(1ull << 40, 8)))) +
         endless_box("mdat", "abc")},
};

INSTANTIATE_TEST_SUITE_P(Files, RefusesMp4, testing::ValuesIn(refused),
                         [](const auto& info) { return std::string{info.param.name}; });

TEST(Mp4Probe, EveryCutIsSeen) {
    for (std::size_t cut = 0; cut < good.size(); ++cut)
        EXPECT_TRUE(is_not_audio(good.substr(0, cut))) << "cut at " << cut;
}

TEST(Mp4Probe, SurvivesEveryChangedByte) {
    EXPECT_GT(tests::survive_mutations(good, 400), 1000u);
}

TEST(Mp4Probe, HugeTableCountStaysInsideItsBox) {
    const std::string liar = box("stco", big(0, 4) + big(0xffffffff, 4) + big(90000, 4));
    EXPECT_TRUE(probe(ftyp + moov(time_v0(1, 3), track("soun", liar)) + sound));
}

TEST(Mp4Probe, DeepNestingCostsNothing) {
    std::string nested = "x";
    for (int depth = 0; depth < 2000; ++depth)
        nested = box("moov", nested);
    EXPECT_TRUE(is_not_audio(ftyp + nested + sound));
}

TEST(Mp4Probe, ThousandsOfFragmentsAreStillOneFile) {
    std::string fragments;
    for (int i = 0; i < 5000; ++i)
        fragments += box("moof", "12345678") + box("mdat", std::string(40, 'x'));
    EXPECT_TRUE(probe(ftyp + moov(time_v0(1, 3)) + fragments));
}

// A file of nothing but boxes, made up while it is read, so that only the budget can end the walk.
class endless_boxes final : public gateway::media::random_access {
public:
    std::uint64_t size() const noexcept override { return std::uint64_t{1} << 50; }
    gateway::result<std::size_t> read(std::uint64_t offset, unsigned char* into, std::size_t most) override {
        ++reads;
        const std::string pattern = box("free", std::string(8, '\0'));
        for (std::size_t i = 0; i < most; ++i) {
            const auto at = offset + i;
            into[i] =
                static_cast<unsigned char>(at < ftyp.size() ? ftyp[at] : pattern[(at - ftyp.size()) % 16]);
        }
        return most;
    }
    std::size_t reads = 0;
};

TEST(Mp4Probe, EndlessBoxesEndWithTheBudget) {
    endless_boxes file;
    const auto probed = gateway::media::probe_media(file);
    ASSERT_FALSE(probed);
    EXPECT_TRUE(is(probed.error(), gateway::errc::not_audio));
    EXPECT_LE(file.reads, 32u * 1024u);
}

std::map<std::string, std::string> real_files(const std::string& extension) {
    std::map<std::string, std::string> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator{GATEWAY_TEST_MEDIA, none}) {
        if (entry.path().extension() != extension)
            continue;
        std::ifstream file{entry.path(), std::ios::binary};
        found[entry.path().filename()] = {std::istreambuf_iterator<char>{file}, {}};
    }
    return found;
}

TEST(Mp4Probe, RealFilesAreRecognisedAndEveryCutOfTheirLastBytesIsSeen) {
    const auto files = real_files(".m4a");
    ASSERT_FALSE(files.empty());
    for (const auto& [name, text] : files) {
        const auto probed = probe(text);
        ASSERT_TRUE(probed) << name;
        EXPECT_EQ(probed->extension, "m4a") << name;
        ASSERT_TRUE(probed->duration_seconds) << name;
        EXPECT_GT(*probed->duration_seconds, 0.5) << name;
        for (std::size_t lost = 1; lost < text.size(); lost += 1 + text.size() / 1000)
            EXPECT_TRUE(is_not_audio(text.substr(0, text.size() - lost)))
                << name << " without its last " << lost;
    }
}

TEST(Mp4Probe, RealFilesSurviveChangedBytes) {
    for (const auto& [name, text] : real_files(".m4a")) {
        EXPECT_GT(tests::survive_mutations(text.substr(0, 20000), 1500), 1000u) << name;
        // The index may stand at the end: bring it to the front of what is changed.
        if (const auto index = text.find("moov"); index != std::string::npos && index > 1500) {
            EXPECT_GT(tests::survive_mutations(ftyp + text.substr(index - 4) + sound, 1500), 1000u) << name;
        }
    }
}

}  // namespace
