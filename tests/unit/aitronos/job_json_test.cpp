// Jobs, tracks and engines, byte for byte.
#include "adapters/aitronos/job_json.hpp"

#include "adapters/aitronos/engine_json.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

using namespace adapters::aitronos;
using gateway::job;
using gateway::job_status;

namespace {

job fresh() {
    job one;
    one.id = "mgen_51c0ffee9d2a";
    one.owner = {"org", "usr"};
    one.request.engine = "studio";
    one.request.prompt = "fog";
    one.created_at = one.as_of = std::chrono::sys_days{std::chrono::year{2026} / 7 / 1} +
                                 std::chrono::minutes{495} + std::chrono::milliseconds{999};
    return one;
}

job finished() {
    job one = fresh();
    one.state.status = job_status::succeeded;
    one.request.title = "Harbour \"Fog\"";
    one.request.instrumental = true;
    gateway::stored_audio audio;
    audio.extension = "mp3";
    audio.mime_type = "audio/mpeg";
    audio.duration_seconds = 89.7;
    one.state.audio = audio;
    return one;
}

std::vector<gateway::engine> engines() {
    gateway::engine studio;
    studio.engine_key = "studio";
    studio.display_name = "Studio";
    studio.supported_languages = {"en", "de"};
    studio.licence_class = "commercial_cleared";
    studio.commercial_use = true;
    studio.requires_attribution = false;
    return {studio};
}

std::string written(const job& one, std::string_view url = {}) {
    std::string out;
    append_job(out, one, url, engines());
    return out;
}

std::string field(const std::string& body, const char* name) {
    const auto value = boost::json::parse(body).at(name);
    return value.is_string() ? std::string{value.as_string()}
                             : "(" + std::string{to_string(value.kind())} + ")";
}

}  // namespace

TEST(JobJson, AFreshJobIsTheDocumentedElevenKeys) {
    EXPECT_EQ(
        written(fresh(), "https://ignored"),
        R"({"id":"mgen_51c0ffee9d2a","status":"queued","progress":0,"engine":"studio","mode":"creation",)"
        R"("created_at":"2026-07-01T08:15:00Z","result_track_id":null,"error_message":null,"refusal_reason":null,)"
        R"("playback_url":null,"track":null})");
}

TEST(JobJson, ASucceededJobCarriesItsTrack) {
    EXPECT_EQ(
        written(finished(), "https://h/media/x?y=1&z=2"),
        R"({"id":"mgen_51c0ffee9d2a","status":"succeeded","progress":100,"engine":"studio","mode":"creation",)"
        R"("created_at":"2026-07-01T08:15:00Z","result_track_id":"mtrack_51c0ffee9d2a","error_message":null,)"
        R"("refusal_reason":null,"playback_url":"https://h/media/x?y=1&z=2","track":{"id":"mtrack_51c0ffee9d2a",)"
        R"("title":"Harbour \"Fog\"","engine":"studio","mode":"creation","instrumental":true,)"
        R"("measured_duration_seconds":89.7,"mime_type":"audio/mpeg","licence_class":"commercial_cleared",)"
        R"("playback_url":"https://h/media/x?y=1&z=2"}})");
}

TEST(JobJson, WithoutAnAddressThereIsNoTrack) {
    const std::string body = written(finished());
    EXPECT_EQ(field(body, "playback_url"), "(null)");
    EXPECT_EQ(field(body, "track"), "(null)");
    EXPECT_EQ(field(body, "result_track_id"), "mtrack_51c0ffee9d2a");
}

TEST(JobJson, EachEndHasItsOwnText) {
    for (const job_status status : {job_status::queued, job_status::running, job_status::succeeded,
                                    job_status::failed, job_status::cancelled, job_status::refused}) {
        job one = fresh();
        one.state.status = status;
        one.state.error_message = "broken";
        one.state.refusal_reason = "unwanted";
        const std::string body = written(one);
        EXPECT_EQ(field(body, "status"), to_string(status));
        EXPECT_EQ(field(body, "error_message"), status == job_status::failed ? "broken" : "(null)");
        EXPECT_EQ(field(body, "refusal_reason"), status == job_status::refused ? "unwanted" : "(null)");
    }
}

TEST(JobJson, UnknownDurationUntitledAndUnconfiguredEngineAreNullOrUnclear) {
    job one = finished();
    one.request.title.reset();
    one.request.engine = "gone";
    one.state.audio->duration_seconds.reset();
    const auto track = boost::json::parse(written(one, "u")).at("track");
    EXPECT_TRUE(track.at("title").is_null());
    EXPECT_TRUE(track.at("measured_duration_seconds").is_null());
    EXPECT_EQ(track.at("licence_class"), "unclear");
}

TEST(JobJson, UpstreamsBytesCannotBreakTheBody) {
    job one = fresh();
    one.state.status = job_status::failed;
    one.state.error_message = "bad \xFF \"bytes\"\n";
    EXPECT_EQ(field(written(one), "error_message"), "bad \xEF\xBF\xBD \"bytes\"\n");
}

TEST(JobJson, AListNeverCarriesAddresses) {
    EXPECT_EQ(job_list({}, 50, 0), R"({"jobs":[],"limit":50,"offset":0})");
    const std::string body = job_list({finished(), fresh()}, 2, 4);
    const auto list = boost::json::parse(body);
    ASSERT_EQ(list.at("jobs").as_array().size(), 2u);
    const auto& first = list.at("jobs").at(0);
    EXPECT_EQ(first.at("status"), "succeeded");
    EXPECT_EQ(first.at("result_track_id"), "mtrack_51c0ffee9d2a");
    EXPECT_TRUE(first.at("playback_url").is_null());
    EXPECT_TRUE(first.at("track").is_null());
    EXPECT_EQ(list.at("limit"), 2);
    EXPECT_EQ(list.at("offset"), 4);
}

TEST(TrackJson, HasTheDocumentedKeysAndTheLicenceFacts) {
    std::string out;
    append_track(out, finished(), "https://h/x", engines());
    EXPECT_EQ(out,
              R"({"id":"mtrack_51c0ffee9d2a","title":"Harbour \"Fog\"","engine":"studio","mode":"creation",)"
              R"("measured_duration_seconds":89.7,"instrumental":true,"licence_class":"commercial_cleared",)"
              R"("created_at":"2026-07-01T08:15:00Z","playback_url":"https://h/x","stem_urls":null,)"
              R"("commercial_use":true,"requires_attribution":false})");
}

TEST(EngineJson, ServesBothArrayKeysAlike) {
    EXPECT_EQ(engine_list({}), R"({"engines":[],"items":[]})");
    const std::string one =
        R"([{"engine_key":"studio","display_name":"Studio","max_duration_seconds":240,"supports_vocals":true,)"
        R"("supports_lyrics":true,"supports_stems":false,"supported_languages":["en","de"],)"
        R"("licence_class":"commercial_cleared","licence_version":null,"commercial_use":true,)"
        R"("requires_attribution":false}])";
    EXPECT_EQ(engine_list(engines()), "{\"engines\":" + one + ",\"items\":" + one + "}");
}
