// The console on the admin port: its routes over the wire, and the page in a real browser, by mouse and by
// keyboard alone.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;

constexpr const char* token = "console-token-4f1b7c90a2";
const header_list from_the_page{{"X-Console", "1"}};

class ConsoleRoutes : public StageOnStore {
protected:
    http_reply admin(const std::string& target, const header_list& headers = {},
                     const std::string& method = "GET") const {
        return ask(gateway->admin(), {method, target, headers});
    }
    boost::json::object shown(const std::string& job_id) const {
        return admin("/console/api/jobs/" + job_id).json().as_object();
    }
};
ON_BOTH_STORES(ConsoleRoutes);

TEST_P(ConsoleRoutes, AreOnTheAdminPortAlone) {
    start();
    EXPECT_EQ(admin("/console").status, 200);
    EXPECT_EQ(admin("/healthz").status, 200);
    EXPECT_EQ(ask(gateway->url(), {"GET", "/console"}).status, 404);
    EXPECT_EQ(ask(gateway->url(), {"GET", "/console/api/jobs"}).status, 404);
}

TEST_P(ConsoleRoutes, FollowAJobToItsAudio) {
    start();
    const auto id = alice().created(an_order());
    alice().wait_for(id, "succeeded");
    const auto job = shown(id);
    EXPECT_EQ(text(job, "organization"), "org_abc123");
    EXPECT_EQ(text(job, "user"), "usr_alice");
    EXPECT_EQ(text(job, "task_id"), text(simulator->task(), "task_id"));
    EXPECT_EQ(text(job, "credits_text"), "10 credits charged");
    EXPECT_GE(job.at("ended_at").as_int64(), job.at("created_at").as_int64());

    const std::string audio = text(job.at("audio").as_object(), "url");
    const auto whole = admin(audio);
    ASSERT_EQ(whole.status, 200) << whole.body;
    EXPECT_EQ(whole.header("cache-control"), "no-store");
    EXPECT_EQ(whole.body, play(text(alice().job(id), "playback_url")).body) << "the music that clients hear";
    const auto part = admin(audio, {{"Range", "bytes=10-19"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.body.substr(10, 10));
    EXPECT_EQ(admin(audio.substr(0, audio.size() - 1) + "x").status, 403) << "unsigned";
}

TEST_P(ConsoleRoutes, ListTheJobsOfEverybody) {
    start();
    const auto first = alice().created(an_order("one"));
    const auto second = as(raw_keys::carol, "org_other").created(an_order("two"));
    alice().wait_for_end(first);
    as(raw_keys::carol, "org_other").wait_for_end(second);
    const auto ids = [&](const std::string& query) {
        const auto page = admin("/console/api/jobs" + query).json();
        std::string all;
        for (const auto& each : page.at("jobs").as_array())
            all += text(each.as_object(), "id") + " ";
        return all;
    };
    EXPECT_EQ(ids(""), second + " " + first + " ");
    EXPECT_EQ(ids("?organization=org_other"), second + " ");
    EXPECT_EQ(ids("?status=failed"), "");
    EXPECT_EQ(ids("?id=" + first), first + " ");
}

TEST_P(ConsoleRoutes, CancelAJobAsItsClientWould) {
    start();
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    const std::string cancel = "/console/api/jobs/" + id + "/cancel";
    EXPECT_EQ(admin(cancel, {}, "POST").status, 403) << "any page of another origin can send this much";
    EXPECT_EQ(admin(cancel, {{"X-Console", "1"}, {"Sec-Fetch-Site", "cross-site"}}, "POST").status, 403);
    EXPECT_EQ(alice().status(id), "running");
    EXPECT_EQ(admin(cancel, from_the_page, "POST").status, 200);
    EXPECT_EQ(alice().status(id), "cancelled");
    EXPECT_TRUE(
        eventually([&] { return gateway->log().find("\"cancelled_by_operator\"") != std::string::npos; }));
}

TEST_P(ConsoleRoutes, CountWhatTheStoreHolds) {
    config.set("producer.max_in_flight", "1");
    start();
    simulator->by_default(R"({"task": {"result": "never"}})");
    alice().wait_for(alice().created(an_order("one")), "running");
    alice().created(an_order("two"));
    const auto overview = [&] { return admin("/console/api/overview").json().as_object(); };
    ASSERT_TRUE(eventually([&] { return overview().at("jobs").at("queued") == boost::json::value(1); }));
    EXPECT_EQ(overview().at("jobs").at("running"), boost::json::value(1));
    EXPECT_EQ(overview().at("limits").at("in_flight"), boost::json::value(1));
    EXPECT_EQ(overview().at("engines").as_array().size(), 2U);
    EXPECT_TRUE(eventually([&] { return overview().at("credits").is_object(); }))
        << "read within a second of the start";
}

TEST_P(ConsoleRoutes, AskForTheirTokenWhileProbesAndScrapesNeedNone) {
    config.set("console.token", token);
    start();
    EXPECT_EQ(admin("/console").status, 200);
    EXPECT_EQ(admin("/console/api/jobs").status, 401);
    EXPECT_EQ(admin("/console/api/jobs", {{"Authorization", "Bearer another-token-altogether"}}).status, 401);
    EXPECT_EQ(admin("/console/api/jobs", {{"Authorization", std::string{"Bearer "} + token}}).status, 200);
    for (const char* path : {"/healthz", "/readyz", "/metrics"})
        EXPECT_EQ(admin(path).status, 200) << path;
    EXPECT_EQ(gateway->log().find(token), std::string::npos);
}

TEST_P(ConsoleRoutes, AnswerNoHostButThisMachineWithoutAToken) {
    start();
    const auto as_host = [&](const std::string& path, const std::string& host) {
        return ask_raw(gateway->admin(),
                       "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
            .status;
    };
    EXPECT_EQ(as_host("/console", "localhost:9090"), 200);
    EXPECT_EQ(as_host("/console", "rebound.example"), 403);
    EXPECT_EQ(as_host("/console/api/jobs", "rebound.example:9090"), 403);
    EXPECT_EQ(as_host("/metrics", "rebound.example"), 200);
}

// The same story by both ways; together they use both stores, with a token and without one.
class ConsolePage : public Stage {
protected:
    explicit ConsolePage(store_kind store) : Stage{store} {}

    void tell(const std::string& way, const std::string& with_token) {
        start();
        simulator->by_default(R"({"task": {"pending_ms": 300, "running_ms": 2500}})");
        for (const char* until_told : {"Morning Rain", "Endless Drone"})
            simulator->rule(std::string{R"({"sound_contains": ")"} + until_told + R"("})",
                            R"({"task": {"result": "never"}})");
        simulator->rule(R"({"sound_contains": "tude No."})",
                        R"({"task": {"pending_ms": 50, "running_ms": 150}})");
        simulator->rule(R"({"sound_contains": "Broken Waltz"})",
                        R"({"task": {"running_ms": 50, "result": "failed"}})");
        simulator->rule(R"({"sound_contains": "Forbidden Tune"})",
                        R"({"task": {"running_ms": 50, "result": "refused"}})");
        const auto told =
            run({"node",
                 {CONSOLE_STORY, way},
                 {"CONSOLE=" + gateway->admin(), "CLIENT=" + gateway->url(), "SIMULATOR=" + simulator->url(),
                  std::string{"KEY="} + raw_keys::alice, "TOKEN=" + with_token,
                  "FOLDER=" + folder.path().string(), "no_proxy=*", "NO_PROXY=*"}},
                milliseconds{220'000});
        EXPECT_EQ(told.code, 0)
            << "node, /usr/bin/chromium and what tests/end_to_end/console/install brings are needed for this "
               "test:\n"
            << told.out << told.err;
    }
};

class ConsoleByMouse : public ConsolePage {
protected:
    ConsoleByMouse() : ConsolePage{store_kind::redis} {}
};
class ConsoleByKeyboard : public ConsolePage {
protected:
    ConsoleByKeyboard() : ConsolePage{store_kind::memory} {}
};

TEST_F(ConsoleByMouse, AnOperatorFollowsPlaysCancelsAndFinds) {
    tell("mouse", "");
}

TEST_F(ConsoleByKeyboard, AnOperatorFollowsPlaysCancelsAndFinds) {
    config.set("console.token", token);
    tell("keyboard", token);
}

}  // namespace
