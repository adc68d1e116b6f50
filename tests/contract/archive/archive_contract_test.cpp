// What every archive of finished audio promises, whatever it keeps files in.
#include "tests/contract/archive/archive_under_test.hpp"
#include "tests/support/await.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace tests;
using namespace std::chrono_literals;
using gateway::errc;
using gateway::result;

class AudioArchive : public testing::TestWithParam<archive_kind> {
protected:
    gateway::audio_archive& archive() {
        if (!under_test_)
            under_test_ = GetParam().make(context, largest);
        return under_test_->archive();
    }
    std::unique_ptr<gateway::audio_sink> begin(const std::string& track) {
        auto sink = await(context, archive().begin(track));
        return sink ? std::move(*sink) : nullptr;
    }
    result<gateway::stored_audio> store(const std::string& track, const std::string& bytes) {
        auto sink = begin(track);
        if (!sink)
            return make_error_code(errc::internal);
        for (std::size_t at = 0; at < bytes.size(); at += 1 << 20) {
            if (const auto written = await(context, sink->write(bytes.substr(at, 1 << 20))); !written)
                return written.error();
        }
        return await(context, sink->keep());
    }
    result<std::unique_ptr<gateway::audio_source>> open(const std::string& track,
                                                        const std::string& extension) {
        return await(context, archive().open(track, extension));
    }
    result<std::string> read(gateway::audio_source& source, std::uint64_t offset, std::size_t most) {
        return await(context, source.read(offset, most));
    }
    std::string content(const std::string& track, const std::string& extension) {
        const auto source = open(track, extension);
        if (!source)
            return source.error().message();
        const auto bytes = read(**source, 0, 1 << 30);
        return bytes ? *bytes : bytes.error().message();
    }
    bool is_gone(const std::string& track, const std::string& extension) {
        const auto source = open(track, extension);
        return !source && is(source.error(), errc::not_found);
    }
    std::size_t sweep(std::chrono::seconds age, std::size_t limit) {
        return await(context, under_test_->remove_older_than(age, limit)).value();
    }
    void make_older(std::chrono::hours by) { under_test_->age(by); }

    boost::asio::io_context context{1};
    std::uint64_t largest = 64 << 20;

private:
    std::unique_ptr<archive_under_test> under_test_;
};

INSTANTIATE_TEST_SUITE_P(Kind, AudioArchive, testing::Values(folder_kind(), s3_kind(), s3_in_parts_kind()),
                         [](const auto& info) { return info.param.name; });

TEST_P(AudioArchive, KeepsWhatWasWrittenAndReadsItBack) {
    std::string bytes = wav(12'000'000);
    for (std::size_t at = 44; at < bytes.size(); ++at)
        bytes[at] = static_cast<char>(at * 31 + at / 1000);
    const auto kept = store("track_0a1b2c", bytes);
    ASSERT_TRUE(kept);
    EXPECT_EQ(*kept, (gateway::stored_audio{"wav", "audio/wav", bytes.size(), 12'000.0}));

    const auto source = open("track_0a1b2c", "wav");
    ASSERT_TRUE(source);
    ASSERT_EQ((*source)->size(), bytes.size());
    EXPECT_EQ(read(**source, 0, 262'144).value(), bytes.substr(0, 262'144));
    EXPECT_EQ(read(**source, 262'144, 100'000).value(), bytes.substr(262'144, 100'000));
    EXPECT_EQ(read(**source, 362'144, 1).value(), bytes.substr(362'144, 1));
    EXPECT_EQ(read(**source, 362'145, 2'000'000).value(), bytes.substr(362'145, 2'000'000));
    EXPECT_EQ(read(**source, 100, 10).value(), bytes.substr(100, 10));
    EXPECT_EQ(read(**source, bytes.size() - 1, 10).value(), bytes.substr(bytes.size() - 1));
    EXPECT_EQ(read(**source, bytes.size(), 10).value(), "");
    EXPECT_EQ(read(**source, ~std::uint64_t{0}, 10).value(), "");
    EXPECT_EQ(content("track_0a1b2c", "wav"), bytes);
}

TEST_P(AudioArchive, AFileIsInvisibleUntilItIsKept) {
    auto sink = begin("track_aa");
    ASSERT_TRUE(sink);
    ASSERT_TRUE(await(context, sink->write(wav(10))));
    EXPECT_TRUE(is_gone("track_aa", "wav"));
    sink.reset();
    EXPECT_TRUE(is_gone("track_aa", "wav"));
}

TEST_P(AudioArchive, ForeignOrShortBytesAreNotKeptAndReplaceNothing) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    EXPECT_TRUE(is(store("track_aa", "<html>gone</html>").error(), errc::not_audio));
    EXPECT_TRUE(is(store("track_aa", wav(100).substr(0, 100)).error(), errc::not_audio));
    EXPECT_EQ(content("track_aa", "wav"), wav(10));
}

TEST_P(AudioArchive, RefusesMoreThanTheLargestFile) {
    largest = 100;
    auto sink = begin("track_aa");
    ASSERT_TRUE(await(context, sink->write(std::string(100, 'x'))));
    EXPECT_TRUE(is(await(context, sink->write("x")).error(), errc::body_too_large));
    EXPECT_TRUE(is(await(context, sink->keep()).error(), errc::archive_failed));
    EXPECT_TRUE(is_gone("track_aa", "wav"));
}

TEST_P(AudioArchive, KeepWorksOnlyOnce) {
    auto sink = begin("track_aa");
    ASSERT_TRUE(await(context, sink->write(wav(10))));
    ASSERT_TRUE(await(context, sink->keep()));
    EXPECT_TRUE(is(await(context, sink->keep()).error(), errc::archive_failed));
    EXPECT_TRUE(is(await(context, sink->write("x")).error(), errc::archive_failed));
    EXPECT_EQ(content("track_aa", "wav"), wav(10));
}

TEST_P(AudioArchive, ANewFileReplacesTheOldWhateverItsFormat) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    ASSERT_TRUE(store("track_aa", wav(20)));
    EXPECT_EQ(content("track_aa", "wav"), wav(20));
    ASSERT_TRUE(store("track_aa_2", wav(30)));
    ASSERT_TRUE(store("track_aa", mp3()));
    EXPECT_TRUE(is_gone("track_aa", "wav"));
    EXPECT_EQ(content("track_aa", "mp3"), mp3());
    EXPECT_EQ(content("track_aa_2", "wav"), wav(30)) << "another track, however much it looks alike";
}

TEST_P(AudioArchive, RemovingTwiceIsFine) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    EXPECT_TRUE(await(context, archive().remove("track_aa", "wav")));
    EXPECT_TRUE(is_gone("track_aa", "wav"));
    EXPECT_TRUE(await(context, archive().remove("track_aa", "wav")));
}

TEST_P(AudioArchive, NamesThatAreNoTrackReachNothing) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    const std::vector<std::string> hostile{"",          "a",
                                           "../secret", "..",
                                           "aa/../aa",  "track aa",
                                           "TRACK_AA",  "a.b",
                                           "/etc",      std::string("aa\0b", 4),
                                           "träck",     std::string(65, 'a')};
    for (const std::string& name : hostile) {
        EXPECT_FALSE(begin(name)) << name;
        EXPECT_TRUE(is_gone(name, "wav")) << name;
        EXPECT_TRUE(await(context, archive().remove(name, "wav"))) << name;
    }
    const std::vector<std::string> extensions{"", "../wav", "wav/", "WAV", "waaaaaaav", "wav?x", "w v"};
    for (const std::string& extension : extensions) {
        EXPECT_TRUE(is_gone("track_aa", extension)) << extension;
        EXPECT_TRUE(await(context, archive().remove("track_aa", extension))) << extension;
    }
    EXPECT_EQ(content("track_aa", "wav"), wav(10));
}

TEST_P(AudioArchive, RetentionRemovesOldFilesInBatchesAndGoesOnWhereItEnded) {
    for (const char* name : {"track_1aa", "track_2aa", "track_1bb", "track_1cc"})
        ASSERT_TRUE(store(name, wav(10)));
    make_older(48h);
    ASSERT_TRUE(store("track_0aa", wav(10)));

    std::size_t removed = 0;
    for (int batch = 0; batch < 3; ++batch) {
        const std::size_t now = sweep(24h, 2);
        EXPECT_LE(now, 2U);
        removed += now;
    }
    EXPECT_EQ(removed, 4U);
    EXPECT_EQ(sweep(24h, 100), 0U);
    for (const char* name : {"track_1aa", "track_2aa", "track_1bb", "track_1cc"})
        EXPECT_TRUE(is_gone(name, "wav")) << name;
    EXPECT_EQ(content("track_0aa", "wav"), wav(10));

    make_older(48h);  // a new round begins at the first file
    sweep(24h, 100);
    EXPECT_TRUE(sweep(24h, 100) == 0 && is_gone("track_0aa", "wav"));
}

}  // namespace
