// The program, its control routes, credits and rules.
#include "own_certificate.hpp"
#include "simulator_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <unistd.h>

#include <fstream>

namespace simulator_test {

namespace {

constexpr const char* quick = R"({"task":{"pending_ms":0,"running_ms":0}})";
constexpr const char* stuck = R"({"task":{"result":"never"}})";

int exit_code_of(std::vector<std::string> arguments, std::string& errors) {
    process program{std::move(arguments)};
    errors = program.standard_error();
    return program.exit_code();
}

std::string temporary_file(const std::string& name, const std::string& text = "") {
    const auto path = testing::TempDir() + "simulator_" + std::to_string(getpid()) + "_" + name;
    std::ofstream{path} << text;
    return path;
}

// The status of a GET over TLS; the certificate is not checked.
unsigned status_over_tls(const std::string& url, const std::string& target) {
    namespace asio = boost::asio;
    namespace http = boost::beast::http;
    asio::io_context context{1};
    asio::ssl::context tls{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream{context, tls};
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    stream.lowest_layer().connect({asio::ip::address_v4::loopback(), port});
    stream.handshake(asio::ssl::stream_base::client);
    http::write(stream, http::request<http::empty_body>{http::verb::get, target, 11});
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(stream, buffer, answer);
    return answer.result_int();
}

}  // namespace

TEST(SimulatorProgram, RefusesBadOptionsWithAMessageAndExitCode2) {
    const std::vector<std::vector<std::string>> bad{{"--no-such-option"},
                                                    {"--listen", "nonsense"},
                                                    {"--listen", "127.0.0.1:99999"},
                                                    {"--credits", "-5"},
                                                    {"--credits", "many"},
                                                    {"--script", "/no/such/file"},
                                                    {"--media", "/no/such/dir"},
                                                    {"--tls-certificate", "/only/one"},
                                                    {"stray"}};
    for (const auto& arguments : bad) {
        std::string errors;
        EXPECT_EQ(exit_code_of(arguments, errors), 2) << arguments.front();
        EXPECT_TRUE(errors.starts_with("producer-simulator: ")) << errors;
    }
}

TEST(SimulatorProgram, RefusesABadScriptByNamingTheMistake) {
    const auto path = temporary_file("bad_script", R"({"default":{"poll":{"faults":[{"kind":"rain"}]}}})");
    std::string errors;
    EXPECT_EQ(exit_code_of({"--script", path}, errors), 2);
    EXPECT_NE(errors.find("default.poll.faults[0].kind: must be one of 404_json"), std::string::npos)
        << errors;
    unlink(path.c_str());
}

TEST_F(Simulator, StartsWithAScriptAndComesBackToItOnReset) {
    const auto path =
        temporary_file("script", "{ // as ever\n\"default\":{\"create\":{\"answer\":{\"status\":503}}}}");
    start({"--script", path});
    unlink(path.c_str());
    EXPECT_EQ(create().status, 503);
    by_default("{}");
    EXPECT_EQ(create().status, 200);
    ASSERT_EQ(control("POST", "reset").status, 200);
    EXPECT_EQ(create().status, 503);
}

TEST_F(Simulator, ServesHttpsOnBothListeners) {
    const auto certificate = temporary_file("certificate");
    const auto key = temporary_file("key");
    own_certificate{}.save(certificate, key);
    start({"--tls-certificate", certificate, "--tls-key", key});
    unlink(certificate.c_str());
    unlink(key.c_str());
    EXPECT_TRUE(api.starts_with("https://"));
    EXPECT_EQ(status_over_tls(api, "/_control/state"), 200U);
    EXPECT_EQ(status_over_tls(api, "/api/v1/get-credits"), 401U);
    EXPECT_EQ(status_over_tls(cdn, "/producer/x.m4a"), 404U);
}

TEST_F(Simulator, EndsWith0OnSigtermWhileConnectionsHang) {
    by_default(R"({"create":{"answer":"hang"}})");
    EXPECT_EQ(create(create_body(), milliseconds{100}).how, reply::silent);
    program->terminate();
    EXPECT_EQ(program->exit_code(), 0);
    program.reset();
}

TEST_F(Simulator, AnswersUnknownAddressesAsTheHostingPlatformDoes) {
    const auto lost = perform(api, {"GET", "/api/v1/producer/nothing"});
    EXPECT_EQ(lost.status, 404);
    EXPECT_TRUE(lost.headers.at("content-type").starts_with("text/html"));
    const auto wrong = perform(api, {"POST", "/api/v1/producer/nothing", "{}"});
    EXPECT_EQ(wrong.status, 405);
    EXPECT_TRUE(wrong.headers.at("content-type").starts_with("text/html"));
}

TEST_F(Simulator, TakesTenCreditsAtCreateExtraCreditsFirst) {
    ASSERT_EQ(control("PUT", "credits", R"({"credits":100,"extra_credits":15})").status, 200);
    by_default(stuck);
    created();
    created();
    const auto balance =
        perform(api, {"GET", "/api/v1/get-credits", "", {{"Authorization", "Bearer sk_simulator"}}});
    EXPECT_EQ(balance.body, R"({"credits":95,"extra_credits":0})");
}

TEST_F(Simulator, GivesCreditsBackWhereTheyCameFromWhenATaskFails) {
    ASSERT_EQ(control("PUT", "credits", R"({"credits":100,"extra_credits":4})").status, 200);
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"result":"failed"}})");
    created();
    ASSERT_TRUE(eventually([&] { return counted("unfinished_tasks") == 0; }));
    const auto credits = state().at("credits").as_object();
    EXPECT_EQ(credits.at("credits"), 100);
    EXPECT_EQ(credits.at("extra_credits"), 4);
    EXPECT_EQ(credits.at("charged"), 10);
    EXPECT_EQ(credits.at("refunded"), 10);
    EXPECT_TRUE(only_task().at("refunded").as_bool());
}

TEST_F(Simulator, RefusesACreateThatTheBalanceDoesNotAfford) {
    start({"--credits", "12", "--extra-credits", "3"});
    by_default(stuck);
    EXPECT_EQ(create().status, 200);
    const auto refused = create();
    EXPECT_EQ(refused.status, 402);
    EXPECT_EQ(refused.text("type"), "insufficient_credits");
    EXPECT_EQ(counted("distinct_tasks"), 1U);
}

TEST_F(Simulator, CountsTasksPerRequestSoThatASecondGenerationShows) {
    by_default(quick);
    created(create_body("alpha"));
    created(create_body("alpha"));
    created(create_body("beta"));
    EXPECT_EQ(counted("most_tasks_per_key"), 2U);
    const auto by_key = state().at("creates_by_key").as_array();
    EXPECT_EQ(by_key.size(), 2U);
    for (const auto& entry : by_key)
        EXPECT_EQ(entry.at("accepted"), entry.at("sound") == "alpha" ? 2 : 1);
}

TEST_F(Simulator, ShowsTheHeadersOfTheLastCreateAndTheTraceOfEachTask) {
    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    perform(api, {"POST",
                  "/api/v1/producer/create",
                  create_body(),
                  {{"Authorization", "Bearer sk_simulator"}, {"traceparent", trace}}});
    EXPECT_EQ(state().at("last_create_headers").at("traceparent"), trace.c_str());
    EXPECT_EQ(only_task().at("traceparent"), trace.c_str());
}

TEST_F(Simulator, AppliesTheFirstRuleThatFitsAndUsesItUp) {
    const auto done = control("PUT", "script", R"({
        "default": {"task": {"result": "never"}},
        "rules": [
            {"match": {"sound_contains": "storm"}, "times": 1, "behaviour": {"create": {"answer": {"status": 500}}}},
            {"match": {"title": "Exact"}, "behaviour": {"create": {"answer": {"status": 502}}}},
            {"match": {"nth_create": 5}, "behaviour": {"create": {"answer": {"status": 429}}}}
        ]})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(create(create_body("a storm")).status, 500);
    EXPECT_EQ(create(create_body("a storm")).status, 200);
    EXPECT_EQ(create(R"({"task_type":"create_music","sound":"x","title":"Exact"})").status, 502);
    EXPECT_EQ(create(R"({"task_type":"create_music","sound":"x","title":"Exactly"})").status, 200);
    EXPECT_EQ(create().status, 429);
    EXPECT_EQ(create().status, 200);
}

TEST_F(Simulator, AnAddedRuleGoesFirstAndInheritsFromTheDefault) {
    by_default(R"({"task":{"pending_ms":0,"running_ms":0,"wav_url":false}})");
    const auto done =
        control("POST", "rules", R"({"match":{"every_nth":2},"behaviour":{"task":{"nulls":true}}})");
    ASSERT_EQ(done.status, 200) << done.body;
    const auto first = poll_to_success(created());
    const auto second = poll_to_success(created());
    EXPECT_NE(first.body.find(R"("sound":"slow synth ballad")"), std::string::npos);
    EXPECT_NE(second.body.find(R"("sound":null)"), std::string::npos);
    EXPECT_EQ(second.body.find("wav_url"), std::string::npos);
}

TEST_F(Simulator, RefusesABadScriptByNamingEveryMistakeAndKeepsTheOldOne) {
    by_default(R"({"create":{"answer":{"status":503}}})");
    const auto refused = control("PUT", "script", R"({"default":{"task":{"pending_ms":"soon","resulto":1}},
        "rules":[{"behaviour":{"webhook":{"mode":"pigeon"}}}]})");
    EXPECT_EQ(refused.status, 400);
    for (const char* mistake :
         {"default.task.pending_ms", "default.task.resulto", "rules[0].behaviour.webhook.mode"})
        EXPECT_NE(refused.body.find(mistake), std::string::npos) << refused.body;
    EXPECT_EQ(create().status, 503);
    EXPECT_EQ(control("PUT", "script", "{").status, 400);
}

TEST_F(Simulator, PlaysDeadToEverybodyButControl) {
    ASSERT_EQ(control("PUT", "switches", R"({"dead":true})").status, 200);
    EXPECT_EQ(create().how, reply::cut);
    EXPECT_EQ(poll("x").how, reply::cut);
    EXPECT_EQ(counted("creates_received"), 0U);
    ASSERT_EQ(control("PUT", "switches", R"({"dead":false})").status, 200);
    EXPECT_EQ(create().status, 200);
}

TEST_F(Simulator, FinishesATaskOnRequest) {
    by_default(stuck);
    const auto good = created(create_body("good"));
    const auto bad = created(create_body("bad"));
    EXPECT_EQ(control("POST", "tasks/" + good + "/finish", R"({"result":"success"})").status, 200);
    EXPECT_EQ(control("POST", "tasks/" + bad + "/finish", R"({"result":"failed","message":"boom"})").status,
              200);
    EXPECT_EQ(poll(good).text("status"), "SUCCESS");
    EXPECT_EQ(poll(bad).text("message"), "boom");
    EXPECT_EQ(control("POST", "tasks/" + bad + "/finish", "{}").status, 409);
    EXPECT_EQ(control("POST", "tasks/unknown/finish", "{}").status, 404);
}

TEST_F(Simulator, ListsTasksFilteredByWhatTheyAskedFor) {
    by_default(stuck);
    created(create_body("red drum"));
    created(create_body("blue drum"));
    const auto list = control("GET", "tasks?sound_contains=red%20drum").json().at("tasks").as_array();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].at("request").at("sound"), "red drum");
    EXPECT_EQ(list[0].at("state"), "pending");
}

TEST_F(Simulator, ResetForgetsEverything) {
    start({"--credits", "50"});
    by_default(R"({"task":{"result":"never"}})");
    const auto id = created();
    control("PUT", "switches", R"({"unauthorized":true})");
    ASSERT_EQ(control("POST", "reset").status, 200);
    EXPECT_EQ(poll(id).status, 404);
    EXPECT_EQ(counted("distinct_tasks"), 0U);
    EXPECT_EQ(counted("creates_received"), 0U);
    EXPECT_EQ(state().at("credits").at("credits"), 50);
    EXPECT_EQ(poll_to_success(created()).status, 200);
}

TEST_F(Simulator, KeepsManyTasksApart) {
    by_default(quick);
    for (int i = 0; i < 200; ++i)
        created(create_body("music " + std::to_string(i)));
    EXPECT_EQ(counted("distinct_tasks"), 200U);
    EXPECT_EQ(counted("most_tasks_per_key"), 1U);
    EXPECT_EQ(state().at("tasks").as_array().size(), 200U);
    const auto brief = control("GET", "state?tasks=0").json().as_object();
    EXPECT_FALSE(brief.contains("tasks"));
}

}  // namespace simulator_test
