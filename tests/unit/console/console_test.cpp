// The console's routes, in front of a scripted store: requests in, responses out, no sockets.
#include "gateway/console/console.hpp"

#include "tests/unit/console/surveyed_store.hpp"
#include "tests/unit/service/recording_starter.hpp"
#include "tests/unit/service/run.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>

namespace {

using namespace gateway;
using namespace gateway::console;
namespace json = boost::json;
using http::method;
using http::request;
using http::response;
using testing::HasSubstr;

constexpr const char* token = "a-token-of-24-characters";

class named_player final : public audio_player {
public:
    std::string address_of(const job& of) const override {
        return track_id_of(of.id) + ".m4a?expires=1&signature=s";
    }
    boost::asio::awaitable<response> play(const request& incoming, std::string file) const override {
        response answer;
        answer.content_type = "audio/mp4";
        answer.body = file + "?" + incoming.query;
        answer.set("cache-control", "private, max-age=600");
        co_return answer;
    }
};

class Console : public testing::Test {
protected:
    Console() {
        auto made = std::make_shared<service::policy>(std::vector<api_key>{}, true);
        engine studio;
        studio.engine_key = "studio";
        made->engines = {studio};
        generations.use(made);
    }

    static request ask(method how, std::string path) {
        request incoming;
        incoming.method = how;
        const auto mark = path.find('?');
        incoming.path = path.substr(0, mark);
        if (mark != std::string::npos)
            incoming.query = path.substr(mark + 1);
        incoming.headers = {{"host", "localhost:9090"}, {"x-console", "1"}};
        incoming.request_id = "req_test";
        return incoming;
    }
    response answer(request incoming) { return run(page.handle(std::move(incoming))); }
    response get(std::string path) { return answer(ask(method::get, std::move(path))); }
    response post(std::string path) { return answer(ask(method::post, std::move(path))); }

    static json::object object_in(const response& from) { return json::parse(from.body).as_object(); }
    static std::string header(const response& from, std::string_view name) {
        std::string found;
        for (const auto& [each, value] : from.headers)
            if (each == name)
                found += found.empty() ? value : "|" + value;
        return found;
    }

    job& put(const std::string& id, job_status status, const std::string& organization = "org_a") {
        return store.put(id, {organization, "usr_1"}, status);
    }

    scripted_store store;
    surveyed_store survey{store};
    recording_starter starter;
    service::gate_view gates;
    service::generations generations{store, starter, gates, nullptr};
    named_player player;
    operating_facts facts{.version = "1.2.3", .warnings = {"appendonly is no"}};
    surroundings around{store, survey, generations, gates, player, [this] { return facts; }};
    gateway::console::console page{around, {.token = "", .on_loopback = true}};
    gateway::console::console guarded{around, {.token = token, .on_loopback = false}};
    gateway::console::console shut{around, {.token = "", .on_loopback = false}};
};

}  // namespace

TEST_F(Console, ServesItsPageUnderAStrictPolicy) {
    const auto shown = get("/console");
    EXPECT_EQ(shown.status, 200U);
    EXPECT_EQ(shown.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(header(shown, "content-security-policy"),
                HasSubstr("default-src 'none'; script-src 'sha256-"));
    EXPECT_EQ(header(shown, "x-frame-options"), "DENY");
    EXPECT_EQ(shown.route, "/console");
    EXPECT_EQ(get("/console/").status, 308U);
    EXPECT_EQ(header(get("/console/"), "location"), "/console");
}

TEST_F(Console, NoAnswerMayBeKept) {
    put("mgen_1", job_status::succeeded).state.audio = stored_audio{"m4a", "audio/mp4", 1, {}};
    for (const char* path : {"/console", "/console/", "/console/api/overview", "/console/api/jobs",
                             "/console/api/jobs/mgen_1", "/console/api/jobs/mgen_2",
                             "/console/api/jobs?status=x", "/console/api/audio/a.m4a", "/console/nothing"})
        EXPECT_EQ(header(get(path), "cache-control"), "no-store") << path;
    EXPECT_EQ(header(post("/console/api/jobs/mgen_1/cancel"), "cache-control"), "no-store");
}

TEST_F(Console, TellsAWrongPathFromAWrongMethod) {
    EXPECT_EQ(get("/console/nothing").status, 404U);
    EXPECT_EQ(get("/consoles").status, 404U);
    const auto wrong = get("/console/api/jobs/mgen_1/cancel");
    EXPECT_EQ(wrong.status, 405U);
    EXPECT_EQ(header(wrong, "allow"), "POST");
    EXPECT_EQ(post("/console/api/jobs").status, 405U);
}

TEST_F(Console, IsClosedBeyondTheLoopbackWithoutAToken) {
    for (const char* path :
         {"/console", "/console/api/overview", "/console/api/jobs", "/console/api/audio/a.m4a"}) {
        const auto refused = run(shut.handle(ask(method::get, path)));
        EXPECT_EQ(refused.status, 403U) << path;
        EXPECT_THAT(refused.body, HasSubstr("console.token")) << path;
    }
    put("mgen_1", job_status::queued);
    EXPECT_EQ(run(shut.handle(ask(method::post, "/console/api/jobs/mgen_1/cancel"))).status, 403U);
    EXPECT_EQ(store.jobs.at("mgen_1").state.status, job_status::queued);
}

TEST_F(Console, AsksForItsTokenBeforeItSaysAnything) {
    put("mgen_1", job_status::queued);
    EXPECT_EQ(run(guarded.handle(ask(method::get, "/console"))).status, 200U) << "the page holds no data";
    for (const char* path : {"/console/api/overview", "/console/api/jobs", "/console/api/jobs/mgen_1",
                             "/console/api/jobs/mgen_2"}) {
        const auto refused = run(guarded.handle(ask(method::get, path)));
        EXPECT_EQ(refused.status, 401U) << path;
        EXPECT_EQ(header(refused, "www-authenticate"), "Bearer realm=\"console\"");
        auto with_token = ask(method::get, path);
        with_token.headers.emplace_back("authorization", std::string{"Bearer "} + token);
        EXPECT_NE(run(guarded.handle(std::move(with_token))).status, 401U) << path;
    }
    EXPECT_EQ(run(guarded.handle(ask(method::post, "/console/api/jobs/mgen_1/cancel"))).status, 401U);
    EXPECT_EQ(store.jobs.at("mgen_1").state.status, job_status::queued);
}

TEST_F(Console, CancelsForNobodyElsesPage) {
    put("mgen_1", job_status::queued);
    auto from_elsewhere = ask(method::post, "/console/api/jobs/mgen_1/cancel");
    from_elsewhere.headers.emplace_back("sec-fetch-site", "cross-site");
    EXPECT_EQ(answer(std::move(from_elsewhere)).status, 403U);
    auto a_form = ask(method::post, "/console/api/jobs/mgen_1/cancel");
    a_form.headers = {{"host", "localhost:9090"}, {"origin", "https://evil.example"}};
    EXPECT_EQ(answer(std::move(a_form)).status, 403U);
    EXPECT_EQ(store.jobs.at("mgen_1").state.status, job_status::queued);
}

TEST_F(Console, CancelsAsTheOwnerWould) {
    put("mgen_1", job_status::running, "org_b");
    const auto cancelled = post("/console/api/jobs/mgen_1/cancel");
    EXPECT_EQ(cancelled.status, 200U);
    EXPECT_EQ(object_in(cancelled).at("status"), json::value("cancelled"));
    EXPECT_EQ(starter.ended_by_clients, std::vector<std::string>{"mgen_1"}) << "the same way as a client's";
    const auto again = post("/console/api/jobs/mgen_1/cancel");
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(starter.ended_by_clients.size(), 1U);
    EXPECT_EQ(post("/console/api/jobs/mgen_9/cancel").status, 404U);
}

TEST_F(Console, TheTableShowsWhatTheStoreFound) {
    put("mgen_1", job_status::running).request.title = "Late <b>Night</b>";
    survey.next = "7.mgen_1";
    survey.complete = false;
    const auto found =
        object_in(get("/console/api/jobs?organization=org+a&status=running&limit=3&after=9.mgen_9"));
    EXPECT_EQ(survey.searched.organization, "org a");
    EXPECT_EQ(survey.searched.status, job_status::running);
    EXPECT_EQ(survey.searched.limit, 3);
    EXPECT_EQ(survey.searched.after, "9.mgen_9");
    EXPECT_EQ(found.at("next"), json::value("7.mgen_1"));
    EXPECT_EQ(found.at("complete"), json::value(false));
    const auto& row = found.at("jobs").at(0).as_object();
    EXPECT_EQ(row.at("id"), json::value("mgen_1"));
    EXPECT_EQ(row.at("organization"), json::value("org_a"));
    EXPECT_EQ(row.at("user"), json::value("usr_1"));
    EXPECT_EQ(row.at("title"), json::value("Late <b>Night</b>"));
    EXPECT_EQ(row.at("status"), json::value("running"));
    EXPECT_EQ(row.at("created_at"), json::value(store.now.time_since_epoch().count()));
}

TEST_F(Console, FindsOneJobByItsIdWhoseverItIs) {
    put("mgen_1", job_status::failed, "org_b");
    const auto found = [&](const std::string& query) {
        return object_in(get("/console/api/jobs?" + query)).at("jobs").as_array().size();
    };
    EXPECT_EQ(found("id=mgen_1"), 1U);
    EXPECT_EQ(found("id=mtrack_1"), 1U);
    EXPECT_EQ(found("id=mgen_2"), 0U);
    EXPECT_EQ(found("id=mgen_1&organization=org_b&status=failed"), 1U);
    EXPECT_EQ(found("id=mgen_1&organization=org_a"), 0U);
    EXPECT_EQ(found("id=mgen_1&status=queued"), 0U);
}

TEST_F(Console, RefusesAQueryItDoesNotUnderstand) {
    const auto refused = get("/console/api/jobs?organisation=a");
    EXPECT_EQ(refused.status, 400U);
    EXPECT_THAT(object_in(refused).at("error").as_string(), HasSubstr("organisation"));
    store.failure = errc::invalid_request;
    EXPECT_EQ(get("/console/api/jobs?after=nonsense").status, 400U);
}

TEST_F(Console, OneJobHasItsTimelineAndNoWordsOfTheClient) {
    auto& one = put("mgen_1", job_status::succeeded);
    one.request.prompt = "a secret wish";
    one.request.lyrics = "a secret song";
    one.state.task_id = "task-7";
    one.state.credits = 10;
    one.state.credits_are = credit_outcome::charged;
    one.state.audio = stored_audio{"m4a", "audio/mp4", 1'000, 2.5};
    const auto shown = get("/console/api/jobs/mgen_1");
    const auto body = object_in(shown);
    EXPECT_EQ(body.at("task_id"), json::value("task-7"));
    EXPECT_EQ(body.at("credits_text"), json::value("10 credits charged"));
    EXPECT_EQ(body.at("timeline").as_array().size(), 3U);
    EXPECT_EQ(body.at("audio").at("url"),
              json::value("/console/api/audio/mtrack_1.m4a?expires=1&signature=s"));
    EXPECT_EQ(body.at("can_be_cancelled"), json::value(false));
    EXPECT_EQ(shown.body.find("secret"), std::string::npos);
    EXPECT_EQ(get("/console/api/jobs/mgen_2").status, 404U);
}

TEST_F(Console, AudioIsNamedOnlyOnceItIsThere) {
    put("mgen_1", job_status::running);
    EXPECT_TRUE(object_in(get("/console/api/jobs/mgen_1")).at("audio").is_null());
    put("mgen_2", job_status::succeeded);
    EXPECT_TRUE(object_in(get("/console/api/jobs/mgen_2")).at("audio").is_null())
        << "its file has been removed";
}

TEST_F(Console, AudioNeedsItsSignedAddressAloneAndIsNotKept) {
    const auto played =
        run(guarded.handle(ask(method::get, "/console/api/audio/mtrack_1.m4a?expires=1&signature=s")));
    EXPECT_EQ(played.status, 200U);
    EXPECT_EQ(played.body, "mtrack_1.m4a?expires=1&signature=s") << "the player decides whether it is signed";
    EXPECT_EQ(header(played, "cache-control"), "no-store");
}

TEST_F(Console, SaysPlainlyThatTheStoreIsAway) {
    store.failure = errc::store_unavailable;
    EXPECT_EQ(get("/console/api/jobs").status, 503U);
    EXPECT_EQ(get("/console/api/jobs?id=mgen_1").status, 503U);
    EXPECT_EQ(get("/console/api/jobs/mgen_1").status, 503U);
    EXPECT_EQ(post("/console/api/jobs/mgen_1/cancel").status, 503U);
    const auto overview = get("/console/api/overview");
    EXPECT_EQ(overview.status, 200U) << "gates and engines can be seen all the same";
    EXPECT_EQ(object_in(overview).at("store").at("reachable"), json::value(false));
}

TEST_F(Console, TheOverviewHasWhatTheProcessKnows) {
    gates.saw_balance(990, service::gate_view::clock::now() - milliseconds{5'000});
    survey.ends.failed = 3;
    const auto body = object_in(get("/console/api/overview"));
    EXPECT_EQ(body.at("version"), json::value("1.2.3"));
    EXPECT_EQ(body.at("warnings"), json::value(json::array{"appendonly is no"}));
    EXPECT_EQ(body.at("credits").at("balance"), json::value(990.0));
    EXPECT_GE(body.at("credits").at("age_ms").as_int64(), 5'000);
    EXPECT_EQ(body.at("ended").at("failed"), json::value(3));
    EXPECT_EQ(body.at("engines").at(0).at("key"), json::value("studio"));
}

TEST_F(Console, WhatTheTransportRefusesIsJsonToo) {
    const auto refused = page.refuse(http::refusal_kind::headers_too_large, "req_1");
    EXPECT_EQ(refused.status, 431U);
    EXPECT_FALSE(object_in(refused).at("error").as_string().empty());
}
