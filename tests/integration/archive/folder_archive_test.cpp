#include "tests/integration/archive/folder_fixture.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <vector>

namespace tests {

using namespace std::chrono_literals;

namespace {

TEST_F(FolderArchive, KeepsWhatWasWrittenAndReadsItBack) {
    const std::string bytes = wav(300'000);
    auto sink = begin("track_0a1b2c");
    ASSERT_TRUE(sink);
    for (std::size_t at = 0; at < bytes.size(); at += 65'536)
        ASSERT_TRUE(tests::await(context, sink->write(bytes.substr(at, 65'536))));
    const auto kept = tests::await(context, sink->keep());
    ASSERT_TRUE(kept);
    const gateway::stored_audio expected{"wav", "audio/wav", bytes.size(), 300.0};
    EXPECT_EQ(*kept, expected);

    const auto source = open("track_0a1b2c", "wav");
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->size(), bytes.size());
    EXPECT_EQ(read(**source, 0, 262'144).value(), bytes.substr(0, 262'144));
    EXPECT_EQ(read(**source, 262'144, 262'144).value(), bytes.substr(262'144));
    EXPECT_EQ(read(**source, bytes.size() - 1, 10).value(), "s");
    EXPECT_EQ(read(**source, bytes.size(), 10).value(), "");
    EXPECT_EQ(read(**source, ~std::uint64_t{0}, 10).value(), "");
}

TEST_F(FolderArchive, LaysFilesOutByTheLastTwoCharactersForTheGroupToRead) {
    ASSERT_TRUE(store("track_0a1b2c", wav(10)));
    EXPECT_EQ(names_in("2c"), std::set<std::string>{"track_0a1b2c.wav"});
    EXPECT_TRUE(names_in(".partial").empty());
    struct stat now {};
    ASSERT_EQ(::stat((root / "audio/2c/track_0a1b2c.wav").c_str(), &now), 0);
    EXPECT_EQ(now.st_mode & 0777 & ~0640u, 0u);
    EXPECT_EQ(now.st_mode & 0600, 0600u);
}

TEST_F(FolderArchive, SurvivesARestart) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    close_archive();
    EXPECT_EQ(content("track_aa", "wav"), wav(10));
}

TEST_F(FolderArchive, AFileIsInvisibleUntilItIsKept) {
    auto sink = begin("track_aa");
    ASSERT_TRUE(tests::await(context, sink->write(wav(10))));
    EXPECT_TRUE(is(open("track_aa", "wav").error(), errc::not_found));
    EXPECT_EQ(names_in(".partial").size(), 1u);
}

TEST_F(FolderArchive, ASinkDestroyedWithoutKeepLeavesNothing) {
    auto sink = begin("track_aa");
    ASSERT_TRUE(tests::await(context, sink->write("half a file")));
    sink.reset();
    close_archive();  // waits for the file threads
    EXPECT_TRUE(names_in(".partial").empty());
    EXPECT_TRUE(names_in("aa").empty());
}

TEST_F(FolderArchive, ASinkThatOutlivesTheArchiveLeavesNothing) {
    auto sink = begin("track_aa");
    close_archive();
    ASSERT_TRUE(tests::await(context, sink->write("half a file")));
    EXPECT_EQ(names_in(".partial").size(), 1u);
    sink.reset();
    EXPECT_TRUE(names_in(".partial").empty());
}

TEST_F(FolderArchive, ForeignOrShortBytesAreNotKept) {
    EXPECT_TRUE(is(store("track_aa", "<html>gone</html>").error(), errc::not_audio));
    EXPECT_TRUE(is(store("track_aa", wav(100).substr(0, 100)).error(), errc::not_audio));
    EXPECT_TRUE(names_in(".partial").empty());
    EXPECT_TRUE(names_in("aa").empty());
}

TEST_F(FolderArchive, AFileThatIsNoAudioDoesNotReplaceOneThatIs) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    EXPECT_FALSE(store("track_aa", "<html>gone</html>"));
    EXPECT_EQ(content("track_aa", "wav"), wav(10));
}

TEST_F(FolderArchive, RefusesMoreThanTheLargestFileAndLeavesNothing) {
    largest = 100;
    auto sink = begin("track_aa");
    ASSERT_TRUE(tests::await(context, sink->write(std::string(100, 'x'))));
    EXPECT_TRUE(is(tests::await(context, sink->write("x")).error(), errc::body_too_large));
    EXPECT_TRUE(is(tests::await(context, sink->keep()).error(), errc::archive_failed));
    sink.reset();
    close_archive();
    EXPECT_TRUE(names_in(".partial").empty());
}

TEST_F(FolderArchive, KeepWorksOnlyOnce) {
    auto sink = begin("track_aa");
    ASSERT_TRUE(tests::await(context, sink->write(wav(10))));
    ASSERT_TRUE(tests::await(context, sink->keep()));
    EXPECT_TRUE(is(tests::await(context, sink->keep()).error(), errc::archive_failed));
    EXPECT_TRUE(is(tests::await(context, sink->write("x")).error(), errc::archive_failed));
    EXPECT_EQ(content("track_aa", "wav"), wav(10));
}

TEST_F(FolderArchive, ANewFileReplacesTheOldWhateverItsFormat) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    ASSERT_TRUE(store("track_aa", wav(20)));
    EXPECT_EQ(content("track_aa", "wav"), wav(20));
    ASSERT_TRUE(store("track_aa", mp3()));
    EXPECT_EQ(names_in("aa"), std::set<std::string>{"track_aa.mp3"});
}

TEST_F(FolderArchive, AFileReplacedOrRemovedWhileItIsReadIsStillReadWhole) {
    const std::string before = wav(5000, 'a');
    ASSERT_TRUE(store("track_aa", before));
    const auto source = open("track_aa", "wav");
    ASSERT_TRUE(source);
    const std::string head = read(**source, 0, 1000).value();
    ASSERT_TRUE(store("track_aa", wav(9000, 'b')));
    ASSERT_TRUE(tests::await(context, archive().remove("track_aa", "wav")));
    close_archive();
    EXPECT_EQ((*source)->size(), before.size());
    EXPECT_EQ(head + read(**source, 1000, 1 << 20).value(), before);
}

TEST_F(FolderArchive, AFileCutWhileItIsReadIsAFailure) {
    ASSERT_TRUE(store("track_aa", wav(5000)));
    const auto source = open("track_aa", "wav");
    fs::resize_file(root / "audio/aa/track_aa.wav", 100);
    EXPECT_TRUE(is(read(**source, 0, 1 << 20).error(), errc::archive_failed));
}

TEST_F(FolderArchive, RemovingTwiceIsFine) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    EXPECT_TRUE(tests::await(context, archive().remove("track_aa", "wav")));
    EXPECT_TRUE(is(open("track_aa", "wav").error(), errc::not_found));
    EXPECT_TRUE(tests::await(context, archive().remove("track_aa", "wav")));
}

TEST_F(FolderArchive, NamesThatAreNoTrackNeverTouchAPath) {
    archive();
    std::ofstream{root / "secret.wav"} << "secret";
    const std::vector<std::string> hostile{"",
                                           "a",
                                           "../secret",
                                           "..",
                                           "aa/../../secret",
                                           "track aa",
                                           "TRACK_AA",
                                           "a.b",
                                           std::string("aa\0b", 4),
                                           std::string(65, 'a'),
                                           "/etc/passwd",
                                           "träck"};
    for (const std::string& name : hostile) {
        EXPECT_FALSE(begin(name)) << name;
        EXPECT_TRUE(is(open(name, "wav").error(), errc::not_found)) << name;
        EXPECT_TRUE(tests::await(context, archive().remove(name, "wav"))) << name;
    }
    const std::vector<std::string> extensions{"",    "../wav",    "wav/",
                                              "WAV", "waaaaaaav", std::string("wav\0", 4)};
    for (const std::string& extension : extensions)
        EXPECT_TRUE(is(open("track_aa", extension).error(), errc::not_found)) << extension;
    EXPECT_TRUE(fs::exists(root / "secret.wav"));
}

TEST_F(FolderArchive, LinksAndFoldersAreNotServed) {
    archive();
    fs::create_directories(root / "audio/aa/track_folder_aa.wav");
    std::ofstream{root / "secret"} << "secret";
    fs::create_symlink(root / "secret", root / "audio/aa/track_link_aa.wav");
    EXPECT_TRUE(is(open("track_folder_aa", "wav").error(), errc::not_found));
    EXPECT_FALSE(open("track_link_aa", "wav"));
}

TEST_F(FolderArchive, StartRemovesOnlyPartialFilesNobodyTouches) {
    put(".partial/track_aa.crashed", 2h);
    put(".partial/track_aa.writing", 0h);
    archive();
    EXPECT_EQ(names_in(".partial"), std::set<std::string>{"track_aa.writing"});
}

TEST_F(FolderArchive, StartFailsWithASentenceWhenTheFolderCannotBe) {
    fs::create_directories(root);
    std::ofstream{root / "audio"} << "a file, not a folder";
    try {
        archive();
        FAIL() << "started";
    } catch (const std::runtime_error& refused) {
        EXPECT_NE(std::string{refused.what()}.find((root / "audio").string()), std::string::npos)
            << refused.what();
    }
}

TEST_F(FolderArchive, AFolderThatVanishedIsAFailureAndNotMadeAnew) {
    archive();
    fs::remove_all(root / "audio");
    EXPECT_TRUE(is(tests::await(context, archive().begin("track_aa")).error(), errc::archive_failed));
    EXPECT_FALSE(fs::exists(root / "audio"));
}

TEST_F(FolderArchive, AVanishedFolderOfPartialsIsMadeAnew) {
    archive();
    fs::remove_all(root / "audio/.partial");
    EXPECT_TRUE(store("track_aa", wav(10)));
}

TEST_F(FolderArchive, AFanOutFolderThatCannotBeMadeIsAFailureThatLeavesNothing) {
    archive();
    std::ofstream{root / "audio/aa"} << "in the way";
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
    EXPECT_TRUE(names_in(".partial").empty());
}

// Stands in for a full disk: the system refuses to let files grow.
class no_room {
public:
    explicit no_room(rlim_t bytes) : ignored_{std::signal(SIGXFSZ, SIG_IGN)} {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~no_room() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, ignored_);
    }

private:
    rlimit before_{};
    void (*ignored_)(int);
};

TEST_F(FolderArchive, AFullDiskIsAFailureThatLeavesNothing) {
    auto sink = begin("track_aa");
    {
        const no_room full{1000};
        EXPECT_TRUE(
            is(tests::await(context, sink->write(std::string(5000, 'x'))).error(), errc::archive_failed));
    }
    EXPECT_TRUE(is(tests::await(context, sink->write("more")).error(), errc::archive_failed));
    EXPECT_TRUE(is(tests::await(context, sink->keep()).error(), errc::archive_failed));
    sink.reset();
    close_archive();
    EXPECT_TRUE(names_in(".partial").empty());
}

TEST_F(FolderArchive, RetentionRemovesOldFilesInBatchesAndGoesOnWhereItEnded) {
    archive();
    for (const char* name : {"aa/track_1aa.wav", "aa/track_2aa.wav", "bb/track_1bb.mp3", "cc/track_1cc.m4a"})
        put(name, 48h);
    put("aa/track_0aa.wav", 1h);
    put("zz/readme.of.somebody", 48h);
    put("lost+found/track_1dd.wav", 48h);
    const auto sweep = [&](std::size_t limit) {
        return tests::await(context, archive().remove_older_than(24h, limit));
    };

    EXPECT_EQ(sweep(2).value(), 1u);  // looked at 0aa (young), 1aa
    EXPECT_EQ(names_in("aa"), (std::set<std::string>{"track_0aa.wav", "track_2aa.wav"}));
    EXPECT_EQ(sweep(2).value(), 2u);
    EXPECT_EQ(sweep(2).value(), 1u);
    EXPECT_EQ(sweep(100).value(), 0u);
    EXPECT_EQ(names_in("aa"), std::set<std::string>{"track_0aa.wav"});
    EXPECT_TRUE(names_in("bb").empty());
    EXPECT_TRUE(names_in("cc").empty());
    EXPECT_EQ(names_in("zz").size(), 1u);
    EXPECT_EQ(names_in("lost+found").size(), 1u);

    put("aa/track_1aa.wav", 48h);  // a new round begins at the first file
    EXPECT_EQ(sweep(100).value(), 1u);
}

TEST_F(FolderArchive, RetentionAlsoRemovesWhatOtherProcessesLeftUnfinished) {
    archive();
    put(".partial/track_aa.crashed", 2h);
    ASSERT_TRUE(tests::await(context, archive().remove_older_than(24h, 10)));
    EXPECT_TRUE(names_in(".partial").empty());
}

}  // namespace
}  // namespace tests
