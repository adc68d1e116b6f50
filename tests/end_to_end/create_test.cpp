// POST .../generations: what a client gets back, byte for byte, and everything that is turned away.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <regex>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Create : public StageOnStore {
protected:
    void SetUp() override { start(); }
};
ON_BOTH_STORES(Create);

// Where the store plays no part.
class CreateCalls : public Stage {
protected:
    void SetUp() override { start(); }

    // A body that must be turned away, and never reach the producer.
    void expect_bad(const std::string& body, const std::string& field) {
        SCOPED_TRACE(body.substr(0, 300));
        const auto reply = alice().create_text(body);
        expect_error(reply, 422, "VALIDATION_ERROR", "validation_error");
        const auto details = expect_error(reply, 422).details;
        const json::object expected = field.empty() ? json::object{} : json::object{{"field", field}};
        EXPECT_EQ(details, expected) << reply.body;
    }
    void expect_bad(json::object order, const std::string& field) {
        expect_bad(json::serialize(order), field);
    }
    void expect_wrong(const std::string& field, json::value value) {
        auto order = an_order();
        order[field] = std::move(value);
        expect_bad(std::move(order), field);
    }
};

std::string times(std::size_t count, std::string_view text) {
    std::string all;
    all.reserve(count * text.size());
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

json::value long_text(std::size_t characters) {
    return json::string(characters, 'x');
}

TEST_P(Create, AnswersTheDocumentedJobByteForByte) {
    const auto reply = alice().create(an_order());
    ASSERT_EQ(reply.status, 202) << reply.body;
    const std::regex documented{
        R"(\{"id":"mgen_[0-9a-f]{12}","status":"queued","progress":0,"engine":"studio","mode":"creation",)"
        R"("created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","result_track_id":null,"error_message":null,)"
        R"("refusal_reason":null,"playback_url":null,"track":null\})"};
    EXPECT_TRUE(std::regex_match(reply.body, documented)) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_EQ(reply.header("content-length"), std::to_string(reply.body.size()));
    EXPECT_FALSE(reply.header("x-request-id").empty());
    EXPECT_FALSE(reply.has("idempotency-replayed"));
}

TEST_P(Create, IsAnsweredBeforeTheProducerAndTheJobIsStored) {
    config.set("producer.create_timeout", "20s");
    restart_gateway();
    simulator->by_default(R"({"create": {"delay_ms": 3000}})");
    const auto begun = std::chrono::steady_clock::now();
    const auto reply = alice().create(an_order());
    const auto took = std::chrono::steady_clock::now() - begun;
    ASSERT_EQ(reply.status, 202) << reply.body;
    EXPECT_LT(took, std::chrono::seconds{1});
    const auto id = text(reply.json().as_object(), "id");
    EXPECT_EQ(alice().status(id), "queued");
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_received") == 1; }));
    EXPECT_EQ(alice().status(id), "queued") << "the producer has not answered yet";
    alice().wait_for(id, "succeeded");
}

TEST_P(Create, EveryJobHasAnIdOfItsOwnWithoutAKey) {
    const auto first = alice().created(an_order());
    const auto second = alice().created(an_order());
    EXPECT_NE(first, second);
    alice().wait_for(first, "succeeded");
    alice().wait_for(second, "succeeded");
    EXPECT_EQ(simulator->count("creates_accepted"), 2);
}

TEST_P(Create, TheQueueOfAnOrganizationHasALimit) {
    config.set("limits.queued_per_organization", "3");
    config.set("producer.max_in_flight", "1");
    restart_gateway();
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto running = alice().created(an_order());
    alice().wait_for(running, "running");
    for (int i = 0; i < 3; ++i)
        alice().created(an_order());
    const auto reply = alice().create(an_order());
    expect_error(reply, 429, "RATE_LIMIT_EXCEEDED", "rate_limit_error");
    EXPECT_GE(std::stoi(reply.header("retry-after")), 1);
    as(raw_keys::carol, "org_other").created(an_order());
}

TEST_F(CreateCalls, SendTheProducerWhatItsDocumentationAsksFor) {
    json::object order = an_order("Upbeat lo-fi hip-hop");
    order["instrumental"] = true;
    order["style_tags"] = {"jazzy", "warm"};
    order["title"] = times(79, "t") + "\u00e9\u00e8\u00ea";
    const auto id = alice().created(order);
    alice().wait_for(id, "succeeded");
    const auto sent = simulator->last_order();
    EXPECT_EQ(text(sent, "task_type"), "create_music");
    EXPECT_EQ(text(sent, "mv"), "FUZZ-2.0");
    EXPECT_EQ(text(sent, "title"), times(79, "t") + "\u00e9") << "80 characters, cut between two of them";
    EXPECT_EQ(sent.at("make_instrumental"), json::value(true));
    EXPECT_FALSE(sent.contains("lyrics"));
    const auto sound = text(sent, "sound");
    for (const char* part : {"Upbeat lo-fi hip-hop", "jazzy", "warm", "instrumental, no vocals"})
        EXPECT_NE(sound.find(part), std::string::npos) << sound;
    EXPECT_EQ(text(alice().job(id).at("track").as_object(), "title"), text(order, "title"))
        << "the job keeps it whole";
    const auto headers = simulator->state().at("last_create_headers").as_object();
    EXPECT_EQ(text(headers, "authorization"), std::string{"Bearer "} + simulator_process::api_key);
    EXPECT_EQ(text(headers, "content-type"), "application/json");
}

TEST_F(CreateCalls, PassTheTraceOfTheClientOn) {
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    alice().wait_for(alice().created(an_order(), {{"traceparent", "00-" + trace + "-b7ad6b7169203331-01"}}),
                     "succeeded");
    EXPECT_NE(text(simulator->task(), "traceparent").find(trace), std::string::npos);
}

TEST_F(CreateCalls, TakeEveryDocumentedWayToPresentAKey) {
    const std::string key = raw_keys::alice;
    const auto nobody = as("");
    const std::vector<header_list> ways{{{"X-API-Key", key}},
                                        {{"x-api-key", key}},
                                        {{"Authorization", "Bearer " + key}},
                                        {{"authorization", "bearer " + key}},
                                        {{"api-key", key}},
                                        {{"Authorization", "Bearer wrong"}, {"X-API-Key", key}},
                                        {{"Authorization", "Basic d3Jvbmc6"}, {"api-key", key}}};
    for (const auto& way : ways)
        EXPECT_EQ(nobody.create(an_order(), way).status, 202)
            << way.front().first << ": " << way.front().second;
}

TEST_F(CreateCalls, WithoutAUsableKeyAreTurnedAway) {
    const auto nobody = as("");
    const auto missing = nobody.create(an_order());
    expect_error(missing, 401, "AUTHENTICATION_REQUIRED", "authentication_error");
    EXPECT_EQ(expect_error(missing, 401).message, "Authentication required. Please provide a valid API key.");
    EXPECT_TRUE(expect_error(missing, 401).details.empty());
    expect_error(nobody.create(an_order(), {{"X-API-Key", ""}}), 401, "AUTHENTICATION_REQUIRED",
                 "authentication_error");
    expect_error(nobody.create(an_order(), {{"Authorization", "Basic YTpi"}}), 401, "AUTHENTICATION_REQUIRED",
                 "authentication_error");
    expect_error(as("ak_nobody_has_this").create(an_order()), 401, "INVALID_API_KEY", "authentication_error");
    expect_error(as(raw_keys::paused).create(an_order()), 401, "API_KEY_PAUSED", "authentication_error");
    expect_error(as(raw_keys::deactivated).create(an_order()), 401, "API_KEY_DEACTIVATED",
                 "authentication_error");
    expect_error(as(raw_keys::expired).create(an_order()), 401, "API_KEY_EXPIRED", "authentication_error");
    for (const char* route :
         {"/generations", "/generations/mgen_000000000000", "/engines", "/tracks/mtrack_000000000000"})
        expect_error(nobody.call("GET", route), 401, "AUTHENTICATION_REQUIRED", "authentication_error");
    EXPECT_EQ(simulator->count("creates_received"), 0);
}

TEST_F(CreateCalls, OutsideOnesRightsAreForbidden) {
    const auto stranger = as(raw_keys::carol).create(an_order());
    expect_error(stranger, 403, "ORGANIZATION_ACCESS_DENIED", "authorization_error");
    const auto unable = as(raw_keys::reader).create(an_order());
    expect_error(unable, 403, "INSUFFICIENT_PERMISSIONS", "authorization_error");
    EXPECT_EQ(expect_error(unable, 403).message, "You do not have permission to access this resource.");
    EXPECT_EQ(expect_error(unable, 403).system_message, "USE_MUSIC_GENERATION capability required");
    EXPECT_TRUE(expect_error(unable, 403).details.empty());
    EXPECT_EQ(as(raw_keys::reader).list().status, 200) << "reading takes membership only";
    expect_error(as(raw_keys::carol).list(), 403, "ORGANIZATION_ACCESS_DENIED", "authorization_error");
    expect_error(as(raw_keys::carol).engines(), 403, "ORGANIZATION_ACCESS_DENIED", "authorization_error");
    EXPECT_EQ(simulator->count("creates_received"), 0);
}

TEST_F(CreateCalls, AreJudgedInTheOrderOfTheDesign) {
    const std::string broken = "{";
    expect_error(as("").create_text(broken), 401, "AUTHENTICATION_REQUIRED", "authentication_error");
    expect_error(as(raw_keys::carol).create_text(broken), 403, "ORGANIZATION_ACCESS_DENIED",
                 "authorization_error");
    expect_error(as(raw_keys::reader).create_text(broken), 403, "INSUFFICIENT_PERMISSIONS",
                 "authorization_error");
}

TEST_F(CreateCalls, ToOtherPlacesFindNothing) {
    expect_error(alice().call("GET", "/nonsense"), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(ask(gateway->url(), {"GET", "/"}), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(ask(gateway->url(), {"GET", "/metrics"}), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(ask(gateway->url(), {"GET", "/healthz"}), 404, "RESOURCE_NOT_FOUND", "client_error");
    const auto unknown = alice().get("mgen_000000000000");
    expect_error(unknown, 404, "RESOURCE_NOT_FOUND", "client_error");
    EXPECT_EQ(expect_error(unknown, 404).details, (json::object{{"job_id", "mgen_000000000000"}}));
    expect_error(alice().cancel("mgen_000000000000"), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(alice().track("mtrack_000000000000"), 404, "RESOURCE_NOT_FOUND", "client_error");
    auto order = an_order();
    order["seed_track_id"] = "mtrack_000000000000";
    const auto seedless = alice().create(order);
    expect_error(seedless, 404, "RESOURCE_NOT_FOUND", "client_error");
    EXPECT_EQ(expect_error(seedless, 404).details, (json::object{{"seed_track_id", "mtrack_000000000000"}}));
}

TEST_F(CreateCalls, WithAWrongMethodAreToldTheRightOnes) {
    const auto reply = alice().call("DELETE", "/generations");
    expect_error(reply, 405, "METHOD_NOT_ALLOWED", "client_error");
    const auto allowed = reply.header("allow");
    EXPECT_NE(allowed.find("GET"), std::string::npos) << allowed;
    EXPECT_NE(allowed.find("POST"), std::string::npos) << allowed;
    expect_error(alice().call("PUT", "/engines"), 405, "METHOD_NOT_ALLOWED", "client_error");
    expect_error(alice().call("GET", "/generations/mgen_000000000000/cancel"), 405, "METHOD_NOT_ALLOWED",
                 "client_error");
}

TEST_F(CreateCalls, WithTooLargeABodyAreTurnedAway) {
    auto order = an_order();
    order["unknown"] = times(300 * 1024, "x");
    expect_error(alice().create(order), 413, "REQUEST_TOO_LARGE", "client_error");
    const std::string head =
        "POST " + alice().path("/generations") +
        " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nX-API-Key: " +
        raw_keys::alice + "\r\n\r\n";
    const std::string chunk = "10000\r\n" + times(0x10000, " ") + "\r\n";
    expect_error(ask_raw(gateway->url(), head + times(6, chunk) + "0\r\n\r\n"), 413, "REQUEST_TOO_LARGE",
                 "client_error");
    EXPECT_EQ(alice().create(an_order()).status, 202);
}

TEST_F(CreateCalls, WithAMissingFieldNameIt) {
    for (const char* field : {"engine", "prompt", "duration_seconds"}) {
        auto order = an_order();
        order.erase(field);
        expect_bad(order, field);
        order[field] = nullptr;
        expect_bad(order, field);
    }
    expect_bad("{}", "engine");
    EXPECT_EQ(simulator->count("creates_received"), 0);
}

TEST_F(CreateCalls, WithAWrongValueNameItsField) {
    expect_wrong("engine", "no-such-engine");
    expect_wrong("engine", 7);
    expect_wrong("engine", "");
    expect_wrong("prompt", "");
    expect_wrong("prompt", "  \n ");
    expect_wrong("prompt", 1.5);
    expect_wrong("prompt", long_text(5001));
    for (const json::value& wrong :
         std::initializer_list<json::value>{0, -1, 241, 12.5, "120", true, json::array{}, json::object{},
                                            1e300, 9223372036854775807, 18446744073709551615U})
        expect_wrong("duration_seconds", wrong);
    expect_wrong("mode", "karaoke");
    expect_wrong("mode", 1);
    expect_wrong("instrumental", "true");
    expect_wrong("instrumental", 1);
    expect_wrong("lyrics", json::array{"la"});
    expect_wrong("lyrics", long_text(10001));
    expect_wrong("seed_track_id", 12);
    expect_wrong("seed_track_id", "not-a-track");
    expect_wrong("style_tags", "jazz");
    expect_wrong("style_tags", json::array{"jazz", 7});
    expect_wrong("style_tags", json::array{"jazz", nullptr});
    expect_wrong("style_tags", json::array{json::array{"jazz"}});
    expect_wrong("style_tags", json::array(51, "jazz"));
    expect_wrong("style_tags", json::array{""});
    expect_wrong("title", 7);
    expect_wrong("title", long_text(201));
    expect_wrong("idempotency_key", 7);
    expect_wrong("idempotency_key", long_text(256));
    expect_wrong("idempotency_key", "line\nbreak");
    EXPECT_EQ(simulator->count("creates_received"), 0) << "bad input never reaches the producer";
    EXPECT_TRUE(alice().list().json().at("jobs").as_array().empty()) << "nor becomes a job";
}

TEST_F(CreateCalls, AskingForLyricsWhereNoneAreTakenNameTheLyrics) {
    auto order = an_order();
    order["lyrics"] = "la la";
    order["instrumental"] = true;
    expect_bad(order, "lyrics");
    order["instrumental"] = false;
    order["engine"] = "hall";
    expect_bad(order, "lyrics");
    order["lyrics"] = "";
    EXPECT_EQ(alice().create(order).status, 202) << "empty lyrics ask for nothing";
}

TEST_F(CreateCalls, WithSeveralBadFieldsNameTheFirstInDocumentedOrder) {
    expect_bad(R"({"title": 1, "duration_seconds": -1, "prompt": "", "engine": "studio"})", "prompt");
    expect_bad(
        R"({"title": 1, "style_tags": 1, "mode": 1, "engine": "studio", "prompt": "p", "duration_seconds": 5})",
        "mode");
}

TEST_F(CreateCalls, SayThatTheEnginesMaximumIsExceededAsDocumented) {
    auto order = an_order();
    order["duration_seconds"] = 241;
    const auto reply = alice().create(order);
    const auto seen = expect_error(reply, 422);
    EXPECT_EQ(seen.message, "The request contains invalid parameters.");
    EXPECT_EQ(seen.system_message, "duration_seconds exceeds the engine maximum");
    order["engine"] = "hall";
    EXPECT_EQ(alice().create(order).status, 202) << "another engine, another maximum";
}

TEST_F(CreateCalls, WithBodiesThatAreNoJsonObjectAreTurnedAway) {
    for (const char* body :
         {"", "{", "[]", "null", "7", "\"text\"", "{\"engine\":}", "{'engine': 'studio'}", "{} {}",
          "{\"engine\": \"studio\",}", "// c\n{}", "<html>", "{\"a\": NaN}", "\xEF\xBB\xBF{}"})
        expect_bad(std::string{body}, "");
    EXPECT_EQ(simulator->count("creates_received"), 0);
}

TEST_F(CreateCalls, WithHostileBytesAreTurnedAwayAndDoNoHarm) {
    const std::string rest = R"(, "engine": "studio", "duration_seconds": 20})";
    const auto refused = [&](const std::string& body) {
        SCOPED_TRACE(body.substr(0, 120));
        const auto reply = alice().create_text(body);
        EXPECT_GE(reply.status, 400) << reply.body;
        EXPECT_LT(reply.status, 500) << reply.body;
        expect_error(reply, reply.status);
    };
    refused("{\"prompt\": \"\xff\xfe\"" + rest);
    refused("{\"prompt\": \"\xc0\x80\"" + rest);
    refused("{\"prompt\": \"\xed\xa0\x80\"" + rest);
    refused("{\"prompt\": \"\\ud800\"" + rest);
    refused(R"({"prompt": "a\u0000b")" + rest);
    refused(std::string{"{\"prompt\": \"a\0b\"", 16} + rest);
    refused(std::string(4, '\0'));
    refused(R"({"prompt": "p", "engine": "studio", "duration_seconds": 1e400})");
    refused(R"({"prompt": "p", "engine": "studio", "duration_seconds": -1e400})");
    refused(R"({"prompt": "p", "prompt": "q")" + rest);
    refused(R"({"prompt": "p", "x": 1, "x": 2)" + rest);
    refused("{\"prompt\": \"p\", \"x\": " + times(100'000, "["));
    refused("{\"prompt\": \"p\", \"x\": " + times(20'000, "[") + times(20'000, "]") + rest);
    refused("{\"prompt\": \"p\", \"x\": " + times(20'000, "{\"a\":") + "1" + times(20'000, "}") + rest);
    refused("{\"prompt\": \"p\", \"duration_seconds\": " + times(60'000, "9") + ", \"engine\": \"studio\"}");
    EXPECT_EQ(simulator->count("creates_received"), 0);
    alice().wait_for(alice().created(an_order()), "succeeded");
}

TEST_F(CreateCalls, IgnoreWhatTheyDoNotKnow) {
    auto order = an_order();
    order["temperature"] = 0.7;
    order["metadata"] = {{"nested", {1, 2, 3}}};
    EXPECT_EQ(alice().create(order, {{"X-Fern-Language", "Python"}, {"X-Fern-SDK-Name", "aitronos"}}).status,
              202);
}

TEST_F(CreateCalls, OverTheRateOfAKeyAreToldWhenToComeBack) {
    const auto slow = as(raw_keys::slow);
    EXPECT_EQ(slow.create(an_order()).status, 202);
    EXPECT_EQ(slow.create(an_order()).status, 202);
    const auto reply = slow.create(an_order());
    expect_error(reply, 429, "RATE_LIMIT_EXCEEDED", "rate_limit_error");
    EXPECT_GE(std::stoi(reply.header("retry-after")), 1);
    EXPECT_EQ(reply.header("x-ratelimit-limit"), "2");
    EXPECT_EQ(reply.header("x-ratelimit-remaining"), "0");
    EXPECT_EQ(alice().create(an_order()).status, 202) << "one key's rate is no other's";
}

TEST_F(CreateCalls, ThatAreNoHttpAreAnsweredWithTheEnvelope) {
    const auto reply = ask_raw(gateway->url(), "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    expect_error(reply, 400, "BAD_REQUEST", "client_error");
    const auto headers = "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + times(20'000, "h") + "\r\n\r\n";
    EXPECT_EQ(expect_error(ask_raw(gateway->url(), headers), 431).type, "client_error");
}

TEST_F(CreateCalls, HaveARequestIdOfTheirOwn) {
    const auto first = alice().create(an_order());
    const auto second = alice().create(an_order());
    EXPECT_NE(first.header("x-request-id"), second.header("x-request-id"));
}

}  // namespace
