// Every case of the simulator's checklist (reference/producer-api 12) that the table of upstream answers has
// not covered: the dialects of create and poll, credits, and the places audio comes from. Point 6 has a suite
// of its own: webhooks_test.cpp.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;
namespace json = boost::json;

// One oddity of the producer, and how the job must end in spite of it.
struct oddity {
    const char* name;
    const char* behaviour;
    const char* status = "succeeded";
};

void PrintTo(const oddity& one, std::ostream* out) {
    *out << one.behaviour;
}

class Oddity : public Stage, public testing::WithParamInterface<oddity> {
protected:
    void SetUp() override { start(); }
};

std::string name_of_oddity(const testing::TestParamInfo<oddity>& info) {
    return info.param.name;
}

TEST_P(Oddity, OfTheProducerLeadsToTheRightEnd) {
    simulator->by_default(GetParam().behaviour);
    const auto id = alice().created(an_order());
    const auto job = alice().wait_for(id, GetParam().status);
    EXPECT_EQ(simulator->count("creates_received"), 1);
    EXPECT_EQ(simulator->state().at("cdn").at("requests_with_credentials").as_int64(), 0);
    if (text(job, "status") == "succeeded") {
        const auto& track = job.at("track").as_object();
        EXPECT_GT(track.at("measured_duration_seconds").to_number<double>(), 5.0) << json::serialize(job);
        EXPECT_EQ(play(text(job, "playback_url")).status, 200);
    }
    // Nothing of upstream's addresses ever reaches a client.
    EXPECT_EQ(json::serialize(job).find("/producer/"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Create, Oddity,
    testing::Values(
        oddity{"WithACode", R"({"create": {"answer": "ok_code_200"}})"},
        oddity{"InCamelCase", R"({"create": {"answer": "ok_camel_case"}})"},
        oddity{"Nested", R"({"create": {"answer": "ok_nested"}})"},
        oddity{
            "RefusedWithCode",
            R"({"create": {"answer": {"status": 400, "error": "bad lyrics format", "shape": "with_code"}}})",
            "refused"},
        oddity{
            "RefusedWithMessage",
            R"({"create": {"answer": {"status": 400, "error": "bad lyrics format", "shape": "with_message"}}})",
            "refused"},
        oddity{"RefusedNested",
               R"({"create": {"answer": {"status": 400, "error": "bad lyrics format", "shape": "nested"}}})",
               "refused"},
        oddity{
            "RefusedInsideA200",
            R"({"create": {"answer": {"status": 400, "error": "bad lyrics format", "shape": "ok_status"}}})",
            "refused"},
        oddity{"CreditsInsideA200", R"({"create": {"answer": {"status": 402, "shape": "ok_status"}}})",
               "failed"},
        oddity{"RetiredNested", R"({"create": {"answer": {"status": 410, "shape": "nested"}}})", "failed"}),
    name_of_oddity);

INSTANTIATE_TEST_SUITE_P(
    Poll, Oddity,
    testing::Values(
        oddity{"SuccessWithoutDataForAWhile", R"({"task": {"lag_ms": 1500}})"},
        oddity{"WithoutWavUrl", R"({"task": {"wav_url": false}})"},
        oddity{"WithNulls", R"({"task": {"nulls": true}})"},
        oddity{"DurationAsText", R"({"task": {"duration_as": "string"}})"},
        oddity{"DurationAsNull", R"({"task": {"duration_as": "null"}})"},
        oddity{"DataAsObject", R"({"task": {"data_as": "object"}})"},
        oddity{"AudioUrlBeforeTheEnd", R"({"task": {"early_audio_url": true}})"},
        oddity{"SeveralClips", R"({"task": {"clips": 3}})"},
        oddity{"FirstClipsFailed", R"({"task": {"clips": 3, "failed_clips": 2}})"},
        oddity{"StateCompleted", R"({"task": {"clip_state_only": true, "state_word": "completed"}})"},
        oddity{"StateInCapitals", R"({"task": {"clip_state_only": true, "state_word": "SUCCESS"}})"},
        oddity{"FailedAs500", R"({"task": {"result": "failed", "failed_http_status": 500}})", "failed"},
        oddity{"FailedAs400", R"({"task": {"result": "failed", "failed_http_status": 400}})", "failed"},
        oddity{"TimeoutAs504", R"({"task": {"result": "timeout", "failed_http_status": 504}})", "failed"},
        oddity{"TimeoutAsJson504", R"({"poll": {"faults": [{"kind": "504_json_timeout"}]}})", "failed"},
        oddity{"ThrottledUntilADate",
               R"({"poll": {"faults": [{"kind": "429", "retry_after": "Mon, 01 Jan 2024 00:00:00 GMT"}]}})"}),
    name_of_oddity);

INSTANTIATE_TEST_SUITE_P(
    OlderDialect, Oddity,
    testing::Values(oddity{"Succeeds", R"({"task": {"dialect": "older"}})"},
                    oddity{"Fails", R"({"task": {"dialect": "older", "result": "failed"}})", "failed"},
                    oddity{"TimesOut", R"({"task": {"dialect": "older", "result": "timeout"}})", "failed"},
                    oddity{"Refuses", R"({"task": {"dialect": "older", "result": "refused"}})", "refused"},
                    oddity{"ClipStateAlone", R"({"task": {"dialect": "older", "clip_state_only": true}})"},
                    oddity{"ClipStateFailed",
                           R"({"task": {"dialect": "older", "clip_state_only": true, "result": "failed"}})",
                           "failed"}),
    name_of_oddity);

INSTANTIATE_TEST_SUITE_P(
    Cdn, Oddity,
    testing::Values(
        oddity{"NotFoundAtFirst", R"({"cdn": {"not_found_ms": 1500}})"},
        oddity{"ForbiddenAtFirst", R"({"cdn": {"status": 403, "times": 1}})"},
        oddity{"BrokenAtFirst", R"({"cdn": {"status": 500, "times": 1}})"},
        oddity{"CutInTheMiddle", R"({"cdn": {"cut_after_bytes": 5000, "times": 1}})"},
        oddity{"NotAudioAtFirst", R"({"cdn": {"file": "cover.jpg", "times": 1}})"},
        oddity{"AnEndlessAmount", R"({"cdn": {"huge_bytes": 1099511627776, "times": 1}})"},
        oddity{"WithoutALength", R"({"cdn": {"no_length": true}})"},
        oddity{"WithAnotherContentType", R"({"cdn": {"content_type": "text/html"}})"},
        oddity{"Slowly", R"({"cdn": {"slow_bytes_per_s": 40000}})"},
        oddity{"RedirectedForEver", R"({"cdn": {"redirect_loop": true, "times": 8}})"},
        oddity{"RedirectedToAPrivateAddress", R"({"cdn": {"redirect_to_private": true}})", "failed"},
        oddity{"RedirectedToAFile", R"({"cdn": {"redirect_to": "file:///etc/passwd", "times": 1}})"},
        oddity{"AsWav", R"({"cdn": {"file": "short.wav"}})"}),
    name_of_oddity);

class Reference : public Stage {
protected:
    void SetUp() override { start(); }
};

TEST_F(Reference, ARedirectMayLeadToAnotherPlaceThatIsAllowed) {
    const auto first = alice().created(an_order());
    alice().wait_for(first, "succeeded");
    const auto clip = std::string{simulator->task().at("clip_ids").as_array().front().as_string()};
    simulator->by_default(R"({"cdn": {"redirect_to": ")" + simulator->cdn_url() + "/producer/" + clip +
                          R"(.m4a"}})");
    alice().wait_for(alice().created(an_order()), "succeeded");
}

TEST_F(Reference, AudioIsFetchedFromAllowedHostsOnly) {
    config.set("audio.allowed_hosts", "[]");
    restart_gateway();
    const auto job = alice().wait_for(alice().created(an_order()), "failed");
    EXPECT_EQ(text(job, "error_message"),
              "The generation finished, but its audio could not be obtained. Please try again.");
    EXPECT_EQ(simulator->state().at("cdn").at("requests").as_int64(), 0)
        << "a loopback address is not public";
}

TEST_F(Reference, ARedirectToAPlaceThatIsNotAllowedFailsTheJob) {
    const auto port = simulator->cdn_url().substr(simulator->cdn_url().rfind(':'));
    simulator->by_default(R"({"cdn": {"redirect_to": "http://127.0.0.2)" + port + R"(/"}})");
    alice().wait_for(alice().created(an_order()), "failed");
}

TEST_F(Reference, AWholeRangeMayBeAllowed) {
    config.set("audio.allowed_hosts", "[10.0.0.0/8, 127.0.0.0/8]");
    restart_gateway();
    alice().wait_for(alice().created(an_order()), "succeeded");
}

TEST_F(Reference, ACreateCostsTenCreditsExtraOnesFirst) {
    simulator->set_credits(15, 10);
    alice().wait_for(alice().created(an_order()), "succeeded");
    auto left = simulator->state().at("credits").as_object();
    EXPECT_EQ(left.at("credits").as_int64(), 15);
    EXPECT_EQ(left.at("extra_credits").as_int64(), 0);
    simulator->by_default(R"({"task": {"result": "failed"}})");
    alice().wait_for(alice().created(an_order()), "failed");
    left = simulator->state().at("credits").as_object();
    EXPECT_EQ(left.at("credits").as_int64(), 15) << "given back";
    EXPECT_EQ(left.at("charged").as_int64() - left.at("refunded").as_int64(), 10);
}

TEST_F(Reference, TheLimitOfTasksAtATimeIsNeverExceeded) {
    config.set("producer.max_in_flight", "3");
    restart_gateway();
    std::vector<std::string> ids;
    for (int i = 0; i < 12; ++i)
        ids.push_back(alice().created(an_order("piece " + std::to_string(i))));
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("max_concurrent_seen"), 3);
    EXPECT_EQ(simulator->count("creates_received"), 12);
}

class ReferenceWithLimit : public Stage {};

TEST_F(ReferenceWithLimit, AProducerBusyWithOthersIsWaitedFor) {
    start({"--max-concurrent", "1"});
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(alice().created(an_order("piece " + std::to_string(i))));
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("max_concurrent_seen"), 1);
    EXPECT_EQ(simulator->count("creates_accepted"), 3);
}

TEST_F(Reference, PollsKeepToTheirBudget) {
    config.set("producer.max_polls_per_second", "10");
    restart_gateway();
    simulator->by_default(R"({"task": {"running_ms": 3000}})");
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back(alice().created(an_order("piece " + std::to_string(i))));
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded", milliseconds{60'000});
    EXPECT_LE(simulator->count("max_polls_per_second"), 20) << "10 a second, and as many at once at most";
}

// The grace for audio is a minute, and nothing shortens it: both waits at a time.
TEST_F(Reference, MusicThatCannotBeHadFailsTheJobAfterAMinute) {
    simulator->rule(R"({"sound_contains": "expired"})", R"({"cdn": {"expires_ms": 0}})");
    simulator->rule(R"({"sound_contains": "nowhere"})", R"({"task": {"lag_ms": 600000}})");
    const auto begun = std::chrono::steady_clock::now();
    const auto expired = alice().created(an_order("expired"));
    const auto nowhere = alice().created(an_order("nowhere"));
    for (const auto& id : {expired, nowhere}) {
        const auto job = alice().wait_for(id, "failed", milliseconds{100'000});
        EXPECT_EQ(text(job, "error_message"),
                  "The generation finished, but its audio could not be obtained. Please try again.");
    }
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::seconds{55});
}

}  // namespace
