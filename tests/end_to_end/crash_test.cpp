// A gateway that crashes, with all the secrets it can have, leaves none of them behind: no core file above
// all.
#include "tests/support/certificates.hpp"
#include "tests/support/s3_server.hpp"
#include "tests/support/stage.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <iostream>

namespace {

using namespace end_to_end;

constexpr const char* producer_key = simulator_process::api_key;
constexpr const char* webhook_secret = "hook-secret-6d20e8b4";
constexpr const char* console_token = "console-token-91c7f3a5";
constexpr const char* redis_password = "redis-password-9c3e44d1";
constexpr const char* stranger = "ak_wrong_key_of_a_stranger";

// Programs that are started from now on may leave core files of any size, in this folder if the system leaves
// them where the program runs.
class core_files_in {
public:
    explicit core_files_in(const std::filesystem::path& folder) : before_{std::filesystem::current_path()} {
        std::filesystem::create_directory(folder);
        std::filesystem::current_path(folder);
        ::getrlimit(RLIMIT_CORE, &limit_before_);
        rlimit next{RLIM_INFINITY, RLIM_INFINITY};
        if (::setrlimit(RLIMIT_CORE, &next) != 0) {
            next = {limit_before_.rlim_max, limit_before_.rlim_max};
            ::setrlimit(RLIMIT_CORE, &next);
        }
    }
    ~core_files_in() {
        std::filesystem::current_path(before_);
        ::setrlimit(RLIMIT_CORE, &limit_before_);
    }
    core_files_in(const core_files_in&) = delete;
    core_files_in& operator=(const core_files_in&) = delete;

private:
    std::filesystem::path before_;
    rlimit limit_before_{};
};

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
        if (each.is_regular_file())
            found.push_back(each.path());
    return found;
}

// Where cores go at all on this machine: the tests below can't look into a pipe, but the kernel tells them
// whether something was dumped.
std::string core_pattern() {
    auto pattern = read_file("/proc/sys/kernel/core_pattern");
    pattern.erase(pattern.find_last_not_of('\n') + 1);
    return pattern;
}

class Crash : public Stage, public testing::WithParamInterface<int> {
protected:
    Crash() : Stage{store_kind::memory} {
        const auto secret = [&](const std::string& name, const std::string& content) {
            return "'${file:" + hidden.write(name, content) + "}'";
        };
        const std::string redis_url =
            std::string{"redis://:"} + redis_password + "@127.0.0.1:" + std::to_string(store.port()) + "/0";
        store.command({"CONFIG", "SET", "requirepass", redis_password});
        config.set("log.level", "debug")
            .set("store.kind", "redis")
            .set("store.redis.url", secret("redis", redis_url))
            .set("producer.webhook.public_url", "http://127.0.0.1:1")
            .set("producer.webhook.secret", secret("webhook", webhook_secret))
            .set("console.token", secret("console", console_token))
            .set("audio.signing_keys", "[" + secret("signing", secrets::signing_key) + "]")
            .set("audio.archive.kind", "s3")
            .set("audio.archive.path", "waiting")
            .set("audio.archive.s3.endpoint", objects.url())
            .set("audio.archive.s3.region", s3_server::region)
            .set("audio.archive.s3.bucket", s3_server::bucket)
            .set("audio.archive.s3.access_key_id", std::string{"'"} + s3_server::access_key_id + "'")
            .set("audio.archive.s3.secret_access_key", secret("s3", s3_server::secret_access_key));
        // Of the gateway alone, which Stage starts with the simulator's address.
        config.set("tls.certificate", hidden.write("tls.crt", shown.certificate))
            .set("tls.private_key", hidden.write("tls.key", shown.key));
        authority = hidden.write("authority.pem", vouching.certificate());
    }

    std::vector<std::string> all_secrets() const {
        const auto line = shown.key.find('\n') + 1;
        return {raw_keys::alice,
                raw_keys::bob,
                stranger,
                producer_key,
                webhook_secret,
                console_token,
                redis_password,
                secrets::signing_key,
                s3_server::secret_access_key,
                shown.key.substr(line, shown.key.find('\n', line) - line)};
    }

    // A request over TLS, whose raw key is in the gateway's buffers afterwards.
    std::string call(const std::string& key, const std::vector<std::string>& further) const {
        std::vector<std::string> words{
            "--silent", "--show-error",      "--cacert", authority,
            "--header", "X-API-Key: " + key, "--header", "Content-Type: application/json"};
        words.insert(words.end(), further.begin(), further.end());
        return run({"curl", words}).out;
    }
    void work() const {
        const auto all = gateway->url() + "/v1/music/org_abc123/generations";
        const auto made = call(raw_keys::alice, {"--data", boost::json::serialize(an_order()), all});
        const auto id = text(boost::json::parse(made).as_object(), "id");
        ASSERT_FALSE(id.empty()) << made;
        ASSERT_TRUE(eventually([&] {
            return call(raw_keys::alice, {all + "/" + id}).find("\"succeeded\"") != std::string::npos;
        }));
        call(raw_keys::bob, {all});
        EXPECT_NE(call(stranger, {all}).find("\"success\":false"), std::string::npos);
        const auto seen =
            ask(gateway->admin(),
                {"GET", "/console/api/jobs", {{"Authorization", std::string{"Bearer "} + console_token}}});
        EXPECT_EQ(seen.status, 200) << seen.body;
    }

    scratch_folder hidden;  // where the secrets' own files are, which are to have them
    tests::authority vouching;
    tests::identity shown = vouching.issue({.names = "IP:127.0.0.1"});
    std::string authority;
    tests::redis_server store{{.tcp = true, .arguments = {}}};
    s3_server objects;
};

TEST_P(Crash, LeavesNoSecretInAnyFile) {
    const core_files_in here{folder.path() / "run"};
    start({"--allow-http-webhooks"});
    // The configuration names the producer's key in a file, too.
    config.set("producer.api_key", "'${file:" + hidden.write("producer", producer_key) + "}'");
    restart_gateway();
    work();
    EXPECT_NE(read_file("/proc/" + std::to_string(gateway->process().pid()) + "/limits")
                  .find("Max core file size        1                    1 "),
              std::string::npos);

    gateway->process().signal(GetParam());
    const auto ended = gateway->process().wait();
    ASSERT_TRUE(ended);
    // A sanitizer's own handler ends the program with a code.
    EXPECT_TRUE(ended->signal == GetParam() || ended->code > 0) << ended->code;
    EXPECT_FALSE(ended->dumped) << "a core went where core_pattern says: " << core_pattern();
    auto files = files_below(folder.path());
    const auto kept = files_below(store.folder());
    files.insert(files.end(), kept.begin(), kept.end());
    bool log_is_there = false;
    for (const auto& file : files) {
        const auto name = file.filename().string();
        if (name.starts_with("simulator") || name == "gateway.err" || name == "gateway.out")
            continue;  // programs that are no gateway, or an earlier one
        log_is_there = log_is_there || name == "gateway1.err";
        const auto content = read_file(file);
        EXPECT_FALSE(
            content.starts_with("\x7f"
                                "ELF"))
            << file;
        for (const auto& secret : all_secrets())
            EXPECT_EQ(content.find(secret), std::string::npos) << secret << " is in " << file;
    }
    EXPECT_TRUE(log_is_there);
}

INSTANTIATE_TEST_SUITE_P(By, Crash, testing::Values(SIGSEGV, SIGABRT, SIGQUIT),
                         [](const auto& info) { return std::string{::sigabbrev_np(info.param)}; });

// What the test above would see if the gateway did nothing about it.
TEST(CrashOfAnotherProgram, LeavesACoreFileWithItsSecrets) {
    const scratch_folder folder;
    const core_files_in here{folder.path() / "run"};
    child_process other{
        {"/bin/sh", {"-c", "secret=a-secret-77aa; kill -SEGV $$; sleep 60"}}, folder.path(), "sh"};
    const auto ended = other.wait();
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->signal, SIGSEGV);
    const auto pattern = core_pattern();
    if (!ended->dumped)
        GTEST_SKIP() << "this machine dumps nobody (core_pattern '" << pattern
                     << "'): Crash can see limits and logs only";
    if (pattern.find_first_of("|/") != std::string::npos)
        GTEST_SKIP() << "cores go to '" << pattern << "': Crash knows from the kernel whether there was one";
    bool found = false;
    for (const auto& file : files_below(folder.path() / "run"))
        found = found || read_file(file).find("a-secret-77aa") != std::string::npos;
    EXPECT_TRUE(found);
}

}  // namespace
