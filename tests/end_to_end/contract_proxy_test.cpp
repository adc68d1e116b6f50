// The judge of the other suites, judged: Prism with the OpenAPI document lets pass what the document
// promises, and sees each breach. A stand-in for the gateway answers whatever a test makes up.
#include "tests/support/contract_proxy.hpp"
#include "tests/end_to_end/contract_promises.hpp"
#include "tests/support/prism_dialect.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Judge : public testing::Test {
protected:
    static void SetUpTestSuite() {
        const auto served = json::parse(read_file(OPENAPI_DOCUMENT));
        promises_ = promises_of(document_for_prism(served, documents_beside()));
        stand_in_ = std::make_unique<http_responder>([](const http_request&) { return made_up_; });
        made_up_ = {200, {{"content-type", "application/json"}}, json::serialize(served)};
        proxy_ = std::make_unique<contract_proxy>(PRISM_PROGRAM, stand_in_->url());
    }
    static void TearDownTestSuite() {
        proxy_.reset();
        stand_in_.reset();
    }

    static std::vector<std::string> complaints(const http_request& asked, const http_reply& made_up) {
        made_up_ = made_up;
        const auto judged = proxy_->ask(stand_in_->url(), asked);
        EXPECT_EQ(judged.reply.status, made_up.status);
        EXPECT_EQ(judged.reply.body, asked.method == "HEAD" ? "" : made_up.body) << "the gateway's own bytes";
        return judged.complaints();
    }
    static void expect_fine(const http_request& asked, const http_reply& made_up) {
        EXPECT_EQ(complaints(asked, made_up), std::vector<std::string>{});
    }
    static void expect_seen(const http_request& asked, const http_reply& made_up, const std::string& what) {
        EXPECT_FALSE(complaints(asked, made_up).empty()) << what << " was not seen: " << made_up.body;
    }

    static std::vector<std::string> complaints_about(std::string_view bytes, const http_reply& answered) {
        return proxy_->judge(bytes, answered).complaints();
    }

    static const std::vector<promise>& promises() { return promises_; }
    static promise promised(const std::string& name) {
        const auto found =
            std::find_if(promises_.begin(), promises_.end(), [&](const auto& p) { return p.name == name; });
        if (found == promises_.end())
            throw std::runtime_error("no such promise: " + name);
        return *found;
    }
    static http_reply with(http_reply reply, const std::function<void(json::object&)>& change) {
        auto body = reply.json();
        change(body.as_object());
        reply.body = json::serialize(body);
        return reply;
    }

private:
    static inline std::vector<promise> promises_;
    static inline http_reply made_up_;
    static inline std::unique_ptr<http_responder> stand_in_;
    static inline std::unique_ptr<contract_proxy> proxy_;
};

constexpr const char* create = "POST /v1/music/{organization_id}/generations 202";
constexpr const char* read = "GET /v1/music/{organization_id}/generations/{job_id} 200";
constexpr const char* missing = "GET /v1/music/{organization_id}/generations/{job_id} 404";
constexpr const char* refused = "POST /v1/music/{organization_id}/generations 422";
constexpr const char* list = "GET /v1/music/{organization_id}/generations 200";

TEST_F(Judge, LetsPassEveryPromisedAnswer) {
    EXPECT_GT(promises().size(), 180U);
    for (const auto& each : promises()) {
        SCOPED_TRACE(each.name);
        expect_fine(each.asked, each.answered);
    }
}

TEST_F(Judge, SeesThatARequiredHeaderIsMissing) {
    for (const auto& each : promises())
        for (const auto& name : each.required_headers) {
            SCOPED_TRACE(each.name);
            auto without = each.answered;
            std::erase_if(without.headers, [&](const auto& header) { return header.first == name; });
            expect_seen(each.asked, without, "the lack of " + name);
        }
}

TEST_F(Judge, SeesAnAnswerThatIsAnEmptyObject) {
    for (const auto& each : promises()) {
        if (each.answered.header("content-type") != "application/json")
            continue;
        SCOPED_TRACE(each.name);
        auto empty = each.answered;
        empty.body = "{}";
        expect_seen(each.asked, empty, "an empty object");
    }
}

TEST_F(Judge, SeesAnotherContentType) {
    for (const auto& each : promises()) {
        if (each.answered.header("content-type").empty())
            continue;
        SCOPED_TRACE(each.name);
        auto other = each.answered;
        for (auto& [name, value] : other.headers)
            if (name == "content-type")
                value = "text/html";
        other.body = "<html></html>";
        expect_seen(each.asked, other, "HTML");
    }
}

TEST_F(Judge, SeesAStatusThatIsNotPromised) {
    for (const auto& each : promises()) {
        auto other = each.answered;
        for (const int status : {201, 418, 502}) {
            SCOPED_TRACE(each.name);
            other.status = status;
            expect_seen(each.asked, other, std::to_string(status));
        }
    }
}

TEST_F(Judge, SeesAMemberTooFewOrTooMany) {
    for (const char* name : {create, read, list, missing, "GET /v1/music/{organization_id}/engines 200",
                             "GET /v1/music/{organization_id}/tracks/{track_id} 200"}) {
        const auto good = promised(name);
        SCOPED_TRACE(name);
        const auto members = good.answered.json().as_object();
        for (const auto& member : members)
            expect_seen(good.asked, with(good.answered, [&](auto& body) { body.erase(member.key()); }),
                        "the lack of " + std::string{member.key()});
        expect_seen(good.asked, with(good.answered, [](auto& body) { body["updated_at"] = 1; }), "one more");
    }
    const auto error = promised(missing);
    const auto members = error.answered.json().at("error").as_object();
    for (const auto& member : members)
        expect_seen(
            error.asked,
            with(error.answered, [&](auto& body) { body.at("error").as_object().erase(member.key()); }),
            "the lack of " + std::string{member.key()});
}

TEST_F(Judge, SeesAValueThatContradictsTheOthers) {
    const auto good = promised(read);  // a running job
    const auto expect_wrong = [&](const char* member, json::value value) {
        expect_seen(good.asked, with(good.answered, [&](auto& body) { body[member] = value; }), member);
    };
    expect_wrong("id", "job_1");
    expect_wrong("status", "done");
    expect_wrong("status", "succeeded");  // without a track id
    expect_wrong("status", "failed");     // without a reason
    expect_wrong("progress", 96);
    expect_wrong("progress", -1);
    expect_wrong("progress", "36");
    expect_wrong("mode", "karaoke");
    expect_wrong("created_at", "2026-11-21T11:24:16.123Z");
    expect_wrong("created_at", 1795260859);
    expect_wrong("result_track_id", "mtrack_a7079bd0fb52");
    expect_wrong("error_message", "why");
    expect_wrong("refusal_reason", "why");
    expect_wrong("playback_url", "https://music.example.com/media/x");
    expect_wrong("track", json::object{});

    const auto page = promised(list);
    expect_seen(page.asked,
                with(page.answered,
                     [](auto& body) {
                         body.at("jobs").at(0).as_object()["playback_url"] =
                             "https://music.example.com/media/x";
                     }),
                "an address in the list");
    const auto error = promised(missing);
    for (const auto& each :
         {std::pair{"status", json::value(403)}, std::pair{"code", json::value("NOT_FOUND")},
          std::pair{"type", json::value("server_error")}, std::pair{"trace_id", json::value("")},
          std::pair{"details", json::value(json::object{{"id", "mgen_1"}})}})
        expect_seen(
            error.asked,
            with(error.answered, [&](auto& body) { body.at("error").as_object()[each.first] = each.second; }),
            each.first);
}

TEST_F(Judge, SeesASuccessForARequestThatIsNotRight) {
    const auto good = promised(create);
    const auto turned_down = promised(refused).answered;
    const auto expect_wrong = [&](const http_request& asked) {
        SCOPED_TRACE(asked.body);
        expect_seen(asked, good.answered, "the wrong request");
        expect_fine(asked, turned_down);
    };
    for (const char* body :
         {R"({"prompt": "p", "duration_seconds": 1})", R"({"engine": "studio", "duration_seconds": 1})",
          R"({"engine": "studio", "prompt": "p"})",
          R"({"engine": "studio", "prompt": " ", "duration_seconds": 1})",
          R"({"engine": "studio", "prompt": "p", "duration_seconds": 0})",
          R"({"engine": "studio", "prompt": "p", "duration_seconds": 1.5})",
          R"({"engine": "studio", "prompt": "p", "duration_seconds": 1, "mode": "karaoke"})",
          R"({"engine": "studio", "prompt": "p", "duration_seconds": 1, "style_tags": [""]})",
          R"({"engine": "studio", "prompt": "p", "duration_seconds": 1, "title": "a\u0000b"})", "[]", "7",
          "{", "", "\xff"}) {
        auto wrong = good.asked;
        wrong.body = body;
        expect_wrong(wrong);
    }
    for (const std::string& key : {std::string(256, 'k'), std::string{"\"open"}}) {
        auto wrong = good.asked;
        wrong.headers = {{"X-API-Key", "k"}, {"Content-Type", "application/json"}, {"Idempotency-Key", key}};
        expect_wrong(wrong);
    }
    auto nobody = good.asked;
    nobody.headers = {{"Content-Type", "application/json"}};
    expect_wrong(nobody);
    auto page = promised(list);
    for (const char* query : {"?limit=0", "?limit=101", "?offset=-1", "?status=done"}) {
        auto wrong = page.asked;
        wrong.target += query;
        expect_seen(wrong, page.answered, query);
    }
}

TEST_F(Judge, SeesWhatIsWrongWithTheProducersCalls) {
    const auto good = promised("POST /hooks/producer/{token} 200");
    const auto turned_down = promised("POST /hooks/producer/{token} 401").answered;
    const auto unsure = with(good.answered, [](auto& body) { body["status"] = "stale"; });
    expect_seen(good.asked, unsure, "a success for what was not believed");
    for (const char* missing_header : {"X-Webhook-Timestamp", "X-Webhook-Signature"}) {
        auto wrong = good.asked;
        std::erase_if(wrong.headers, [&](const auto& field) { return field.first == missing_header; });
        expect_seen(wrong, good.answered, std::string{"the lack of "} + missing_header);
        expect_fine(wrong, turned_down);
    }
    auto of_no_task = good.asked;
    of_no_task.body = R"({"event": "song.completed"})";
    expect_seen(of_no_task, good.answered, "the lack of a task");
    auto elsewhere = good.asked;
    elsewhere.target += "0";
    expect_seen(elsewhere, good.answered, "another address");
    expect_fine(elsewhere, promised("POST /hooks/producer/{token} 404").answered);
}

TEST_F(Judge, SeesTheAnswersFaultBehindAnyNumberOfTheRequests) {
    const auto turned_down = promised(refused);
    auto wrong = turned_down.asked;
    wrong.body = R"({"style_tags": [7)";
    for (int each = 0; each < 200; ++each)
        wrong.body += ", 7";
    wrong.body += "]}";
    expect_fine(wrong, turned_down.answered);
    expect_seen(wrong, with(turned_down.answered, [](auto& body) { body["success"] = true; }), "the fault");
}

TEST_F(Judge, SeesWhatAnUnknownRouteMayNotAnswer) {
    const http_request unknown{"GET", "/v1/music/org_abc123/nonsense", {{"X-API-Key", "k"}}, {}};
    const auto good = promised(missing).answered;
    expect_fine(unknown, good);
    expect_seen(unknown, {404, good.headers, "{}"}, "a 404 without envelope");
    expect_seen(unknown, {405, good.headers, good.body}, "a 405 with the code of a 404");
    expect_seen(unknown, {200, good.headers, good.body}, "a success");
    expect_seen(unknown, {403, good.headers, good.body}, "another refusal");
    const auto not_so = promised("GET /outside-the-routes 405").answered;
    expect_fine(unknown, not_so);
    expect_seen(unknown, {405, good.headers, not_so.body}, "the lack of Allow");
    expect_seen(unknown, with(not_so, [](auto& body) { body.at("error").as_object()["trace_id"] = "7"; }),
                "the id");
    for (const char* refusal : {"400", "413", "414", "431", "503"})
        expect_fine(unknown, promised(std::string{"GET /openapi.json "} + refusal).answered);

    auto head = unknown;
    head.method = "HEAD";
    expect_fine(head, good);
    expect_seen(head, {200, good.headers, ""}, "a success");
    expect_seen(head, {404, {}, ""}, "the lack of a request id");
    expect_seen(head, {405, good.headers, ""}, "the lack of Allow");
}

// They are answered by their shape, unresolved: as a job that is called "..".
TEST_F(Judge, TakesDotSegmentsForNames) {
    auto asked = promised(missing).asked;
    asked.target = "/v1/music/org_abc123/generations/..";
    expect_fine(asked, promised(missing).answered);
    expect_seen(asked, promised("GET /v1/music/{organization_id}/engines 200").answered, "another's answer");
    asked.target = "/v1/music/./engines?dots=/../";
    expect_fine(asked, promised("GET /v1/music/{organization_id}/engines 200").answered);
    expect_seen(asked, promised(missing).answered, "a status that only a job's reading has");
}

TEST_F(Judge, KnowsTheSchemeInAnySpelling) {
    for (const char* key : {"Bearer k", "bearer k", "BEARER k"}) {
        auto asked = promised(list).asked;
        asked.headers = {{"Authorization", key}};
        expect_fine(asked, promised(list).answered);
        asked.headers = {{"Authorization", std::string{"Not"} + key}};
        expect_seen(asked, promised(list).answered, "another scheme");
    }
}

TEST_F(Judge, KnowsWhatTheRoutesNeverMatch) {
    const auto not_there = promised("GET /outside-the-routes 404").answered;
    const auto found = promised(list).answered;
    for (const char* target : {"//", "/v1/music//generations", "/v1/music/org_abc123/generations/",
                               "//v1/music/org_abc123/generations", "/v1/music/%00/generations",
                               "/v1/music/%f/generations", "/v1/music/%/generations?limit=5",
                               "/v1/music/%zz/generations", "/", "/v1/music/\xc3\xa4/nonsense"}) {
        SCOPED_TRACE(target);
        const http_request asked{"GET", target, {{"X-API-Key", "k"}, {"Expect", "wonders"}}};
        expect_fine(asked, not_there);
        expect_seen(asked, found, "an answer from nowhere");
    }
    for (const char* target : {"/v1/music/%41/generations", "/v1/music/%ff%C3/generations",
                               "/v1/music/\xc3\xa4/generations", "/v1/music/a%2fb/generations?limit=5"}) {
        SCOPED_TRACE(target);
        expect_fine({"GET", target, {{"X-API-Key", "k"}}}, found);
        expect_seen({"GET", target, {{"X-API-Key", "k"}}}, not_there, "a status that is not promised");
    }
}

TEST_F(Judge, JudgesTheAnswersToBytes) {
    for (const int status : {400, 408, 413, 414, 417, 431, 501, 505}) {
        SCOPED_TRACE(status);
        const auto refusal = promised("GET /openapi.json " + std::to_string(status)).answered;
        for (const char* bytes :
             {"", "\x16\x03\x01", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
              "BREW /pot HTTP/1.1\r\n\r\n", "GET /v1/music/org_abc123/engines HTTP/3.0\r\n\r\n",
              "POST /hooks/producer/x HTTP/1.1\r\n\r\n"}) {
            if (status == 413 && std::string_view{bytes}.starts_with("POST"))
                continue;  // it has words of its own for that
            EXPECT_EQ(complaints_about(bytes, refusal), std::vector<std::string>{}) << bytes;
            auto wrong = refusal;
            wrong.body = "{}";
            EXPECT_FALSE(complaints_about(bytes, wrong).empty()) << bytes;
            wrong = with(refusal, [](auto& body) { body.at("error").as_object()["status"] = 502; });
            EXPECT_FALSE(complaints_about(bytes, wrong).empty()) << bytes;
            wrong = refusal;
            wrong.headers = {{"content-type", "application/json"}};
            EXPECT_FALSE(complaints_about(bytes, wrong).empty()) << bytes;
        }
    }
    const auto job = promised(missing);
    EXPECT_TRUE(complaints_about("GET " + job.asked.target + " HTTP/1.1\r\n\r\n", job.answered).empty());
    EXPECT_FALSE(complaints_about("GET /openapi.json HTTP/1.1\r\n\r\n", job.answered).empty());
    EXPECT_TRUE(complaints_about("GET /nonsense HTTP/1.1\r\n\r\n", job.answered).empty());
}

}  // namespace
