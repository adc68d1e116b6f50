// What nobody may ever read: clients' keys, the producer's key, the keys that sign playback URLs, the store's
// password.
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <csignal>

namespace {

using namespace end_to_end;

const std::vector<std::string> never_shown{raw_keys::alice,
                                           raw_keys::bob,
                                           raw_keys::carol,
                                           raw_keys::reader,
                                           raw_keys::paused,
                                           raw_keys::expired,
                                           "ak_wrong_key_of_a_stranger",
                                           simulator_process::api_key,
                                           secrets::signing_key,
                                           secrets::old_signing_key,
                                           "hook-secret-4b1d",
                                           "redis-password-9c3e"};

class Secrets : public StageOnStore {
protected:
    static void expect_clean(const std::string& where, const std::string& text) {
        for (const auto& secret : never_shown)
            EXPECT_EQ(text.find(secret), std::string::npos) << secret << " is in " << where << ":\n" << text;
    }

    // Keeps every byte that came back.
    http_reply note(http_reply reply) {
        seen_ += std::to_string(reply.status);
        for (const auto& [name, value] : reply.headers)
            seen_ += name + ": " + value + "\n";
        seen_ += reply.body + "\n";
        return reply;
    }

    std::string seen_;
};
ON_BOTH_STORES(Secrets);

TEST_P(Secrets, AppearInNoLogLineAndNoAnswer) {
    config.set("log.level", "debug");
    config.set("producer.unknown_outcome.wait", "100ms");
    start();
    const auto me = alice();
    const auto good = text(note(me.create(an_order())).json().as_object(), "id");
    me.wait_for(good, "succeeded");
    const auto job = note(me.get(good)).json().as_object();
    note(me.list());
    note(me.engines());
    note(me.cancel(good));
    note(me.track(text(job, "result_track_id")));
    note(play(text(job, "playback_url"), {{"X-API-Key", raw_keys::bob}}));
    note(play(text(job, "playback_url") + "0"));
    for (const char* key : {raw_keys::bob, raw_keys::carol, raw_keys::reader, raw_keys::paused,
                            raw_keys::expired, "ak_wrong_key_of_a_stranger"}) {
        note(as(key).create(an_order()));
        note(as("").create(an_order(), {{"Authorization", std::string{"Bearer "} + key}}));
        note(as("").create(an_order(), {{"api-key", key}}));
        note(as("").call("GET", std::string{"/generations?api_key="} + key));
    }
    note(me.create_text("{\"prompt\": "));
    note(ask_raw(gateway->url(), std::string{"GET / HTTP/1.1\r\nX-API-Key: "} + raw_keys::alice +
                                     "\r\nHost: a\r\nHost: b\r\n\r\n"));

    // Upstream that repeats what it was sent, in every place where its words are read.
    const std::string echo = std::string{"invalid api key "} + simulator_process::api_key;
    for (const std::string& behaviour :
         {R"({"create": {"answer": {"status": 400, "error": ")" + echo + R"("}}})",
          R"({"create": {"answer": {"status": 400, "error": "lyrics format )" + echo + R"("}}})",
          R"({"create": {"answer": {"status": 500, "body": ")" + echo + R"("}}})",
          R"({"task": {"result": "failed", "message": ")" + echo + R"("}})"}) {
        simulator->by_default(behaviour);
        const auto id = me.created(an_order());
        me.wait_for_end(id);
        note(me.get(id));
    }
    simulator->set_switches(R"({"unauthorized": true})");
    me.created(an_order());
    ASSERT_TRUE(eventually([&] { return note(me.create(an_order())).status == 503; }));
    for (const char* path : {"/metrics", "/readyz", "/healthz"})
        note(ask(gateway->admin(), {"GET", path}));
    gateway->process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return gateway->log().find("\"reloaded\"") != std::string::npos; }));
    gateway->process().stop();

    expect_clean("an answer", seen_);
    expect_clean("the log", gateway->log());
    expect_clean("standard output", gateway->process().out());
}

TEST_P(Secrets, AreHiddenInThePrintedConfiguration) {
    config.set("producer.base_url", "http://127.0.0.1:1");
    config.set("producer.api_key", simulator_process::api_key);
    config.set("producer.webhook.public_url", "https://hooks.example");
    config.set("producer.webhook.secret", "hook-secret-4b1d");
    if (GetParam() == store_kind::redis)
        config.set("store.kind", "redis")
            .set("store.redis.url", "redis://worker:redis-password-9c3e@127.0.0.1:6379/0");
    const auto printed = run_gateway({"--config", write_config(), "--print-config"});
    EXPECT_EQ(printed.code, 0) << printed.err;
    EXPECT_NE(printed.out.find("hooks.example"), std::string::npos);
    expect_clean("--print-config", printed.out + printed.err);
}

TEST_P(Secrets, AreHiddenInComplaintsAboutTheConfiguration) {
    config.set("producer.base_url", "nonsense");
    config.set("producer.api_key", std::string{"'"} + simulator_process::api_key + " with blanks'");
    config.set("store.redis.url", "http://worker:redis-password-9c3e@127.0.0.1");
    config.set("audio.signing_keys", "[hook-secret-4b1d]");
    config.set("producer.webhook.secret", "hook-secret-4b1d");
    const auto checked = run_gateway({"--config", write_config(), "--check"});
    EXPECT_EQ(checked.code, 2);
    EXPECT_NE(checked.err.find("store.redis.url"), std::string::npos) << checked.err;
    expect_clean("the complaints", checked.out + checked.err);
}

TEST_P(Secrets, MayComeFromTheEnvironmentAndFromFiles) {
    start();
    config.set("producer.api_key", "${PRODUCER_API_KEY}");
    config.set("audio.signing_keys",
               "[\"${file:" + folder.write("signing", std::string{secrets::signing_key} + "\n") + "}\"]");
    const auto file = write_config();
    const auto refused = run_gateway({"--config", file, "--check"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.err.find("PRODUCER_API_KEY"), std::string::npos) << refused.err;
    const auto checked = run_gateway({"--config", file, "--check"},
                                     {std::string{"PRODUCER_API_KEY="} + simulator_process::api_key});
    EXPECT_EQ(checked.code, 0) << checked.err;
    expect_clean("--check", checked.out + checked.err);
}

}  // namespace
