// Every answer to the paid call, and whether it may be sent again.
#include "adapters/producer/create_reader.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using adapters::producer::http_answer;
using adapters::producer::read_create_answer;
namespace answers = gateway::create_answer;

// Names in the variant's order.
constexpr std::array<const char*, 10> kinds{
    "accepted", "not_delivered",  "upstream_fault", "throttled", "content_refused",
    "invalid",  "out_of_credits", "access_denied",  "retired",   "unknown_outcome"};

http_answer answer(unsigned status, std::string body, std::string type = "application/json") {
    http_answer out;
    out.status = status;
    out.body = std::move(body);
    out.content_type = std::move(type);
    return out;
}

std::string kind_of(const http_answer& given) {
    return kinds[read_create_answer(given).index()];
}

struct create_case {
    const char* name;
    unsigned status;
    const char* body;
    const char* content_type;
    const char* kind;
};

class CreateAnswers : public testing::TestWithParam<create_case> {};

TEST_P(CreateAnswers, AreReadAsTheReferenceSays) {
    const auto& given = GetParam();
    EXPECT_EQ(kind_of(answer(given.status, given.body, given.content_type)), given.kind);
}

constexpr const char* json = "application/json";
constexpr const char* html = "text/html";

const create_case table[] = {
    // 2.3
    {"TaskId", 200, R"({"message":"success","task_id":"0b7c"})", json, "accepted"},
    {"TaskIdWithCode", 200, R"({"code":200,"task_id":"0b7c"})", json, "accepted"},
    {"CamelCase", 200, R"({"taskId":"0b7c"})", json, "accepted"},
    {"InData", 200, R"({"data":{"task_id":"0b7c"}})", json, "accepted"},
    {"Created201", 201, R"({"task_id":"0b7c"})", json, "accepted"},
    {"WrongContentType", 200, R"({"task_id":"0b7c"})", "text/plain", "accepted"},
    {"ByteOrderMark", 200, "\xEF\xBB\xBF{\"task_id\":\"0b7c\"}", json, "accepted"},
    {"NoTaskId", 200, R"({"message":"success"})", json, "unknown_outcome"},
    {"EmptyTaskId", 200, R"({"task_id":""})", json, "unknown_outcome"},
    {"NumberTaskId", 200, R"({"task_id":7})", json, "unknown_outcome"},
    {"TaskIdWithLineBreak", 200, R"({"task_id":"a\r\nb"})", json, "unknown_outcome"},
    {"TaskIdWithNul", 200, R"({"task_id":"a\u0000b"})", json, "unknown_outcome"},
    {"EmptyBody", 200, "", json, "unknown_outcome"},
    {"CutJson", 200, R"({"message":"success","task_id":"0b)", json, "unknown_outcome"},
    {"Html200", 200, "<html></html>", html, "unknown_outcome"},
    {"ArrayBody", 200, R"([{"task_id":"0b7c"}])", json, "unknown_outcome"},
    {"DataIsText", 200, R"({"data":"task_id"})", json, "unknown_outcome"},
    {"NoContent", 204, "", "", "unknown_outcome"},
    // 6.2
    {"Validation", 400, R"({"type":"validation_error","error":"bad mv"})", json, "invalid"},
    {"Validation400Html", 400, "<html>lyrics format</html>", html, "invalid"},
    {"Unprocessable", 422, R"({"error":"nope"})", json, "invalid"},
    {"TooLarge", 413, "", "", "invalid"},
    {"Unauthorized", 401, R"({"type":"unauthorized","error":"bad key"})", json, "access_denied"},
    {"Unauthorized401Html", 401, "<html>", html, "access_denied"},
    {"Credits", 402, R"({"type":"insufficient_credits","error":"not enough"})", json, "out_of_credits"},
    {"CreditsOldDialect", 402, R"({"code":402,"type":"insufficient_credits","error":"x"})", json,
     "out_of_credits"},
    {"CreditsByTypeOn400", 400, R"({"type":"insufficient_credits"})", json, "out_of_credits"},
    {"NotFoundJson", 404, R"({"type":"not_found"})", json, "access_denied"},
    {"NotFoundHtml", 404, "<!doctype html>", html, "access_denied"},
    {"MethodHtml", 405, "<html>", html, "access_denied"},
    {"Retired", 410, R"({"type":"endpoint_retired","error":"gone"})", json, "retired"},
    {"RetiredHtml", 410, "", html, "retired"},
    {"RateLimited", 429, R"({"type":"rate_limited"})", json, "throttled"},
    {"RateLimitedHtml", 429, "<html>", html, "throttled"},
    {"InternalJson", 500, R"({"type":"internal_error","error":"x"})", json, "unknown_outcome"},
    {"InternalHtml", 500, "oops", "text/plain", "unknown_outcome"},
    {"UpstreamError", 502, R"({"type":"upstream_error","error":"down"})", json, "upstream_fault"},
    {"UpstreamErrorWithoutType", 502, R"({"error":"down"})", json, "upstream_fault"},
    {"UpstreamErrorInMessage", 502, R"({"message":"down"})", json, "upstream_fault"},
    {"UpstreamErrorUntyped502", 502, R"({"type":"api_error","error":"down"})", "", "upstream_fault"},
    {"Html502", 502, "<html>502</html>", html, "unknown_outcome"},
    {"Text502", 502, "Bad Gateway", "text/plain", "unknown_outcome"},
    {"JsonInHtml502", 502, R"({"type":"upstream_error","error":"x"})", html, "unknown_outcome"},
    {"PlatformJson502", 502, R"({"error":{"code":"502","message":"A server error"}})", json,
     "unknown_outcome"},
    {"EmptyObject502", 502, "{}", json, "unknown_outcome"},
    {"Array502", 502, R"(["upstream_error"])", json, "unknown_outcome"},
    {"OtherType502", 502, R"({"type":"timeout","error":"x"})", json, "unknown_outcome"},
    {"TaskIn502", 502, R"({"type":"upstream_error","error":"x","task_id":"7"})", json, "unknown_outcome"},
    {"Unavailable", 503, R"({"type":"upstream_error","error":"x"})", json, "unknown_outcome"},
    {"Timeout504Json", 504, R"({"type":"timeout","error":"x"})", json, "unknown_outcome"},
    {"Timeout504Html", 504, "<html>", html, "unknown_outcome"},
    {"RequestTimeout", 408, "", "", "unknown_outcome"},
    {"Conflict", 409, R"({"error":"x"})", json, "unknown_outcome"},
    {"Redirected", 308, "", "", "access_denied"},
    {"SeeOther", 303, "", "", "unknown_outcome"},
    // 6.1: an error in a 200's clothes
    {"Code402In200", 200, R"({"code":402,"error":"x"})", json, "out_of_credits"},
    {"Code429In200", 200, R"({"code":"429","msg":"x"})", json, "throttled"},
    {"Code401In200", 200, R"({"code":401,"error":"x"})", json, "access_denied"},
    {"Code500In200", 200, R"({"code":500,"error":"x"})", json, "unknown_outcome"},
    {"Code502In200", 200, R"({"code":502,"type":"upstream_error","error":"x"})", json, "upstream_fault"},
    {"Code429In200WithTask", 200, R"({"code":429,"task_id":"7"})", json, "unknown_outcome"},
    {"CodeNonsense", 200, R"({"code":1e300,"task_id":"7"})", json, "accepted"},
    // 6.3
    {"ForbiddenCredits", 403, R"({"type":"forbidden","error":"Not enough CREDITS"})", json, "out_of_credits"},
    {"ForbiddenSubscription", 403, R"({"error":"no active subscription"})", json, "out_of_credits"},
    {"ForbiddenQps", 403, R"({"error":"QPS exceeded"})", json, "throttled"},
    {"ForbiddenQueue", 403, R"({"message":"the queue is full"})", json, "throttled"},
    {"ForbiddenUsage", 403, R"({"msg":"usage limit reached"})", json, "throttled"},
    {"ForbiddenLyricsCopyright", 403, R"({"error":"Lyrics under copyright: la la"})", json,
     "content_refused"},
    {"ForbiddenLyricsFormat", 403, R"({"error":"lyrics format"})", json, "content_refused"},
    {"ForbiddenInappropriate", 403, R"({"error":"inappropriate lyrics"})", json, "content_refused"},
    {"ForbiddenModeration", 403, R"({"error":"description needs moderation"})", json, "content_refused"},
    {"ForbiddenArtist", 403, R"({"error":"description names an artist"})", json, "content_refused"},
    {"BadRequestPolicy", 400, R"({"error":"the prompt violates our rules"})", json, "content_refused"},
    {"ForbiddenContentPolicy", 403, R"({"error":"Blocked by content policy"})", json, "content_refused"},
    {"BadRequestTitle", 400, R"({"error":"title must be at most 80 characters"})", json, "invalid"},
    {"BadRequestSoundFormat", 400, R"({"error":"sound has a wrong format"})", json, "invalid"},
    {"ForbiddenProducerTag", 403, R"({"error":{"message":"lyrics: producer tag"}})", json, "content_refused"},
    {"ForbiddenPlain", 403, "lyrics contain an artist", "text/plain", "content_refused"},
    {"ForbiddenOther", 403, R"({"error":"plan lacks the product"})", json, "access_denied"},
    {"ForbiddenHtml", 403, "<html>get a subscription, lyrics artist</html>", html, "access_denied"},
    {"ForbiddenEmpty", 403, "", "", "access_denied"},
    {"ContentAs400", 400, R"({"error":"lyrics: inappropriate"})", json, "content_refused"},  // 6.4
};

INSTANTIATE_TEST_SUITE_P(Reference, CreateAnswers, testing::ValuesIn(table),
                         [](const auto& given) { return std::string{given.param.name}; });

TEST(CreateReader, TakesTheTaskIdAsItIs) {
    const auto read = read_create_answer(answer(200, R"({"task_id":"0b7c7a52-4f0e"})"));
    EXPECT_EQ(std::get<answers::accepted>(read).task_id, "0b7c7a52-4f0e");
}

TEST(CreateReader, HonoursRetryAfterInSecondsAndAsADate) {
    auto busy = answer(429, "");
    busy.retry_after = "7";
    EXPECT_EQ(std::get<answers::throttled>(read_create_answer(busy)).retry_after, std::chrono::seconds{7});
    busy.received_at = std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + std::chrono::seconds{31'767};
    busy.retry_after = "Sun, 06 Nov 1994 08:49:37 GMT";
    EXPECT_EQ(std::get<answers::throttled>(read_create_answer(busy)).retry_after, std::chrono::seconds{10});
}

TEST(CreateReader, ShowsARefusalWithoutAddresses) {
    const auto read = read_create_answer(answer(
        403, R"({"error":"Lyrics name an artist, see https://api.example.com/x?k=1 or mail a@b.co"})"));
    EXPECT_EQ(std::get<answers::content_refused>(read).reason,
              "Lyrics name an artist, see [removed] or mail [removed]");
}

TEST(CreateReader, NamesTheBaseUrlWhenThePathIsUnknown) {
    const auto read = read_create_answer(answer(404, "<html>", "text/html"));
    EXPECT_NE(std::get<answers::access_denied>(read).reason.find("producer.base_url"), std::string::npos);
}

TEST(CreateReader, NothingHostileIsAnythingButUnknown) {
    std::string deep(100'000, '[');
    std::string objects;
    for (int level = 0; level < 5'000; ++level)
        objects += R"({"data":)";
    for (const std::string& body :
         {deep, objects, std::string(1'000'000, ' '), std::string("{\"task_id\":\"\xFF\xFE\"}"),
          std::string(1000, '\0'), std::string("nul"), std::string("1e99999")})
        EXPECT_EQ(kind_of(answer(200, body)), "unknown_outcome");
}

}  // namespace
