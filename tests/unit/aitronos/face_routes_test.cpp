// Every other route, and what is no route.
#include "tests/unit/aitronos/face_fixture.hpp"

using gateway::job_status;

class FaceRoutes : public face_fixture {};

TEST_F(FaceRoutes, UnknownPathsAre404WithTheEnvelopeEvenWithoutAKey) {
    for (const char* path :
         {"/", "/v1", "/v1/music/org_a", "/v1/music/org_a/generations/", "/v1/music//generations",
          "/v1/music/org_a/generations/mgen_1/cancel/x", "/v2/music/org_a/generations", "/media/", "/media",
          "/V1/music/org_a/generations", "/v1/music/org_a/tracks", "/v1/music/org%zz/generations"}) {
        const response missing = get(path, "");
        EXPECT_EQ(missing.status, 404u) << path;
        EXPECT_EQ(code(missing), "RESOURCE_NOT_FOUND");
        EXPECT_EQ(missing.route, "none");
    }
}

TEST_F(FaceRoutes, WrongMethodsAre405AndSayWhatIsAllowed) {
    const auto allow = [&](method how, const char* path) {
        const response refused = answer(ask(how, path));
        EXPECT_EQ(refused.status, 405u);
        EXPECT_EQ(code(refused), "METHOD_NOT_ALLOWED");
        return header(refused, "allow");
    };
    EXPECT_EQ(allow(method::del, "/v1/music/o/generations"), "POST, GET, HEAD, OPTIONS");
    EXPECT_EQ(allow(method::get, "/v1/music/o/generations/mgen_1/cancel"), "POST, OPTIONS");
    EXPECT_EQ(allow(method::post, "/v1/music/o/engines"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(allow(method::other, "/v1/music/o/tracks/mtrack_1"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(allow(method::post, "/media/mtrack_1.mp3"), "GET, HEAD, OPTIONS");
}

TEST_F(FaceRoutes, OptionsTellWhatIsAllowed) {
    const auto allow = [&](const char* path) {
        const response told = answer(ask(method::options, path));
        EXPECT_EQ(told.status, 204u);
        EXPECT_TRUE(told.body.empty());
        return header(told, "allow");
    };
    EXPECT_EQ(allow("/v1/music/o/generations/mgen_1"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(allow("*"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(answer(ask(method::options, "/nothing/here")).status, 404u);
}

TEST_F(FaceRoutes, EveryApiRouteNeedsAKeyAndMembership) {
    for (const auto& line : adapters::aitronos::face::routes()) {
        if (!line.pattern.starts_with("/v1/music/{organization_id}/"))
            continue;
        std::string path{line.pattern};
        path.replace(path.find("{organization_id}"), 17, "org_b");
        const response missing = answer(ask(line.method, path, {}, ""));
        EXPECT_EQ(missing.status, 401u) << path;
        EXPECT_EQ(code(missing), "AUTHENTICATION_REQUIRED");
        EXPECT_EQ(missing.route, line.pattern);
        EXPECT_EQ(code(answer(ask(line.method, path))), "ORGANIZATION_ACCESS_DENIED") << path;
    }
    EXPECT_TRUE(store.calls.empty());
}

TEST_F(FaceRoutes, NoCacheMayKeepWhatAKeyWasAnswered) {
    for (const char* path : {"/v1/music/org_a/generations", "/v1/music/org_a/generations/mgen_none",
                             "/v1/music/org_a/engines", "/v1/music/org_b/engines"})
        EXPECT_EQ(header(answer(ask(method::get, path)), "cache-control"), "no-store") << path;
}

TEST_F(FaceRoutes, ReadingNeedsNoCapability) {
    auto& job = store.put("mgen_1", {"org_a", "usr_3"}, job_status::queued);
    EXPECT_EQ(get(generations, "reader").status, 200u);
    EXPECT_EQ(get(generations + '/' + job.id, "reader").status, 200u);
    EXPECT_EQ(post(generations + "/mgen_1/cancel", {}, "reader").status, 200u);
    EXPECT_EQ(get("/v1/music/org_a/engines", "reader").status, 200u);
}

TEST_F(FaceRoutes, ASucceededJobIsPlayable) {
    succeeded("9ab3");
    const response found = get(generations + "/mgen_9ab3");
    ASSERT_EQ(found.status, 200u);
    const auto body = json(found);
    const std::string url{body.at("playback_url").as_string()};
    ASSERT_TRUE(url.starts_with("http://music.test/media/mtrack_9ab3.mp3?expires="));
    EXPECT_EQ(body.at("track").at("playback_url"), body.at("playback_url"));
    EXPECT_EQ(body.at("track").at("measured_duration_seconds"), 12.5);

    response audio = get(url.substr(std::string_view{"http://music.test"}.size()), "");
    EXPECT_EQ(audio.status, 200u);
    EXPECT_EQ(audio.route, "/media/{file}");
    EXPECT_EQ(audio.content_type, "audio/mpeg");
    EXPECT_EQ(*run(audio.stream->next()), "0123456789");
    EXPECT_TRUE(run(audio.stream->next())->empty());
}

TEST_F(FaceRoutes, ASucceededJobWithoutAudioKeepsItsTrackIdOnly) {
    succeeded("1").state.audio.reset();
    const auto body = json(get(generations + "/mgen_1"));
    EXPECT_EQ(body.at("result_track_id"), "mtrack_1");
    EXPECT_TRUE(body.at("playback_url").is_null());
    EXPECT_TRUE(body.at("track").is_null());
}

TEST_F(FaceRoutes, UnknownAndForeignJobsAreTheSame404) {
    succeeded("theirs", "usr_2");
    for (const char* id : {"mgen_theirs", "mgen_none", "%00%ff", "..", "mgen_none%22"}) {
        const response found = get(generations + '/' + id);
        EXPECT_EQ(found.status, 404u) << id;
        EXPECT_EQ(code(found), "RESOURCE_NOT_FOUND");
        const response ended = post(generations + '/' + id + "/cancel");
        EXPECT_EQ(ended.status, 404u) << id;
    }
    const auto details = json(get(generations + "/mgen_theirs")).at("error").at("details");
    EXPECT_EQ(details, (boost::json::value{{"job_id", "mgen_theirs"}}));
}

TEST_F(FaceRoutes, HeadAnswersAsGet) {
    succeeded("1");
    const response found = answer(ask(method::head, generations + "/mgen_1"));
    EXPECT_EQ(found.status, 200u);
    EXPECT_FALSE(found.body.empty()) << "the transport leaves it out and keeps its length";
}

TEST_F(FaceRoutes, TheListTakesItsQueryAndHidesAddresses) {
    succeeded("1");
    succeeded("2", "usr_2");
    const response page = get(generations + "?status=succeeded&limit=7&offset=0");
    EXPECT_EQ(page.status, 200u);
    const auto body = json(page);
    ASSERT_EQ(body.at("jobs").as_array().size(), 1u);
    EXPECT_EQ(body.at("jobs").at(0).at("result_track_id"), "mtrack_1");
    EXPECT_TRUE(body.at("jobs").at(0).at("playback_url").is_null());
    EXPECT_EQ(body.at("limit"), 7);
    EXPECT_EQ(store.listed.limit, 7);
    EXPECT_EQ(store.listed.status, job_status::succeeded);
    const response refused = get(generations + "?limit=1000");
    EXPECT_EQ(refused.status, 422u);
    EXPECT_EQ(bad_field(refused), "limit");
}

TEST_F(FaceRoutes, CancelEndsALiveJobAndLeavesAnEndedOne) {
    store.put("mgen_1", {"org_a", "usr_1"}, job_status::running).state.progress = 30;
    for (int i = 0; i < 2; ++i) {
        const response ended = post(generations + "/mgen_1/cancel");
        EXPECT_EQ(ended.status, 200u);
        EXPECT_EQ(json(ended).at("status"), "cancelled");
        EXPECT_EQ(json(ended).at("progress"), 30);
    }
    succeeded("2");
    const auto body = json(post(generations + "/mgen_2/cancel"));
    EXPECT_EQ(body.at("status"), "succeeded");
    EXPECT_FALSE(body.at("track").is_null());
}

TEST_F(FaceRoutes, EnginesAreListed) {
    const response listed = get("/v1/music/org_a/engines");
    EXPECT_EQ(listed.status, 200u);
    EXPECT_EQ(json(listed).at("engines").at(0).at("engine_key"), "studio");
    EXPECT_EQ(json(listed).at("items"), json(listed).at("engines"));
}

TEST_F(FaceRoutes, TracksAreTheCallersOwn) {
    succeeded("1").request.title = "Fog";
    const response found = get("/v1/music/org_a/tracks/mtrack_1");
    EXPECT_EQ(found.status, 200u);
    EXPECT_EQ(json(found).at("title"), "Fog");
    EXPECT_TRUE(json(found).at("playback_url").is_string());
    for (const char* id : {"mtrack_2", "mgen_1", "x"}) {
        const response missing = get(std::string{"/v1/music/org_a/tracks/"} + id);
        EXPECT_EQ(missing.status, 404u);
        EXPECT_EQ(json(missing).at("error").at("details"), (boost::json::value{{"track_id", id}}));
    }
    EXPECT_EQ(get("/v1/music/org_a/tracks/mtrack_1", "second").status, 404u);
}

TEST_F(FaceRoutes, OrganizationsAreDecodedFromThePath) {
    EXPECT_EQ(get("/v1/music/org%20with%20space/generations").status, 200u);
    EXPECT_EQ(get("/v1/music/org+with+space/generations").status, 403u);
}

TEST_F(FaceRoutes, TheTransportsRefusalsCarryTheRequestsId) {
    const response busy = face.refuse(gateway::http::refusal_kind::too_many_connections, "req_9");
    EXPECT_EQ(busy.status, 503u);
    EXPECT_EQ(header(busy, "retry-after"), "5");
    EXPECT_EQ(json(busy).at("error").at("trace_id"), "req_9");
    const response broken = face.refuse(gateway::http::refusal_kind::malformed_request, "req_8");
    EXPECT_EQ(broken.status, 400u);
    EXPECT_EQ(code(broken), "BAD_REQUEST");
}
