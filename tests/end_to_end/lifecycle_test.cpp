// A job from queue to end as its client sees it: progress, lists, cancelling, tracks and engines.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Lifecycle : public StageOnStore {
protected:
    void SetUp() override { start(); }

    std::vector<std::string> listed(const std::string& query) {
        const auto reply = alice().list(query);
        EXPECT_EQ(reply.status, 200) << reply.body;
        std::vector<std::string> ids;
        const auto page = reply.json();
        for (const auto& job : page.at("jobs").as_array())
            ids.push_back(text(job.as_object(), "id"));
        return ids;
    }

    void expect_bad_query(const std::string& query, const std::string& field) {
        const auto reply = alice().list(query);
        expect_error(reply, 422, "VALIDATION_ERROR", "validation_error");
        EXPECT_EQ(expect_error(reply, 422).details, (json::object{{"field", field}})) << query;
    }
};
ON_BOTH_STORES(Lifecycle);

TEST_P(Lifecycle, ProgressRisesFromQueuedToSucceededAndNeverFalls) {
    config.set("engines", "[{engine_key: studio, model: FUZZ-2.0, typical_seconds: 2}]");
    restart_gateway();
    simulator->by_default(R"({"task": {"pending_ms": 500, "running_ms": 3000}})");
    const auto id = alice().created(an_order());
    std::vector<std::int64_t> progress;
    std::vector<std::string> statuses;
    ASSERT_TRUE(eventually([&] {
        const auto job = alice().job(id);
        progress.push_back(job.at("progress").as_int64());
        const auto status = text(job, "status");
        if (statuses.empty() || statuses.back() != status)
            statuses.push_back(status);
        if (status == "running") {
            EXPECT_LE(progress.back(), 95);
            EXPECT_TRUE(job.at("track").is_null());
        }
        return is_terminal(status);
    }));
    EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
    EXPECT_EQ(statuses.back(), "succeeded");
    EXPECT_NE(std::find(statuses.begin(), statuses.end(), "running"), statuses.end());
    EXPECT_LE(statuses.size(), 3U) << "no status comes back";
    EXPECT_EQ(progress.back(), 100);
    const auto between =
        std::count_if(progress.begin(), progress.end(), [](auto at) { return at > 0 && at < 100; });
    EXPECT_GE(between, 10) << "it moves on the way";
}

TEST_P(Lifecycle, ProgressIsFrozenWhenAJobEndsEarly) {
    simulator->by_default(R"({"task": {"running_ms": 600, "result": "failed"}})");
    const auto id = alice().created(an_order());
    const auto at_end = alice().wait_for(id, "failed").at("progress").as_int64();
    EXPECT_GT(at_end, 0);
    EXPECT_LE(at_end, 95);
    EXPECT_TRUE(
        always([&] { return alice().job(id).at("progress").as_int64() == at_end; }, milliseconds{500}));
}

TEST_P(Lifecycle, TheListIsNewestFirstInPages) {
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i)
        ids.insert(ids.begin(), alice().created(an_order("piece " + std::to_string(i))));
    EXPECT_EQ(listed(""), ids);
    EXPECT_EQ(listed("?limit=2"), (std::vector{ids[0], ids[1]}));
    EXPECT_EQ(listed("?limit=2&offset=2"), (std::vector{ids[2], ids[3]}));
    EXPECT_EQ(listed("?limit=2&offset=4"), (std::vector{ids[4]}));
    EXPECT_TRUE(listed("?offset=5").empty());
    const auto body = alice().list("?limit=7&offset=3").json().as_object();
    EXPECT_EQ(body.size(), 3U) << json::serialize(body);
    EXPECT_EQ(body.at("limit"), json::value(7));
    EXPECT_EQ(body.at("offset"), json::value(3));
    const auto usual = alice().list().json().as_object();
    EXPECT_EQ(usual.at("limit"), json::value(50));
    EXPECT_EQ(usual.at("offset"), json::value(0));
}

TEST_P(Lifecycle, TheListFiltersByStatusAndShowsNoUrls) {
    const auto good = alice().created(an_order());
    alice().wait_for(good, "succeeded");
    simulator->by_default(R"({"task": {"result": "failed"}})");
    const auto bad = alice().created(an_order());
    alice().wait_for(bad, "failed");
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto going = alice().created(an_order());
    alice().wait_for(going, "running");

    EXPECT_EQ(listed("?status=succeeded"), (std::vector{good}));
    EXPECT_EQ(listed("?status=failed"), (std::vector{bad}));
    EXPECT_EQ(listed("?status=running"), (std::vector{going}));
    EXPECT_TRUE(listed("?status=queued").empty());
    EXPECT_TRUE(listed("?status=refused").empty());
    EXPECT_TRUE(listed("?status=cancelled").empty());
    EXPECT_EQ(listed(""), (std::vector{going, bad, good}));
    const auto entry = alice().list("?status=succeeded").json().at("jobs").as_array().at(0).as_object();
    EXPECT_EQ(entry.size(), 11U);
    EXPECT_TRUE(entry.at("playback_url").is_null());
    EXPECT_TRUE(entry.at("track").is_null());
    EXPECT_EQ(text(entry, "result_track_id"), "mtrack_" + good.substr(5));
}

TEST_P(Lifecycle, TheListRefusesWhatItCannotRead) {
    for (const char* query : {"?limit=0", "?limit=101", "?limit=-1", "?limit=ten", "?limit=", "?limit=5.0",
                              "?limit=99999999999999999999"})
        expect_bad_query(query, "limit");
    for (const char* query : {"?offset=-1", "?offset=x", "?offset=99999999999999999999"})
        expect_bad_query(query, "offset");
    expect_bad_query("?status=done", "status");
    expect_bad_query("?status=", "status");
    EXPECT_EQ(alice().list("?limit=100&unknown=1").status, 200);
}

TEST_P(Lifecycle, EachUserSeesTheirOwnJobsInEachOrganization) {
    const auto mine = alice().created(an_order());
    const auto elsewhere = as(raw_keys::alice, "org_second").created(an_order());
    const auto bobs = as(raw_keys::bob).created(an_order());
    EXPECT_EQ(listed(""), (std::vector{mine}));
    const auto bob = as(raw_keys::bob);
    for (const auto& reply : {bob.get(mine), bob.cancel(mine), alice().get(bobs), alice().get(elsewhere)})
        expect_error(reply, 404, "RESOURCE_NOT_FOUND", "client_error");
    EXPECT_EQ(bob.get(mine).json().at("error").at("system_message"),
              bob.get("mgen_0123456789ab").json().at("error").at("system_message"))
        << "foreign and unknown cannot be told apart";
    EXPECT_NE(alice().status(mine), "cancelled");
}

TEST_P(Lifecycle, AQueuedJobIsCancelledAtOnceAndNeverSent) {
    config.set("producer.max_in_flight", "1");
    restart_gateway();
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto going = alice().created(an_order("going"));
    alice().wait_for(going, "running");
    const auto waiting = alice().created(an_order("waiting"));
    const auto reply = alice().cancel(waiting);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const auto job = reply.json().as_object();
    EXPECT_EQ(text(job, "status"), "cancelled");
    EXPECT_EQ(job.at("progress"), json::value(0));
    EXPECT_EQ(job.size(), 11U);
    EXPECT_EQ(alice().cancel(waiting).body, reply.body) << "a second time changes nothing";

    simulator->by_default("{}");
    simulator->finish(text(simulator->task(), "task_id"));
    alice().wait_for(going, "succeeded");
    const auto next = alice().created(an_order("next"));
    alice().wait_for(next, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 2);
    EXPECT_EQ(alice().status(waiting), "cancelled");
}

TEST_P(Lifecycle, ARunningJobIsCancelledAndItsTaskAbandoned) {
    config.set("producer.max_in_flight", "1");
    restart_gateway();
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    const auto reply = alice().cancel(id);
    EXPECT_EQ(reply.status, 200);
    alice().wait_for(id, "cancelled");
    simulator->finish(text(simulator->task(), "task_id"));
    simulator->by_default("{}");
    alice().wait_for(alice().created(an_order("the slot is free again")), "succeeded");
    EXPECT_EQ(alice().status(id), "cancelled") << "an end never changes";
    const auto polls = [&] { return simulator->task(0).at("polls").as_int64(); };
    const auto then = polls();
    EXPECT_TRUE(always([&] { return polls() <= then + 1; }, milliseconds{1000}))
        << "nobody asks for it any more";
}

TEST_P(Lifecycle, CancellingAnEndedJobReturnsItAsItIs) {
    const auto id = alice().created(an_order());
    alice().wait_for(id, "succeeded");
    const auto reply = alice().cancel(id);
    EXPECT_EQ(reply.status, 200);
    const auto job = reply.json().as_object();
    EXPECT_EQ(text(job, "status"), "succeeded");
    EXPECT_EQ(play(text(job, "playback_url")).status, 200);
    EXPECT_FALSE(job.at("track").is_null());

    simulator->by_default(R"({"task": {"result": "failed"}})");
    const auto bad = alice().created(an_order());
    alice().wait_for(bad, "failed");
    EXPECT_EQ(text(alice().cancel(bad).json().as_object(), "status"), "failed");
}

TEST_P(Lifecycle, ACancelDuringTheSubmissionIsKept) {
    simulator->by_default(R"({"create": {"delay_ms": 1000}})");
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_received") == 1; }));
    EXPECT_EQ(text(alice().cancel(id).json().as_object(), "status"), "cancelled");
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 1; }));
    EXPECT_TRUE(always([&] { return alice().status(id) == "cancelled"; }, milliseconds{1500}));
}

TEST_P(Lifecycle, AFinishedJobHasATrack) {
    auto order = an_order();
    order["title"] = "Late Night Study \u2013 \U0001F3B5";
    order["instrumental"] = true;
    order["mode"] = "focus";
    const auto id = alice().created(order);
    const auto job = alice().wait_for(id, "succeeded");
    const auto summary = job.at("track").as_object();
    EXPECT_EQ(json::serialize(json::value(summary.begin()->key())), "\"id\"");
    EXPECT_EQ(text(summary, "title"), text(order, "title"));
    EXPECT_EQ(text(summary, "mode"), "focus");
    EXPECT_EQ(text(job, "mode"), "focus");
    EXPECT_EQ(summary.at("instrumental"), json::value(true));
    EXPECT_EQ(text(summary, "licence_class"), "unclear");

    const auto reply = alice().track(text(summary, "id"));
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto track = reply.json().as_object();
    for (const char* same :
         {"id", "title", "engine", "mode", "instrumental", "measured_duration_seconds", "licence_class"})
        EXPECT_EQ(track.at(same), summary.at(same)) << same;
    EXPECT_EQ(text(track, "created_at"), text(job, "created_at"));
    EXPECT_TRUE(track.at("stem_urls").is_null());
    EXPECT_EQ(play(text(track, "playback_url")).status, 200);
    expect_error(as(raw_keys::bob).track(text(summary, "id")), 404, "RESOURCE_NOT_FOUND", "client_error");
}

TEST_P(Lifecycle, AnUnfinishedJobHasNoTrack) {
    simulator->by_default(R"({"task": {"result": "never"}})");
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    expect_error(alice().track("mtrack_" + id.substr(5)), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(alice().track(id), 404, "RESOURCE_NOT_FOUND", "client_error");
}

TEST_P(Lifecycle, ASeedTrackGivesItsCharacterToTheNewOne) {
    const auto seed = alice().created(an_order("a harp in the rain"));
    const auto track = text(alice().wait_for(seed, "succeeded"), "result_track_id");
    auto order = an_order("more of it");
    order["seed_track_id"] = track;
    alice().wait_for(alice().created(order), "succeeded");
    EXPECT_NE(text(simulator->last_order(), "sound").find("a harp in the rain"), std::string::npos);
    expect_error(as(raw_keys::bob).create(order), 404, "RESOURCE_NOT_FOUND", "client_error");
}

TEST_P(Lifecycle, EnginesAreListedUnderBothNames) {
    const auto reply = alice().engines();
    ASSERT_EQ(reply.status, 200);
    const auto body = reply.json().as_object();
    EXPECT_EQ(body.at("engines"), body.at("items"));
    const auto& engines = body.at("engines").as_array();
    ASSERT_EQ(engines.size(), 2U);
    const json::object studio{
        {"engine_key", "studio"},        {"display_name", "Studio"},    {"max_duration_seconds", 240},
        {"supports_vocals", true},       {"supports_lyrics", true},     {"supports_stems", false},
        {"supported_languages", {"en"}}, {"licence_class", "unclear"},  {"licence_version", nullptr},
        {"commercial_use", false},       {"requires_attribution", true}};
    EXPECT_EQ(engines[0].as_object(), studio) << reply.body;
    const auto hall = engines[1].as_object();
    EXPECT_EQ(text(hall, "engine_key"), "hall");
    EXPECT_EQ(text(hall, "licence_class"), "commercial_cleared");
    EXPECT_EQ(hall.at("supports_vocals"), json::value(false));
    EXPECT_EQ(hall.at("max_duration_seconds"), json::value(600));
}

}  // namespace
