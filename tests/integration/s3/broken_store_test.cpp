// Stores that refuse, hang, stumble or are not there: every call ends in time, with archive_failed and no
// harm.
#include "tests/integration/s3/s3_fixture.hpp"

namespace {

using namespace tests;

using BrokenStore = s3_fixture;

TEST_F(BrokenStore, WrongKeysAreRefusedOnceAndNotTriedAgain) {
    faulty_store honest{server().port(), [](const std::string&, int) { return fault::none; }};
    use = behind(honest);
    use.keys.secret_access_key = "another-secret";
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
    EXPECT_EQ(honest.count("PUT"), 1);
    EXPECT_TRUE(is(await(context, archive().open("track_aa", "wav")).error(), errc::archive_failed));
    EXPECT_TRUE(is(await(context, archive().remove("track_aa", "wav")).error(), errc::archive_failed));
    EXPECT_TRUE(is(await(context, archive().remove_older_than(1h, 10)).error(), errc::archive_failed));
    EXPECT_FALSE(is_there("track_aa"));
}

TEST_F(BrokenStore, AnUnknownKeyIsRefused) {
    use.keys.access_key_id = "somebody:else";
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
}

TEST_F(BrokenStore, AMissingBucketIsAFailure) {
    use.bucket = "no-such-bucket";
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
    EXPECT_TRUE(is(await(context, archive().remove_older_than(1h, 10)).error(), errc::archive_failed));
}

TEST_F(BrokenStore, ABusyStoreIsAskedAgain) {
    faulty_store busy{server().port(),
                      [](const std::string&, int before) { return before < 2 ? fault::busy : fault::none; }};
    use = behind(busy);
    ASSERT_TRUE(store("track_aa", wav(1000)));
    EXPECT_EQ(content("track_aa"), wav(1000));
    EXPECT_TRUE(await(context, archive().remove("track_aa", "wav")));
    EXPECT_FALSE(is_there("track_aa"));
}

TEST_F(BrokenStore, ReadingGoesOnWhereTheConnectionBroke) {
    ASSERT_TRUE(store("track_aa", wav(2'000'000)));
    made.reset();
    faulty_store cutting{server().port(), [](const std::string& line, int before) {
                             return line.starts_with("GET") && before % 2 == 0 ? fault::cut_answer
                                                                               : fault::none;
                         }};
    use = behind(cutting);
    const auto source = await(context, archive().open("track_aa", "wav"));
    ASSERT_TRUE(source);
    std::string read;
    while (read.size() < (*source)->size()) {
        const auto piece = await(context, (*source)->read(read.size(), 128 * 1024));
        ASSERT_TRUE(piece);
        read += *piece;
    }
    EXPECT_TRUE(read == wav(2'000'000));
    EXPECT_LT(cutting.count("GET"), 16) << "reads ahead";
}

TEST_F(BrokenStore, AnObjectReplacedWhileItIsReadIsAFailureAndNoMixture) {
    ASSERT_TRUE(store("track_aa", wav(2'000'000)));
    const auto source = await(context, archive().open("track_aa", "wav"));
    ASSERT_TRUE(source);
    ASSERT_TRUE(await(context, (*source)->read(0, 1000)));
    ASSERT_TRUE(store("track_aa", wav(1'900'000)));
    EXPECT_TRUE(is(await(context, (*source)->read(1000, 1000)).error(), errc::archive_failed));
}

TEST_F(BrokenStore, AStoreThatHangsCostsItsTimeOutsAndNoMore) {
    faulty_store hanging{server().port(), [](const std::string&, int) { return fault::hang; }};
    use = behind(hanging);
    use.attempts = 2;
    use.attempt_timeout = use.upload_attempt_timeout = 200ms;
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
    EXPECT_TRUE(is(await(context, archive().open("track_aa", "wav")).error(), errc::archive_failed));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    EXPECT_EQ(hanging.count("PUT"), 2);
}

TEST_F(BrokenStore, AWholeUploadHasItsTimeToo) {
    faulty_store hanging{server().port(), [](const std::string&, int) { return fault::hang; }};
    use = behind(hanging);
    use.attempts = 1'000'000;
    use.keep_timeout = 500ms;
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
}

TEST_F(BrokenStore, AStoreThatIsNotThereIsAFailure) {
    use.endpoint = "http://127.0.0.1:1";
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
    EXPECT_TRUE(is(await(context, archive().open("track_aa", "wav")).error(), errc::archive_failed));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / ".partial"));
}

TEST_F(BrokenStore, AnswersThatMakeNoSenseAreFailures) {
    for (const char* body : {"", "<html>", "<ListBucketResult>", "{}", "<Error><Code>a b</Code></Error>"}) {
        fake_server babbling{[body](peer& client, int) {
            while (!client.read_request().empty())
                client.answer(200, body);
        }};
        auto settings_ = settings();
        settings_.endpoint = babbling.url();
        use = settings_;
        made.reset();
        EXPECT_TRUE(is(store("track_aa", wav(three_parts)).error(), errc::archive_failed)) << body;
        EXPECT_TRUE(is(await(context, archive().remove_older_than(1h, 10)).error(), errc::archive_failed))
            << body;
        EXPECT_FALSE(content("track_aa") == wav(three_parts)) << body;
    }
}

TEST_F(BrokenStore, AServerThatRefusesBeforeTheWholeBodyCameIsHeard) {
    std::atomic<int> asked{0};
    fake_server refusing{[&](peer& client, int) {
        ++asked;
        client.send(
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 49\r\nConnection: close\r\n\r\n"
            "<Error><Code>AccessDenied</Code><M>no</M></Error>");
        client.close();
    }};
    use.endpoint = refusing.url();
    use.part_size = 1 << 30;
    EXPECT_TRUE(is(store("track_aa", wav(three_parts)).error(), errc::archive_failed));
    EXPECT_LE(asked, 4);
}

}  // namespace
