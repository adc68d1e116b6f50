// Create, as clients send it, and the order of its checks.
#include "tests/unit/aitronos/face_fixture.hpp"

using gateway::errc;

class FaceCreate : public face_fixture {
protected:
    response with_key(const std::string& key, const std::string& body, const std::string& api_key = "good") {
        auto incoming = ask(method::post, generations, body, api_key);
        incoming.headers.emplace_back("idempotency-key", key);
        return answer(std::move(incoming));
    }
};

TEST_F(FaceCreate, AnswersWithTheStoredJobAndHandsItOn) {
    const response made = post(generations, order);
    EXPECT_EQ(made.status, 202u);
    EXPECT_EQ(made.content_type, "application/json");
    EXPECT_EQ(made.route, "/v1/music/{organization_id}/generations");
    EXPECT_EQ(header(made, "idempotency-replayed"), "(none)");
    ASSERT_EQ(store.jobs.size(), 1u);
    const std::string id = store.jobs.begin()->first;
    EXPECT_EQ(made.body,
              R"({"id":")" + id +
                  R"(","status":"queued","progress":0,"engine":"studio","mode":"creation",)"
                  R"("created_at":"2026-07-01T08:00:00Z","result_track_id":null,"error_message":null,)"
                  R"("refusal_reason":null,"playback_url":null,"track":null})");
    EXPECT_EQ(starter.started, std::vector<std::string>{id});
    EXPECT_EQ(store.jobs.begin()->second.owner, (gateway::job_owner{"org_a", "usr_1"}));
}

TEST_F(FaceCreate, AReplayIs202WithAMark) {
    const response first = with_key("k-1", order);
    const response second = with_key("\"k-1\"", order);
    EXPECT_EQ(second.status, 202u);
    EXPECT_EQ(header(second, "idempotency-replayed"), "true");
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(starter.started.size(), 1u);
}

TEST_F(FaceCreate, TheHeaderWinsOverTheBodysKey) {
    const std::string keyed{
        R"({"engine":"studio","prompt":"fog","duration_seconds":120,"idempotency_key":"body"})"};
    const response by_header = with_key("header", keyed);
    const response by_body = post(generations, keyed);
    EXPECT_NE(by_header.body, by_body.body);
    EXPECT_EQ(header(post(generations, keyed), "idempotency-replayed"), "true");
    EXPECT_EQ(with_key("header", order).body, by_header.body);
    EXPECT_EQ(with_key("", keyed).body, by_body.body) << "an empty header is none";
}

TEST_F(FaceCreate, AReplayOfAFinishedJobCarriesItsTrack) {
    const response first = with_key("k", order);
    auto& job = store.jobs.begin()->second;
    job.state.status = gateway::job_status::succeeded;
    gateway::stored_audio audio;
    audio.extension = "m4a";
    audio.mime_type = "audio/mp4";
    job.state.audio = audio;
    const auto body = json(with_key("k", order));
    EXPECT_EQ(body.at("status"), "succeeded");
    EXPECT_EQ(body.at("track").at("playback_url"), body.at("playback_url"));
}

TEST_F(FaceCreate, AnotherUsersKeyIsAnotherKey) {
    const response mine = with_key("k", order);
    const response theirs = with_key("k", order, "second");
    EXPECT_EQ(header(theirs, "idempotency-replayed"), "(none)");
    EXPECT_NE(mine.body, theirs.body);
}

TEST_F(FaceCreate, ABadKeyHeaderIsRefusedByName) {
    for (const char* key : {"\"open", "\xFF", "a\x01z"}) {
        const response refused = with_key(key, order);
        EXPECT_EQ(refused.status, 422u);
        EXPECT_EQ(bad_field(refused), "idempotency_key");
    }
    EXPECT_EQ(bad_field(with_key(std::string(256, 'k'), order)), "idempotency_key");
    EXPECT_EQ(bad_field(with_key("\"open", "{}")), "engine") << "earlier fields come first";
    EXPECT_TRUE(store.calls.empty());
}

TEST_F(FaceCreate, ChecksComeInTheDocumentedOrder) {
    auto everything_wrong = ask(method::post, "/v1/music/org_b/generations", "{", "");
    everything_wrong.body_is = gateway::http::request::body_state::too_large;
    EXPECT_EQ(code(answer(everything_wrong)), "AUTHENTICATION_REQUIRED");
    everything_wrong.headers = {{"x-api-key", "unknown"}};
    EXPECT_EQ(code(answer(everything_wrong)), "INVALID_API_KEY");
    everything_wrong.headers = {{"x-api-key", "paused"}};
    EXPECT_EQ(code(answer(everything_wrong)), "API_KEY_PAUSED");
    everything_wrong.headers = {{"x-api-key", "reader"}};
    EXPECT_EQ(code(answer(everything_wrong)), "ORGANIZATION_ACCESS_DENIED");
    everything_wrong.path = generations;
    EXPECT_EQ(code(answer(everything_wrong)), "INSUFFICIENT_PERMISSIONS");
    everything_wrong.headers = {{"x-api-key", "good"}};
    EXPECT_EQ(answer(everything_wrong).status, 413u);
    everything_wrong.body_is = gateway::http::request::body_state::complete;
    EXPECT_EQ(code(answer(everything_wrong)), "VALIDATION_ERROR");
    EXPECT_TRUE(store.calls.empty());
}

TEST_F(FaceCreate, AReplayComesBeforeTheRate) {
    const response first = with_key("k", order, "slow");
    EXPECT_EQ(first.status, 202u);
    EXPECT_EQ(with_key("k", order, "slow").body, first.body);
    const response limited = with_key("other", order, "slow");
    EXPECT_EQ(limited.status, 429u);
    EXPECT_EQ(code(limited), "RATE_LIMIT_EXCEEDED");
    EXPECT_EQ(header(limited, "x-ratelimit-limit"), "1");
    EXPECT_NE(header(limited, "retry-after"), "(none)");
}

TEST_F(FaceCreate, EveryAnswerToAKeyWithARateSaysWhatIsLeftOfIt) {
    const response good = post(generations, order);
    EXPECT_EQ(header(good, "x-ratelimit-limit"), "(none)") << "a key without";
    const auto left = [](const response& of) { return header(of, "x-ratelimit-remaining"); };
    EXPECT_EQ(left(with_key("k", "{}", "slow")), "1") << "a bad order is not counted";
    EXPECT_EQ(left(with_key("k", order, "slow")), "0");
    EXPECT_EQ(left(with_key("k", order, "slow")), "0") << "nor is a replay";
    for (const char* name : {"x-ratelimit-limit", "x-ratelimit-reset", "x-ratelimit-retry-after"})
        EXPECT_NE(header(with_key("k", order, "slow"), name), "(none)") << name;
}

TEST_F(FaceCreate, ReadingHasAnAllowanceOfItsOwn) {
    EXPECT_EQ(with_key("k", order, "slow").status, 202u);
    const response read = get(generations, "slow");
    EXPECT_EQ(read.status, 200u);
    EXPECT_EQ(header(read, "x-ratelimit-remaining"), "0");
    const response limited = get(generations + "/mgen_000000000000", "slow");
    EXPECT_EQ(limited.status, 429u);
    EXPECT_EQ(code(limited), "RATE_LIMIT_EXCEEDED");
    EXPECT_EQ(header(limited, "retry-after"), "60");
    EXPECT_EQ(get(generations, "good").status, 200u);
}

TEST_F(FaceCreate, UnknownKeysAreRefusedMoreShortlyAfterAWhileAndKnownOnesNever) {
    auto strict = rules();
    strict->failed_attempts_per_minute = 2;
    service.use(strict);
    const auto from = [&](std::optional<gateway::client_origin> origin, std::string key) {
        auto incoming = ask(method::get, generations, {}, std::move(key));
        incoming.origin = origin;
        return answer(std::move(incoming));
    };
    const gateway::client_origin here{false, 1};
    const gateway::client_origin there{false, 2};
    EXPECT_EQ(from(here, "guess").status, 401u);
    EXPECT_EQ(from(here, "guess").status, 401u);
    const response limited = from(here, "guess");
    EXPECT_EQ(limited.status, 429u);
    EXPECT_EQ(code(limited), "RATE_LIMIT_EXCEEDED");
    EXPECT_EQ(header(limited, "retry-after"), "30");
    EXPECT_EQ(from(here, "good").status, 200u) << "clients behind one proxy have one address";
    EXPECT_EQ(from(here, "paused").status, 401u) << "a known key is no guess";
    EXPECT_EQ(from(here, "").status, 401u) << "nor is none";
    EXPECT_EQ(from(there, "guess").status, 401u);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(from({}, "guess").status, 401u) << "a UNIX socket: nobody to tell apart";
}

TEST_F(FaceCreate, TheDurationExampleIsWordForWord) {
    const response refused =
        post(generations, R"({"engine":"studio","prompt":"fog","duration_seconds":241})");
    EXPECT_EQ(refused.status, 422u);
    const auto error = json(refused).at("error");
    EXPECT_EQ(error.at("message"), "The request contains invalid parameters.");
    EXPECT_EQ(error.at("system_message"), "duration_seconds exceeds the engine maximum");
    EXPECT_EQ(error.at("details"), (boost::json::value{{"field", "duration_seconds"}}));
    EXPECT_EQ(error.at("trace_id"), "req_test");
}

TEST_F(FaceCreate, ABodyThatIsNoOrderNamesNoField) {
    for (const char* body : {"", "[]", "{\"engine\":1,\"engine\":2}", "prompt=fog"}) {
        const response refused = post(generations, body);
        EXPECT_EQ(refused.status, 422u);
        EXPECT_EQ(json(refused).at("error").at("details").as_object().size(), 0u);
    }
}

TEST_F(FaceCreate, JsonIsReadUnderItsTypesAndUnderNone) {
    for (const char* type : {"", "application/json; charset=utf-8", "Application/JSON",
                             "application/problem+json", "application/x-www-form-urlencoded"}) {
        auto incoming = ask(method::post, generations, order);
        incoming.headers.emplace_back("content-type", type);
        EXPECT_EQ(answer(std::move(incoming)).status, 202u) << type;
    }
}

TEST_F(FaceCreate, BodyOfAnotherTypeIs415) {
    for (const char* type : {"text/plain", "application/xml", "multipart/form-data; boundary=b", "json",
                             "application/jsonp", "text/json-ish"}) {
        auto incoming = ask(method::post, generations, order);
        incoming.headers.emplace_back("content-type", type);
        const response refused = answer(std::move(incoming));
        EXPECT_EQ(refused.status, 415u) << type;
        EXPECT_EQ(code(refused), "UNSUPPORTED_MEDIA_TYPE");
    }
}

TEST_F(FaceCreate, AValidTraceGoesAlongWithTheJob) {
    const std::string trace{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
    auto incoming = ask(method::post, generations, order);
    incoming.headers.emplace_back("traceparent", trace);
    answer(std::move(incoming));
    EXPECT_EQ(store.orders.at(0).traceparent, trace);
}

TEST_F(FaceCreate, FailuresBehindItHaveTheirStatuses) {
    store.failure = errc::store_unavailable;
    const response away = post(generations, order);
    EXPECT_EQ(away.status, 503u);
    EXPECT_EQ(header(away, "retry-after"), "2");
    store.failure = boost::system::errc::make_error_code(boost::system::errc::io_error);
    EXPECT_EQ(post(generations, order).status, 500u);
    store.failure = {};
    store.queue_full = true;
    EXPECT_EQ(post(generations, order).status, 429u);
    store.queue_full = false;
    gateway::gates shut;
    shut.credits_shut_for = gateway::milliseconds{0};
    gates.update(shut, gateway::service::gate_view::clock::now());
    EXPECT_EQ(post(generations, order).status, 402u);
    shut = {};
    shut.retired = {gateway::retirement_key("studio", "FUZZ-2.0")};
    gates.update(shut, gateway::service::gate_view::clock::now());
    EXPECT_EQ(post(generations, order).status, 410u);
}

TEST_F(FaceCreate, AnUnknownSeedIs404WithItsId) {
    const response refused = post(
        generations, R"({"engine":"studio","prompt":"fog","duration_seconds":9,"seed_track_id":"mtrack_x"})");
    EXPECT_EQ(refused.status, 404u);
    EXPECT_EQ(json(refused).at("error").at("details"), (boost::json::value{{"seed_track_id", "mtrack_x"}}));
}

TEST_F(FaceCreate, APolicyReplacedMidwayHoldsForTheNextRequest) {
    service.use(std::make_shared<gateway::service::policy>(std::vector<gateway::api_key>{}, false));
    EXPECT_EQ(code(post(generations, order)), "INVALID_API_KEY");
    service.use(rules());
    EXPECT_EQ(post(generations, order).status, 202u);
}
