// Uploads in parts: what is sent again, what is begun again, and what is left in the store when nothing
// helps.
#include "tests/integration/s3/s3_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

namespace {

using namespace tests;

using Uploads = s3_fixture;

TEST_F(Uploads, OfSmallFilesTakeOneRequest) {
    faulty_store honest{server().port(), [](const std::string&, int) { return fault::none; }};
    use = behind(honest);
    ASSERT_TRUE(store("track_aa", wav(1000)));
    EXPECT_EQ(honest.count("PUT"), 1);
    EXPECT_EQ(honest.count("POST"), 0);
    EXPECT_EQ(content("track_aa"), wav(1000));
}

TEST_F(Uploads, OfLargeFilesGoInParts) {
    faulty_store honest{server().port(), [](const std::string&, int) { return fault::none; }};
    use = behind(honest);
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_EQ(honest.count("partNumber="), 3);
    EXPECT_EQ(honest.count("POST"), 2);
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
    EXPECT_EQ(unfinished(), 0U);
}

class BrokenPart : public s3_fixture, public testing::WithParamInterface<fault> {};

TEST_P(BrokenPart, IsSentAgainAlone) {
    faulty_store store_{server().port(), [](const std::string& line, int before) {
                            return is_part(line, 2) && before < 2 ? GetParam() : fault::none;
                        }};
    use = behind(store_);
    use.upload_attempt_timeout = 1s;
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_EQ(store_.count("partNumber=1&"), 1);
    EXPECT_EQ(store_.count("partNumber=2&"), 3);
    EXPECT_EQ(store_.count("partNumber=3&"), 1);
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
}

INSTANTIATE_TEST_SUITE_P(Faults, BrokenPart,
                         testing::Values(fault::busy, fault::broken, fault::lost, fault::lost_answer,
                                         fault::cut_answer, fault::hang));

class BrokenCompletion : public s3_fixture, public testing::WithParamInterface<fault> {};

TEST_P(BrokenCompletion, IsRepeatedUntilTheObjectIsThere) {
    faulty_store store_{server().port(), [](const std::string& line, int before) {
                            return is_completion(line) && before < 1 ? GetParam() : fault::none;
                        }};
    use = behind(store_);
    use.upload_attempt_timeout = 1s;
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
}

INSTANTIATE_TEST_SUITE_P(Faults, BrokenCompletion,
                         testing::Values(fault::busy, fault::false_ok, fault::lost, fault::lost_answer,
                                         fault::hang));

TEST_F(Uploads, WhoseCompletionWasHeardButNotAnsweredAreDone) {
    faulty_store store_{server().port(), [](const std::string& line, int before) {
                            if (!is_completion(line))
                                return fault::none;
                            return before == 0 ? fault::lost_answer : fault::forgotten;
                        }};
    use = behind(store_);
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_EQ(store_.count("uploads="), 1) << "not begun again";
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
}

TEST_F(Uploads, ThatTheStoreForgotAreBegunAgainOnce) {
    faulty_store store_{server().port(), [](const std::string& line, int before) {
                            return is_part(line, 2) && before == 0 && line.find("again") == std::string::npos
                                       ? fault::forgotten
                                       : fault::none;
                        }};
    use = behind(store_);
    // Every upload has another id, so each is new to the plan above: the second attempt fails likewise.
    EXPECT_TRUE(is(store("track_aa", wav(three_parts)).error(), errc::archive_failed));
    EXPECT_EQ(store_.count("?uploads="), 2);
    EXPECT_FALSE(is_there("track_aa"));
}

TEST_F(Uploads, ThatWereForgottenOnceSucceedTheSecondTime) {
    std::atomic<int> forgotten{0};
    faulty_store store_{server().port(), [&](const std::string& line, int) {
                            return is_part(line, 2) && forgotten++ == 0 ? fault::forgotten : fault::none;
                        }};
    use = behind(store_);
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_EQ(store_.count("?uploads="), 2);
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
}

TEST_F(Uploads, ThatCannotBeFinishedLeaveNothing) {
    faulty_store store_{server().port(), [](const std::string& line, int) {
                            return is_part(line, 3) ? fault::broken : fault::none;
                        }};
    use = behind(store_);
    EXPECT_TRUE(is(store("track_aa", wav(three_parts)).error(), errc::archive_failed));
    EXPECT_EQ(store_.count("partNumber=3&"), 4) << "tried as often as it may be";
    EXPECT_FALSE(is_there("track_aa"));
    EXPECT_EQ(unfinished(), 0U);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / ".partial"));
}

TEST_F(Uploads, ThatFailedMayBeMadeAfresh) {
    std::atomic<bool> ill{true};
    faulty_store store_{server().port(), [&](const std::string& line, int) {
                            return ill && is_part(line, 2) ? fault::lost : fault::none;
                        }};
    use = behind(store_);
    EXPECT_FALSE(store("track_aa", wav(three_parts)));
    ill = false;
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
    EXPECT_EQ(unfinished(), 0U);
}

TEST_F(Uploads, ThatAreCancelledEndAtOnceAndAreGivenUpLater) {
    std::atomic<bool> hanging{false};
    faulty_store store_{server().port(), [&](const std::string& line, int) {
                            if (!is_part(line, 2))
                                return fault::none;
                            hanging = true;
                            return fault::hang;
                        }};
    use = behind(store_);
    auto sink = await(context, archive().begin("track_aa")).value();
    ASSERT_TRUE(await(context, sink->write(wav(three_parts))));
    boost::asio::cancellation_signal stop;
    bool ended = false;
    boost::asio::co_spawn(context, sink->keep(),
                          boost::asio::bind_cancellation_slot(
                              stop.slot(), [&](std::exception_ptr, result<gateway::stored_audio> kept) {
                                  ended = true;
                                  EXPECT_FALSE(kept);
                              }));
    ASSERT_TRUE(run_until(context, [&] { return hanging.load(); }));
    stop.emit(boost::asio::cancellation_type::terminal);
    EXPECT_TRUE(run_until(
        context, [&] { return ended; }, 5s));
    sink.reset();

    boost::asio::cancellation_signal enough;
    bool closed = false;
    boost::asio::co_spawn(
        context, archive().keep_ready(),
        boost::asio::bind_cancellation_slot(enough.slot(), [&](std::exception_ptr) { closed = true; }));
    EXPECT_TRUE(run_until(context, [&] { return store_.count("DELETE") > 0; }));
    enough.emit(boost::asio::cancellation_type::terminal);
    EXPECT_TRUE(run_until(context, [&] { return closed; }));
    EXPECT_TRUE(end_to_end::eventually([&] { return unfinished() == 0; }));
}

TEST_F(Uploads, ThatWereAbandonedGoWithTheSweep) {
    std::atomic<bool> away{false};
    faulty_store store_{server().port(), [&](const std::string& line, int) {
                            if (is_part(line, 2))
                                away = true;
                            return away ? fault::broken : fault::none;  // also when it is to be given up
                        }};
    use = behind(store_);
    EXPECT_FALSE(store("track_aa", wav(three_parts)));
    ASSERT_EQ(unfinished(), 1U);
    away = false;
    ASSERT_TRUE(await(context, archive().remove_older_than(1h, 100)));
    EXPECT_EQ(unfinished(), 1U) << "it may be somebody's";
    server().age(25h);
    ASSERT_TRUE(await(context, archive().remove_older_than(100h, 100)));
    EXPECT_EQ(unfinished(), 0U);
}

}  // namespace
