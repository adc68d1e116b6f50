// Finished audio in a real object store, seen from outside: relayed, or straight from the store, gone when
// its time has come, and without a trace of the keys.
#include "tests/support/s3_server.hpp"
#include "tests/support/stage.hpp"

namespace {

using namespace end_to_end;
using namespace std::chrono_literals;

// The archive outlives the gateway, and with this store the jobs do, too.
class ObjectStore : public Stage {
protected:
    ObjectStore() : Stage{store_kind::redis} {
        config.set("audio.archive.kind", "s3")
            .set("audio.archive.path", "waiting")
            .set("audio.archive.s3.endpoint", store.url())
            .set("audio.archive.s3.region", s3_server::region)
            .set("audio.archive.s3.bucket", s3_server::bucket)
            .set("audio.archive.s3.prefix", "music/finished")
            .set("audio.archive.s3.access_key_id", std::string{"'"} + s3_server::access_key_id + "'")
            .set("audio.archive.s3.secret_access_key", s3_server::secret_access_key)
            .set("log.level", "debug");
    }

    std::string finished_url() { return text(alice().job(finished_job()), "playback_url"); }
    std::string finished_job() {
        const auto id = alice().created(an_order());
        alice().wait_for(id, "succeeded");
        return id;
    }
    // As a player that was given nothing but the address.
    static http_reply from_store(const std::string& url, header_list headers = {}) {
        const auto path = url.find('/', 8);
        headers.emplace_back("Host", url.substr(7, path - 7));
        return ask_directly(url, {"GET", url.substr(path), std::move(headers)});
    }
    std::string everything_said() { return gateway->log() + gateway->process().out(); }

    s3_server store;
};

TEST_F(ObjectStore, RelaysWhatItKeepsThere) {
    start();
    const auto url = finished_url();
    EXPECT_TRUE(url.starts_with("http://music.test/media/mtrack_")) << url;
    const auto whole = play(url);
    ASSERT_EQ(whole.status, 200) << whole.body;
    EXPECT_EQ(whole.header("content-type"), "audio/mp4");
    EXPECT_EQ(whole.header("content-length"), std::to_string(whole.body.size()));
    const auto some = play(url, {{"Range", "bytes=1000-1999"}});
    EXPECT_EQ(some.status, 206);
    EXPECT_EQ(some.body, whole.body.substr(1000, 1000));
    EXPECT_EQ(play(url, {}, "HEAD").header("content-length"), whole.header("content-length"));
    restart_gateway();
    EXPECT_EQ(play(url).body, whole.body);
}

TEST_F(ObjectStore, SendsPlayersToTheStoreItselfWhenAsked) {
    config.set("audio.archive.s3.serve", "presigned");
    start();
    const auto url = finished_url();
    EXPECT_TRUE(url.starts_with(store.url() + "/audio/music/finished/mtrack_")) << url;
    const auto whole = from_store(url);
    ASSERT_EQ(whole.status, 200) << whole.body;
    EXPECT_EQ(whole.header("content-type"), "audio/mp4");
    EXPECT_NE(whole.header("content-disposition").find("mtrack_"), std::string::npos);
    const auto some = from_store(url, {{"Range", "bytes=0-99"}});
    EXPECT_EQ(some.status, 206);
    EXPECT_EQ(some.body, whole.body.substr(0, 100));
    EXPECT_EQ(url.find(s3_server::secret_access_key), std::string::npos);
}

TEST_F(ObjectStore, AnAddressOfTheStoreEndsWithItsLife) {
    config.set("audio.archive.s3.serve", "presigned").set("audio.url_ttl", "3s");
    start();
    const auto id = finished_job();
    const auto url = text(alice().job(id), "playback_url");
    EXPECT_EQ(from_store(url).status, 200);
    EXPECT_TRUE(eventually([&] { return from_store(url).status == 403; }));
    EXPECT_EQ(from_store(text(alice().job(id), "playback_url")).status, 200)
        << "reading the job again gives a new one";
}

TEST_F(ObjectStore, ForgetsAudioWhenItsTimeHasCome) {
    start();
    const auto url = finished_url();
    ASSERT_EQ(play(url).status, 200);
    store.age(24h * 30);
    restart_gateway();
    EXPECT_EQ(play(url).status, 200) << "a day more than its job";
    store.age(25h);
    restart_gateway();
    const auto is_gone = [&] {
        try {
            return play(url).status == 404;
        } catch (const std::runtime_error&) {
            return false;  // swept between being found and being read: that stream is cut
        }
    };
    EXPECT_TRUE(eventually(is_gone));
    EXPECT_TRUE(eventually([&] { return gateway->log().find("\"archive_swept\"") != std::string::npos; }))
        << "said when the whole sweep is over, after the last removal";
}

TEST_F(ObjectStore, ThatRefusesTheKeysLeavesTheJobUnfinishedAndTheLogClean) {
    config.set("audio.archive.s3.secret_access_key", "a-wrong-secret-0815")
        .set("audio.archive.s3.session_token", "a-token-nobody-sees-77");
    start();
    const auto id = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return gateway->log().find("archive_failed") != std::string::npos; }));
    EXPECT_NE(alice().status(id), "succeeded");
    gateway->process().stop();
    for (const char* secret : {"a-wrong-secret-0815", "a-token-nobody-sees-77", s3_server::access_key_id})
        EXPECT_EQ(everything_said().find(secret), std::string::npos) << secret;
    EXPECT_NE(everything_said().find("HTTP 403"), std::string::npos) << "but why it failed is said";
}

TEST_F(ObjectStore, LeavesNoKeyInAnythingThatIsSaid) {
    config.set("audio.archive.s3.serve", "presigned");
    start();
    from_store(finished_url());
    gateway->process().stop();
    const std::string said = everything_said();
    EXPECT_EQ(said.find(s3_server::secret_access_key), std::string::npos);
    EXPECT_EQ(said.find(s3_server::access_key_id), std::string::npos);
    EXPECT_EQ(said.find("X-Amz-Signature"), std::string::npos);
    const auto printed = run_gateway({"--config", write_config(), "--print-config"});
    EXPECT_EQ(printed.out.find(s3_server::secret_access_key), std::string::npos);
    EXPECT_EQ(printed.out.find(s3_server::access_key_id), std::string::npos);
}

TEST_F(ObjectStore, CheckSaysWhatIsMissing) {
    config.set("producer.base_url", "http://127.0.0.1:1").set("producer.api_key", "sk_x");
    config.erase("audio.archive.s3.bucket").erase("audio.archive.s3.secret_access_key");
    const auto checked = run_gateway({"--config", write_config(), "--check"});
    EXPECT_EQ(checked.code, 2);
    EXPECT_NE(checked.err.find("audio.archive.s3.bucket: is required"), std::string::npos) << checked.err;
    EXPECT_NE(checked.err.find("audio.archive.s3.secret_access_key: is required"), std::string::npos);
}

}  // namespace
