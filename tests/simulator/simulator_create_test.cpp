// Section 12.1 of reference/producer-api: everything that create can answer.
#include "simulator_fixture.hpp"

namespace simulator_test {

namespace {

std::string with(const std::string& members) {
    return R"({"task_type":"create_music","sound":"waltz",)" + members + "}";
}

}  // namespace

TEST_F(Simulator, AcceptsACreateAndNamesTheTask) {
    const auto accepted = create();
    EXPECT_EQ(accepted.status, 200);
    EXPECT_EQ(accepted.text("message"), "success");
    EXPECT_EQ(accepted.text("task_id").size(), 36U);
    EXPECT_EQ(counted("creates_accepted"), 1U);
}

TEST_F(Simulator, RefusesInvalidBodiesWithoutCharging) {
    const std::string eighty_one(81, 'x');
    const std::vector<std::string> bad{
        "",
        "{",
        "[]",
        R"({"sound":"waltz"})",
        R"({"task_type":"create_music"})",
        R"({"task_type":"create_music","sound":"","lyrics":""})",
        R"({"task_type":"create_music","sound":7})",
        R"({"task_type":"make_lyrics","sound":"x"})",
        R"({"task_type":"video_clip","sound":"x"})",
        with(R"("mv":"fuzz-2.0")"),
        with(R"("make_instrumental":"yes")"),
        with(R"("seed":12)"),
        with(R"("seed":"twelve")"),
        with(R"("sound_strength":0.1)"),
        with(R"("webhook_url":"ftp://x")"),
        with(R"("title":")" + eighty_one + "\""),
        with(R"("webhook_url":"https://x/)" + std::string(1024, 'y') + "\""),
    };
    for (const auto& body : bad) {
        const auto refused = create(body);
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_EQ(refused.text("type"), "validation_error") << body;
    }
    EXPECT_EQ(counted("distinct_tasks"), 0U);
    EXPECT_EQ(state().at("credits").at("charged"), 0);
}

TEST_F(Simulator, CountsATitleInCharactersNotBytes) {
    std::string eighty;
    for (int i = 0; i < 80; ++i)
        eighty += "\xC3\xA4";
    EXPECT_EQ(create(with(R"("title":")" + eighty + "\"")).status, 200);
    EXPECT_EQ(create(with(R"("title":")" + eighty + "\xC3\xA4\"")).status, 400);
}

TEST_F(Simulator, TakesPlainHttpWebhooksOnlyWhenAllowed) {
    const auto body = with(R"("webhook_url":"http://127.0.0.1:9/x")");
    EXPECT_EQ(create(body).status, 200);
    process strict{{"--listen", "127.0.0.1:0"}};
    const auto line = strict.read_line();
    const auto refused =
        perform(line.substr(line.find("http")),
                {"POST", "/api/v1/producer/create", body, {{"Authorization", "Bearer sk_simulator"}}});
    EXPECT_EQ(refused.status, 400);
}

TEST_F(Simulator, AnswersRetiredTaskTypesWith410) {
    const auto refused = create(R"({"task_type":"extend_music","sound":"x"})");
    EXPECT_EQ(refused.status, 410);
    EXPECT_EQ(refused.text("type"), "endpoint_retired");
    ASSERT_EQ(control("PUT", "switches", R"({"retired":true})").status, 200);
    EXPECT_EQ(create().status, 410);
}

TEST_F(Simulator, AnswersAWrongOrMissingKeyWith401) {
    const call bare{"POST", "/api/v1/producer/create", create_body()};
    EXPECT_EQ(perform(api, bare).status, 401);
    auto wrong = bare;
    wrong.headers["Authorization"] = "Bearer sk_other";
    EXPECT_EQ(perform(api, wrong).text("type"), "unauthorized");
    wrong.headers["Authorization"] = "sk_simulator";
    EXPECT_EQ(perform(api, wrong).status, 401);
    ASSERT_EQ(control("PUT", "switches", R"({"unauthorized":true})").status, 200);
    EXPECT_EQ(create().status, 401);
    EXPECT_EQ(poll("x").status, 401);
}

TEST_F(Simulator, ThrottlesWithAndWithoutRetryAfter) {
    ASSERT_EQ(control("PUT", "switches", R"({"throttle":{"times":1,"retry_after":"3"}})").status, 200);
    const auto refused = create();
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.text("type"), "rate_limited");
    EXPECT_EQ(refused.headers.at("retry-after"), "3");
    EXPECT_EQ(create().status, 200);
    ASSERT_EQ(control("PUT", "switches", R"({"throttle":{"what":"all"}})").status, 200);
    EXPECT_FALSE(create().headers.contains("retry-after"));
    EXPECT_EQ(poll("x").status, 429);
    ASSERT_EQ(control("PUT", "switches", R"({"throttle":null})").status, 200);
    EXPECT_EQ(create().status, 200);
}

TEST_F(Simulator, LimitsTasksInFlight) {
    start({"--max-concurrent", "2"});
    by_default(R"({"task":{"result":"never"}})");
    const auto first = created();
    created();
    EXPECT_EQ(create().status, 429);
    EXPECT_EQ(counted("max_concurrent_seen"), 2U);
    ASSERT_EQ(control("POST", "tasks/" + first + "/finish", "{}").status, 200);
    EXPECT_EQ(create().status, 200);
}

TEST_F(Simulator, AnswersAnyErrorInAnyShape) {
    by_default(R"({"create":{"answer":{"status":502,"type":"upstream_error","error":"engine down"}}})");
    const auto json = create();
    EXPECT_EQ(json.status, 502);
    EXPECT_EQ(json.body, R"({"type":"upstream_error","error":"engine down"})");
    by_default(R"({"create":{"answer":{"status":504,"body":"<h1>gateway</h1>"}}})");
    const auto html = create();
    EXPECT_EQ(html.status, 504);
    EXPECT_EQ(html.body, "<h1>gateway</h1>");
    EXPECT_TRUE(html.headers.at("content-type").starts_with("text/html"));
    by_default(R"({"create":{"answer":{"status":429,"shape":"nested","retry_after":"7"}}})");
    EXPECT_EQ(create().json().at("error").at("message"), "too many requests");
    by_default(R"({"create":{"answer":{"status":403,"error":"lyrics name an artist","shape":"ok_status"}}})");
    EXPECT_EQ(create().status, 200);
    EXPECT_EQ(create().json().at("code"), 403);
    EXPECT_EQ(counted("distinct_tasks"), 0U);
}

TEST_F(Simulator, CanStartATaskAndStillAnswerWithAnError) {
    by_default(R"({"create":{"answer":{"status":500,"accepts":true}}})");
    EXPECT_EQ(create().status, 500);
    EXPECT_EQ(counted("distinct_tasks"), 1U);
}

TEST_F(Simulator, NamesTheTaskInOtherPlaces) {
    by_default(R"({"create":{"answer":"ok_code_200"}})");
    EXPECT_EQ(create().json().at("code"), 200);
    by_default(R"({"create":{"answer":"ok_camel_case"}})");
    EXPECT_EQ(create().text("taskId").size(), 36U);
    by_default(R"({"create":{"answer":"ok_nested"}})");
    EXPECT_EQ(create().json().at("data").at("task_id").as_string().size(), 36U);
}

TEST_F(Simulator, ChargesButDoesNotNameTheTask) {
    by_default(R"({"create":{"answer":"no_task_id"}})");
    EXPECT_EQ(create().body, R"({"message":"success"})");
    by_default(R"({"create":{"answer":"not_json"}})");
    EXPECT_ANY_THROW(create().json());
    EXPECT_EQ(counted("distinct_tasks"), 2U);
    EXPECT_EQ(state().at("credits").at("charged"), 20);
}

TEST_F(Simulator, HangsBeyondTheClientsPatienceWithAndWithoutATask) {
    by_default(R"({"create":{"answer":"hang"}})");
    EXPECT_EQ(create(create_body(), milliseconds{150}).how, reply::silent);
    EXPECT_EQ(counted("distinct_tasks"), 0U);
    by_default(R"({"create":{"answer":"hang_after"}})");
    EXPECT_EQ(create(create_body(), milliseconds{150}).how, reply::silent);
    EXPECT_EQ(counted("distinct_tasks"), 1U);
}

TEST_F(Simulator, CutsBeforeAfterAndInTheMiddleOfTheAnswer) {
    by_default(R"({"create":{"answer":"cut_before"}})");
    EXPECT_EQ(create().how, reply::cut);
    EXPECT_EQ(counted("distinct_tasks"), 0U);
    by_default(R"({"create":{"answer":"cut_after"}})");
    const auto after = create();
    EXPECT_EQ(after.how, reply::cut);
    EXPECT_EQ(after.status, 0);
    EXPECT_EQ(counted("distinct_tasks"), 1U);
    by_default(R"({"create":{"answer":"cut_mid"}})");
    const auto mid = create();
    EXPECT_EQ(mid.how, reply::cut);
    EXPECT_EQ(mid.status, 200);
    EXPECT_EQ(counted("distinct_tasks"), 2U);
    EXPECT_EQ(state().at("credits").at("charged"), 20);
    EXPECT_EQ(state().at("creates_by_answer").at("cut_after"), 1);
}

TEST_F(Simulator, DelaysTheAnswer) {
    by_default(R"({"create":{"answer":"ok","delay_ms":120}})");
    EXPECT_GE(create().took.count(), 120);
}

}  // namespace simulator_test
