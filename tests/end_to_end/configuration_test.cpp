// The command lines and signals an operator works with.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <regex>

namespace {

using namespace end_to_end;

class Configuration : public Stage {
protected:
    // A good configuration that needs nobody to be there.
    void prepare() {
        config.set("producer.base_url", "http://127.0.0.1:1");
        config.set("producer.api_key", simulator_process::api_key);
    }

    finished check(const std::string& option = "--check") {
        return run_gateway({"--config", write_config(), option});
    }

    // Rereads the configuration and waits until the gateway says so.
    void reload(const std::string& said = "\"reloaded\"") {
        const auto times = [&] {
            std::size_t count = 0;
            const auto log = gateway->log();
            for (auto at = log.find(said); at != std::string::npos; at = log.find(said, at + 1))
                ++count;
            return count;
        };
        const auto before = times();
        write_config();
        gateway->process().signal(SIGHUP);
        ASSERT_TRUE(eventually([&] { return times() > before; })) << gateway->log();
    }
};

TEST_F(Configuration, AGoodOneIsFine) {
    prepare();
    const auto checked = check();
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_TRUE(checked.err.empty()) << checked.err;
}

TEST_F(Configuration, ABadOneIsRefusedWithAllItsProblemsAndTheirLines) {
    prepare();
    config.set("threads", "many");
    config.set("producer.create_timeuot", "3s");
    config.set("producer.poll.every", "soon");
    config.set("store.kind", "postgres");
    const auto text = config.yaml();
    const auto line_of = [&](const std::string& key) {
        return std::to_string(
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(key)), '\n'));
    };
    for (const char* option : {"--check", "--print-config"}) {
        const auto checked = check(option);
        EXPECT_EQ(checked.code, 2);
        for (const char* key : {"threads", "create_timeuot", "every: soon", "kind: postgres"})
            EXPECT_NE(checked.err.find("gateway.yaml:" + line_of(key) + ":"), std::string::npos)
                << key << "\n"
                << checked.err;
        EXPECT_NE(checked.err.find("did you mean 'create_timeout'"), std::string::npos) << checked.err;
    }
    const auto served = run_gateway({"--config", (folder.path() / "gateway.yaml").string()});
    EXPECT_EQ(served.code, 2) << "nothing is served with it";
    EXPECT_TRUE(served.out.empty());
}

TEST_F(Configuration, OneThatIsNoYamlIsRefusedWithItsLine) {
    const auto file = folder.write("broken.yaml", "listen: 127.0.0.1:0\nproducer: {api_key: x\nstore: [\n");
    const auto checked = run_gateway({"--config", file, "--check"});
    EXPECT_EQ(checked.code, 2);
    EXPECT_TRUE(std::regex_search(checked.err, std::regex{R"(broken\.yaml:\d+:)"})) << checked.err;
}

TEST_F(Configuration, OneThatDoesNotExistIsRefused) {
    const auto checked = run_gateway({"--config", "/nowhere/gateway.yaml", "--check"});
    EXPECT_EQ(checked.code, 2);
    EXPECT_NE(checked.err.find("/nowhere/gateway.yaml"), std::string::npos);
}

TEST_F(Configuration, ABadKeysFileIsPartOfTheCheck) {
    prepare();
    keys.push_back({"ak_x", "usr_x", "[org_abc123]", "state: sleeping"});
    const auto checked = check();
    EXPECT_EQ(checked.code, 2);
    EXPECT_TRUE(std::regex_search(checked.err, std::regex{R"(keys\.yaml:\d+:)"})) << checked.err;
}

TEST_F(Configuration, OpenAuthenticationIsForLoopbackAlone) {
    prepare();
    config.set("auth.mode", "open");
    EXPECT_EQ(check().code, 0);
    config.set("listen", "0.0.0.0:0");
    const auto checked = check();
    EXPECT_EQ(checked.code, 2);
    EXPECT_NE(checked.err.find("loopback"), std::string::npos) << checked.err;
}

TEST_F(Configuration, WrongUseIsExplained) {
    for (const std::vector<std::string>& words :
         std::initializer_list<std::vector<std::string>>{{},
                                                         {"--config"},
                                                         {"--nonsense"},
                                                         {"--check"},
                                                         {"keys"},
                                                         {"keys", "old"},
                                                         {"keys", "new"},
                                                         {"keys", "new", "--org", "org_1"},
                                                         {"--config", "x", "--check", "--print-config"},
                                                         {"serve"}}) {
        const auto ended = run_gateway(words);
        EXPECT_EQ(ended.code, 2) << (words.empty() ? "" : words.front());
        EXPECT_FALSE(ended.err.empty());
        EXPECT_TRUE(ended.out.empty()) << ended.out;
    }
    EXPECT_EQ(run_gateway({"--help"}).code, 0);
    EXPECT_EQ(run_gateway({"--version"}).code, 0);
    EXPECT_TRUE(run_gateway({"--version"}).out.starts_with("music-gateway "));
}

TEST_F(Configuration, TheEffectiveOneIsPrintedAndIsOneItself) {
    prepare();
    const auto printed = check("--print-config");
    ASSERT_EQ(printed.code, 0) << printed.err;
    for (const char* part :
         {"listen: 127.0.0.1:0", "retention: 30d", "max_in_flight: 50", "engine_key: hall", "url_ttl: 10m"})
        EXPECT_NE(printed.out.find(part), std::string::npos) << part << "\n" << printed.out;
    const auto again = run_gateway({"--config", folder.write("printed.yaml", printed.out), "--print-config"});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(again.out, printed.out);
}

TEST_F(Configuration, AnAddressInUseIsAFailedStart) {
    start();
    config.set("listen", gateway->url().substr(7));
    const auto ended = run_gateway({"--config", write_config()});
    EXPECT_EQ(ended.code, 1);
    EXPECT_FALSE(ended.err.empty());
    EXPECT_TRUE(ended.out.empty()) << ended.out;
}

TEST_F(Configuration, ANewKeyWorksAfterSighup) {
    start();
    const auto made = run_gateway({"keys", "new", "--org", "org_abc123", "--user", "usr_new"});
    ASSERT_EQ(made.code, 0) << made.err;
    std::smatch key;
    ASSERT_TRUE(std::regex_search(made.out, key, std::regex{R"(\bak_[0-9A-Za-z]+)"})) << made.out;
    const std::string raw = key[0];
    const auto entry = made.out.substr(made.out.find("- sha256:"));
    EXPECT_EQ(entry.find(raw), std::string::npos) << "the entry holds the hash alone";
    expect_error(as(raw).create(an_order()), 401, "INVALID_API_KEY", "authentication_error");

    folder.write("keys.yaml", keys_yaml(keys) + entry);
    gateway->process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return as(raw).list().status == 200; }));
    as(raw).wait_for(as(raw).created(an_order()), "succeeded");
    EXPECT_EQ(alice().list().status, 200);
    EXPECT_NE(run_gateway({"keys", "new", "--org", "org_abc123", "--user", "usr_new"}).out, made.out);
}

TEST_F(Configuration, AKeyThatWasTakenAwayStopsWorkingAfterSighup) {
    start();
    EXPECT_EQ(as(raw_keys::bob).list().status, 200);
    std::erase_if(keys, [](const client_key& each) { return each.raw == raw_keys::bob; });
    reload();
    EXPECT_TRUE(eventually([&] { return as(raw_keys::bob).list().status == 401; }));
}

TEST_F(Configuration, EnginesAreReloadedOnSighup) {
    start();
    config.set("engines",
               "[{engine_key: studio, model: FUZZ-2.0, max_duration_seconds: 10, typical_seconds: 1},"
               " {engine_key: cellar, model: FUZZ-1.0, typical_seconds: 1}]");
    reload();
    ASSERT_TRUE(eventually([&] { return alice().engines().body.find("cellar") != std::string::npos; }));
    EXPECT_TRUE(eventually([&] { return alice().create(an_order()).status == 422; }))
        << "20 s are over the new maximum";
    auto order = an_order();
    order["engine"] = "cellar";
    alice().wait_for(alice().created(order), "succeeded");
    EXPECT_EQ(text(simulator->last_order(), "mv"), "FUZZ-1.0");
    order["engine"] = "hall";
    expect_error(alice().create(order), 422, "VALIDATION_ERROR", "validation_error");
}

TEST_F(Configuration, ABrokenOneOnSighupChangesNothing) {
    start();
    config.set("threads", "many");
    reload("reload_refused");
    alice().wait_for(alice().created(an_order()), "succeeded");
    config.set("threads", "1");
    reload("restart_needed");
    EXPECT_TRUE(gateway->process().running());
}

TEST_F(Configuration, PlaybackUrlsFollowThePortWhenNobodySaysWhatClientsSee) {
    config.erase("public_url");
    start();
    const auto url = text(alice().wait_for(alice().created(an_order()), "succeeded"), "playback_url");
    EXPECT_TRUE(url.starts_with(gateway->url() + "/media/")) << url;
}

TEST_F(Configuration, HealthAndMetricsAreOnTheAdminPort) {
    start();
    alice().wait_for(alice().created(an_order()), "succeeded");
    EXPECT_EQ(ask(gateway->admin(), {"GET", "/healthz"}).status, 200);
    EXPECT_EQ(ask(gateway->admin(), {"GET", "/readyz"}).status, 200);
    const auto metrics = ask(gateway->admin(), {"GET", "/metrics"});
    EXPECT_EQ(metrics.status, 200);
    EXPECT_TRUE(metrics.header("content-type").starts_with("text/plain"));
    EXPECT_NE(metrics.body.find("# TYPE"), std::string::npos);
    EXPECT_NE(ask(gateway->admin(), {"GET", alice().path("/engines")}).status, 200)
        << "no client is served here";
}

TEST_F(Configuration, EveryLineOfTheLogIsAJsonObject) {
    start();
    alice().wait_for(alice().created(an_order("line\nbreak \"quoted\"")), "succeeded");
    gateway->process().stop();
    std::size_t lines = 0;
    const auto log = gateway->log();
    for (std::size_t at = 0; at < log.size(); ++lines) {
        const auto end = log.find('\n', at);
        ASSERT_NE(end, std::string::npos) << "the last line is not whole";
        http_reply line;
        line.body = log.substr(at, end - at);
        EXPECT_TRUE(line.json().is_object()) << line.body;
        at = end + 1;
    }
    EXPECT_GE(lines, 3U);
}

}  // namespace
