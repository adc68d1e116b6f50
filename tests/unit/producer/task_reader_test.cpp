// reference/producer-api 3.5, step by step, and what hostile answers become.
#include "adapters/producer/task_reader.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using adapters::producer::http_answer;
using adapters::producer::read_task_answer;
namespace answers = gateway::task_answer;

// Names in the variant's order.
constexpr std::array<const char*, 11> kinds{
    "pending",   "ready_without_audio", "succeeded",     "failed",        "refused", "lost",
    "transient", "throttled",           "access_denied", "misconfigured", "retired"};

http_answer answer(unsigned status, std::string body) {
    http_answer out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

std::string kind_of(const http_answer& given) {
    return kinds[read_task_answer(given).index()];
}

struct task_case {
    const char* name;
    unsigned status;
    const char* body;
    const char* kind;
};

class TaskAnswers : public testing::TestWithParam<task_case> {};

TEST_P(TaskAnswers, AreReadAsTheReferenceSays) {
    EXPECT_EQ(kind_of(answer(GetParam().status, GetParam().body)), GetParam().kind);
}

#define CLIP(state) R"({"clip_id":"c","audio_url":"https://cdn/a.m4a","state":")" state R"("})"

const task_case table[] = {
    {"S1Html500", 500, "<html>", "transient"},
    {"S1Text502", 502, "Bad Gateway", "transient"},
    {"S1Empty504", 504, "", "transient"},
    {"S2Html404", 404, "<!doctype html>", "misconfigured"},
    {"S2Html405", 405, "<html>", "misconfigured"},
    {"S2Empty404", 404, "", "misconfigured"},
    {"S3Json401", 401, R"({"type":"unauthorized"})", "access_denied"},
    {"S3Html401", 401, "<html>", "access_denied"},
    {"S3FailedWith401", 401, R"({"status":"FAILED"})", "access_denied"},
    {"S4Json429", 429, R"({"type":"rate_limited"})", "throttled"},
    {"S4Html429", 429, "<html>", "throttled"},
    {"S5Failed", 200,
     R"({"code":500,"status":"FAILED","type":"failed","message":"generation failed","data":[]})", "failed"},
    {"S5FailedLowerCase", 200, R"({"status":"failed"})", "failed"},
    {"S5FailedOn500", 500, R"({"status":"FAILED"})", "failed"},
    {"S5FailedOn400", 400, R"({"status":"FAILED"})", "failed"},
    {"S5FailedOn404", 404, R"({"status":"FAILED"})", "failed"},
    {"S5TypeFailed", 200, R"({"type":"failed"})", "failed"},
    {"S5Timeout504", 504, R"({"type":"timeout","error":"timed out"})", "failed"},
    {"S5OnlyClipFailed", 200, R"({"data":[)" CLIP("failed") "]}", "failed"},
    {"S5ClipError", 200, R"({"data":[)" CLIP("error") "]}", "failed"},
    {"S5AllClipsFailed", 200, R"({"data":[)" CLIP("failed") "," CLIP("FAILED") "]}", "failed"},
    {"S5OneOfTwoFailed", 200, R"({"data":[)" CLIP("failed") "," CLIP("succeeded") "]}", "succeeded"},
    {"S5Refused", 200, R"({"status":"FAILED","message":"lyrics contain an artist"})", "refused"},
    {"S5CreditsReturnedIsNoRefusal", 200, R"({"status":"FAILED","message":"failed, credits returned"})",
     "failed"},
    {"S6NotReady202", 202, R"({"code":202,"type":"not_ready","error":"poll again"})", "pending"},
    {"S6Empty202", 202, "", "pending"},
    {"S6NotReadyOn200", 200, R"({"type":"not_ready"})", "pending"},
    {"S6NotReadyOn404", 404, R"({"type":"not_ready"})", "pending"},
    {"S6Pending", 200, R"({"code":200,"status":"PENDING","data":[]})", "pending"},
    {"S6Running", 200, R"({"status":"running","data":[]})", "pending"},
    {"S6RunningWithAudio", 200, R"({"status":"RUNNING","data":[)" CLIP("succeeded") "]}", "pending"},
    {"S7Success", 200, R"({"status":"SUCCESS","data":[)" CLIP("succeeded") "]}", "succeeded"},
    {"S7SuccessWithoutState", 200, R"({"status":"SUCCESS","data":[{"audio_url":"https://cdn/a"}]})",
     "succeeded"},
    {"S7OldDialect", 200, R"({"code":200,"message":"success","data":[)" CLIP("succeeded") "]}", "succeeded"},
    {"S7Complete", 200, R"({"data":[)" CLIP("complete") "]}", "succeeded"},
    {"S7Completed", 200, R"({"data":[)" CLIP("Completed") "]}", "succeeded"},
    {"S7ClipSuccess", 200, R"({"data":[)" CLIP("success") "]}", "succeeded"},
    {"S7EmptyData", 200, R"({"status":"SUCCESS","data":[]})", "ready_without_audio"},
    {"S7NoData", 200, R"({"status":"SUCCESS"})", "ready_without_audio"},
    {"S7NullAudio", 200, R"({"status":"SUCCESS","data":[{"audio_url":null,"state":"succeeded"}]})",
     "ready_without_audio"},
    {"S7EmptyAudio", 200, R"({"data":[{"audio_url":"","state":"succeeded"}]})", "ready_without_audio"},
    {"S7ControlInAudio", 200, R"({"data":[{"audio_url":"https://a\r\nb","state":"succeeded"}]})",
     "ready_without_audio"},
    {"S7StateSaysOtherwise", 200, R"({"status":"SUCCESS","data":[)" CLIP("running") "]}",
     "ready_without_audio"},
    {"S7AudioAlone", 200, R"({"data":[{"audio_url":"https://cdn/a.m4a"}]})", "pending"},
    {"S8NotFound", 404, R"({"type":"not_found","error":"no"})", "lost"},
    {"S8CodeInBody", 200, R"({"code":404,"message":"no"})", "lost"},
    {"S8CodeInBodyOf400", 400, R"({"code":404,"message":"no"})", "lost"},
    {"S8Words", 400, R"({"error":"Task Not Found"})", "lost"},
    {"S8WordsOn200", 200, R"({"message":"task not found"})", "lost"},
    {"S8MissingId", 400, R"({"error":"missing task id"})", "lost"},
    {"S8Other400", 400, R"({"error":"something else"})", "transient"},
    {"S9Retired", 410, R"({"type":"endpoint_retired"})", "retired"},
    {"S9RetiredHtml", 410, "<html>", "retired"},
    {"S9RetiredCode", 200, R"({"code":410,"error":"gone"})", "retired"},
    {"S10NoStatus", 200, R"({"code":200,"message":"success","data":[]})", "pending"},
    {"S10NullData", 200, R"({"data":null})", "pending"},
    {"S10Empty", 200, "{}", "pending"},
    {"S10UnknownStatus", 200, R"({"status":"DREAMING"})", "pending"},
    {"S10UnknownState", 200, R"({"data":[)" CLIP("streaming") "]}", "pending"},
    {"S10Processing", 200, R"({"data":[)" CLIP("processing") "]}", "pending"},
    {"S11Object", 200, R"({"status":"SUCCESS","data":)" CLIP("succeeded") "}", "succeeded"},
    {"S11OldDialectObject", 200, R"({"data":)" CLIP("succeeded") "}", "succeeded"},
    {"S11FailedObject", 200, R"({"data":)" CLIP("failed") "}", "failed"},
    {"Forbidden", 403, R"({"type":"forbidden"})", "access_denied"},
    {"ForbiddenQps", 403, R"({"error":"qps"})", "throttled"},
    {"Unauthorized200", 200, R"({"code":401,"error":"x"})", "access_denied"},
    {"Throttled200", 200, R"({"code":429,"error":"x"})", "throttled"},
    {"Json500", 500, R"({"type":"internal_error","error":"x"})", "transient"},
    {"Json502", 502, R"({"type":"upstream_error","error":"x"})", "transient"},
    {"Json504WithoutType", 504, R"({"error":"x"})", "transient"},
    {"Code500In200", 200, R"({"code":500,"error":"x"})", "transient"},
    {"Method405Json", 405, R"({"error":"x"})", "misconfigured"},
    {"Redirect", 308, "", "misconfigured"},
    {"Html200", 200, "<html>", "transient"},
    {"Empty200", 200, "", "transient"},
    {"Array200", 200, "[]", "transient"},
    {"CutJson", 200, R"({"status":"SUCC)", "transient"},
    {"StatusIsNumber", 200, R"({"status":7,"type":[],"data":"x","code":{}})", "pending"},
    {"DataOfNonsense", 200, R"({"status":"SUCCESS","data":[1,null,"x",[],{"audio_url":{}}]})",
     "ready_without_audio"},
};

INSTANTIATE_TEST_SUITE_P(Reference, TaskAnswers, testing::ValuesIn(table),
                         [](const auto& given) { return std::string{given.param.name}; });

answers::succeeded clips(std::string data) {
    return std::get<answers::succeeded>(
        read_task_answer(answer(200, R"({"status":"SUCCESS","data":)" + data + "}")));
}

TEST(TaskReader, KeepsOnlyFinishedClipsWithAudioInTheirOrder) {
    const auto ready =
        clips(R"([{"clip_id":"1","audio_url":"https://a/1","state":"succeeded","duration":171.4},
        {"clip_id":"2","audio_url":"https://a/2","state":"failed"}, {"clip_id":"3","state":"succeeded"},
        {"clip_id":"4","audio_url":"https://a/4","state":"succeeded","duration":"12.5"}])");
    const std::vector<gateway::clip> expected{{"1", "https://a/1", 171.4}, {"4", "https://a/4", 12.5}};
    EXPECT_EQ(ready.clips, expected);
}

TEST(TaskReader, DoubtsADurationThatMakesNoSense) {
    for (const char* duration :
         {"null", "-1", "0", "\"x\"", "1e300", "\"nan\"", "\"inf\"", "[]", "true", "\"1 s\""}) {
        const auto ready = clips(std::string{R"([{"audio_url":"https://a","duration":)"} + duration + "}]");
        EXPECT_FALSE(ready.clips.at(0).duration_seconds) << duration;
    }
}

TEST(TaskReader, TellsATimeOutFromAFailureAndReadsTheRefund) {
    const auto failed = [](std::string body) {
        return std::get<answers::failed>(read_task_answer(answer(200, std::move(body))));
    };
    EXPECT_TRUE(failed(R"({"type":"timeout"})").timed_out);
    EXPECT_FALSE(failed(R"({"type":"failed"})").timed_out);
    EXPECT_EQ(failed(R"({"type":"failed","refund_processed":false,"message":"refund"})").refunded, false);
    EXPECT_EQ(failed(R"({"type":"failed","message":"generation failed, credits returned"})").refunded, true);
    EXPECT_EQ(failed(R"({"type":"failed","message":"credits were not refunded"})").refunded, false);
    EXPECT_EQ(failed(R"({"type":"failed","message":"generation failed"})").refunded, std::nullopt);
}

TEST(TaskReader, ShowsARefusalWithoutAddresses) {
    const auto read = read_task_answer(answer(
        200,
        R"x({"status":"FAILED","message":"description names an artist (10.0.0.7:8080)","refund_processed":true})x"));
    const auto& refused = std::get<answers::refused>(read);
    EXPECT_EQ(refused.reason, "description names an artist ([removed])");
    EXPECT_EQ(refused.refunded, true);
}

TEST(TaskReader, HonoursRetryAfter) {
    auto busy = answer(429, "");
    busy.retry_after = "3";
    EXPECT_EQ(std::get<answers::throttled>(read_task_answer(busy)).retry_after, std::chrono::seconds{3});
    busy.status = 503;
    EXPECT_EQ(std::get<answers::transient>(read_task_answer(busy)).retry_after, std::chrono::seconds{3});
}

TEST(TaskReader, NothingHostileIsAnEndOfTheJob) {
    std::string objects;
    for (int level = 0; level < 5'000; ++level)
        objects += R"({"data":)";
    std::string many = R"({"status":"SUCCESS","data":[)";
    for (int count = 0; count < 20'000; ++count)
        many += "{},";
    many += "{}]}";
    for (const std::string& body :
         {std::string(100'000, '['), objects, std::string("{\"status\":\"FAILED\xFF\"}"),
          std::string(1000, '\0'), std::string("1e99999"), std::string(1'000'000, ' ')})
        EXPECT_EQ(kind_of(answer(200, body)), "transient");
    EXPECT_EQ(kind_of(answer(200, many)), "ready_without_audio");
}

// Every prefix of a good answer, and every answer with one byte changed, is read without a crash.
TEST(TaskReader, SurvivesEveryCutAndEveryFlippedByte) {
    const std::string good =
        R"({"code":200,"status":"SUCCESS","data":[{"clip_id":"5d","audio_url":"https://c/a.m4a","duration":"1.5","state":"succeeded"}]})";
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_EQ(kind_of(answer(200, good.substr(0, length))), "transient");
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const unsigned char flip : {0x00, 0x22, 0x5C, 0x7B, 0x80, 0xFF}) {
            std::string bent = good;
            bent[at] = static_cast<char>(flip);
            kind_of(answer(200, bent));
        }
    }
}

}  // namespace
