// Certificates as an operator meets them: upstream's that are wrong, and our own that are replaced.
#include "tests/support/certificates.hpp"
#include "tests/integration/producer/fake_server.hpp"
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <csignal>
#include <cstdlib>
#include <list>
#include <mutex>

namespace {

using namespace end_to_end;

// Upstream behind TLS, with a certificate that the test changes; all it hears goes on to the simulator.
class tls_door {
public:
    explicit tls_door(std::string behind) : behind_{std::move(behind)} {}

    void show(const tests::identity& shown) {
        auto next = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
        next->use_certificate_chain(boost::asio::buffer(shown.certificate));
        next->use_private_key(boost::asio::buffer(shown.key), boost::asio::ssl::context::pem);
        const std::lock_guard hold{guard_};
        shown_ = std::move(next);
    }

    std::string url() const { return "https://127.0.0.1:" + std::to_string(server_.port()); }
    int callers() const { return server_.connections(); }
    int requests() const { return requests_; }

private:
    void serve(tests::peer& client) {
        std::shared_ptr<boost::asio::ssl::context> as;
        {
            const std::lock_guard hold{guard_};
            as = shown_;
        }
        if (!client.shake_hands(*as))
            return;
        for (auto asked = client.read_request(); !asked.empty(); asked = client.read_request()) {
            ++requests_;
            const auto reply = ask_raw(behind_, asked);
            client.answer(reply.status, reply.body);
        }
    }

    std::string behind_;
    std::mutex guard_;
    std::shared_ptr<boost::asio::ssl::context> shown_;
    std::atomic<int> requests_{0};
    tests::fake_server server_{[this](tests::peer& client, int) { serve(client); }};
};

class UpstreamCertificates : public Stage {
protected:
    UpstreamCertificates() {
        ::setenv("SSL_CERT_FILE", folder.write("authority.pem", vouching.certificate()).c_str(), 1);
    }
    ~UpstreamCertificates() override {
        gateway.reset();
        ::unsetenv("SSL_CERT_FILE");
    }

    void start_behind(const tests::identity& shown) {
        start();
        door = std::make_unique<tls_door>(simulator->url());
        door->show(shown);
        config.set("producer.base_url", door->url());
        restart_gateway();
    }

    tests::authority vouching;
    tests::identity good = vouching.issue({.names = "IP:127.0.0.1"});
    std::unique_ptr<tls_door> door;
};

TEST_F(UpstreamCertificates, AreBelievedWhenTheAuthorityIsAndTheNameIsRight) {
    start_behind(good);
    alice().wait_for(alice().created(an_order()), "succeeded");
    EXPECT_GT(door->requests(), 0);
}

TEST_F(UpstreamCertificates, ThatAreWrongLeaveJobsQueuedAndUnpaidUntilTheyAreRight) {
    const auto bad = tests::bad_identities(vouching, "127.0.0.1");
    start_behind(bad.front().shown);
    std::vector<std::string> jobs;
    for (const auto& each : bad) {
        door->show(each.shown);
        const int before = door->callers();
        if (jobs.size() < 3)
            jobs.push_back(alice().created(an_order()));
        ASSERT_TRUE(eventually([&] {
            return door->callers() > before && gateway->log().find(each.reason) != std::string::npos;
        })) << each.what;
        for (const auto& job : jobs)
            EXPECT_EQ(alice().status(job), "queued") << each.what;
    }
    EXPECT_EQ(door->requests(), 0);
    EXPECT_EQ(simulator->count("creates_received"), 0);
    EXPECT_NE(gateway->log().find("certificate verify failed"), std::string::npos);

    door->show(good);
    for (const auto& job : jobs)
        alice().wait_for(job, "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), static_cast<std::int64_t>(jobs.size()));
}

// The gateway's own, seen by curl.
class FrontCertificate : public Stage {
protected:
    FrontCertificate() {
        config.set("tls.certificate", "tls.crt").set("tls.private_key", "tls.key");
        authority = folder.write("authority.pem", vouching.certificate());
        replace(first);
    }

    void replace(const tests::identity& shown) {
        folder.write("tls.crt", shown.certificate);
        folder.write("tls.key", shown.key);
    }
    // The status, or what curl has against the server.
    std::string ask_as(const std::string& key, const std::string& name,
                       const std::vector<std::string>& further = {}) const {
        const std::string place = name + gateway->url().substr(gateway->url().rfind(':'));
        std::vector<std::string> words{"--silent",
                                       "--show-error",
                                       "--cacert",
                                       authority,
                                       "--resolve",
                                       place + ":127.0.0.1",
                                       "--output",
                                       "/dev/null",
                                       "--write-out",
                                       "%{http_code}",
                                       "--header",
                                       "X-API-Key: " + key,
                                       "https://" + place + "/v1/music/org_abc123/generations"};
        words.insert(words.end(), further.begin(), further.end());
        const auto done = run({"curl", words});
        return done.code == 0 ? done.out : done.err;
    }
    // Reloads, and waits for the line that says what came of it.
    std::string reload(const std::string& event) {
        const auto lines = [&] { return log_lines(event); };
        const auto before = lines().size();
        gateway->process().signal(SIGHUP);
        EXPECT_TRUE(eventually([&] { return lines().size() > before; })) << event;
        const auto all = lines();
        EXPECT_EQ(all.size(), before + 1) << event;
        return all.back();
    }
    std::vector<std::string> log_lines(const std::string& event) const {
        std::vector<std::string> found;
        std::istringstream text{gateway->log()};
        for (std::string line; std::getline(text, line);)
            if (line.find("\"event\":\"" + event + "\"") != std::string::npos)
                found.push_back(line);
        return found;
    }

    tests::authority vouching;
    tests::identity first = vouching.issue({.names = "DNS:one.test"});
    tests::identity second = vouching.issue({.names = "DNS:two.test", .ends = std::chrono::hours{24 * 400}});
    std::string authority;
};

TEST_F(FrontCertificate, ComesNewWithAReloadAsKeysDo) {
    start();
    EXPECT_TRUE(gateway->url().starts_with("https://")) << gateway->url();
    EXPECT_EQ(ask_as(raw_keys::alice, "one.test"), "200");
    EXPECT_EQ(log_lines("started").size(), 1U);
    EXPECT_NE(log_lines("started")[0].find("\"certificate_until\":\"20"), std::string::npos);

    replace(second);
    keys.push_back({"ak_new_key_3f2a", "usr_new"});
    write_config();
    const auto told = reload("reloaded");
    EXPECT_NE(told.find("\"certificate_until\":\"20"), std::string::npos) << told;
    EXPECT_EQ(ask_as("ak_new_key_3f2a", "two.test"), "200");
    EXPECT_EQ(ask_as(raw_keys::alice, "two.test", {"--tls-max", "1.2"}), "200");
    EXPECT_NE(ask_as(raw_keys::alice, "one.test").find("subject"), std::string::npos)
        << ask_as(raw_keys::alice, "one.test");
}

TEST_F(FrontCertificate, ThatIsBrokenIsRefusedWithAllThatCameWithIt) {
    start();
    keys.push_back({"ak_new_key_3f2a", "usr_new"});
    write_config();
    folder.write("tls.key", second.key);
    const auto told = reload("reload_refused");
    EXPECT_NE(told.find("\"level\":\"error\""), std::string::npos) << told;
    EXPECT_NE(told.find("tls.key"), std::string::npos) << told;
    EXPECT_EQ(told.find("BEGIN"), std::string::npos) << told;
    EXPECT_EQ(ask_as(raw_keys::alice, "one.test"), "200");
    EXPECT_EQ(ask_as("ak_new_key_3f2a", "one.test"), "401");
    EXPECT_TRUE(log_lines("reloaded").empty());

    folder.write("tls.key", first.key);
    reload("reloaded");
    EXPECT_EQ(ask_as("ak_new_key_3f2a", "one.test"), "200");
}

TEST_F(FrontCertificate, IsPartOfWhatCheckChecks) {
    config.set("producer.base_url", "http://127.0.0.1:1").set("producer.api_key", "some_key");
    EXPECT_EQ(run_gateway({"--config", write_config(), "--check"}).code, 0);
    folder.write("tls.key", second.key);
    const auto checked = run_gateway({"--config", write_config(), "--check"});
    EXPECT_EQ(checked.code, 2) << checked.out;
    EXPECT_NE(checked.err.find("tls.key"), std::string::npos) << checked.err;
    const auto served = run_gateway({"--config", write_config()});
    EXPECT_EQ(served.code, 1);
    EXPECT_NE(served.err.find("does not belong to the certificate"), std::string::npos) << served.err;
}

}  // namespace
