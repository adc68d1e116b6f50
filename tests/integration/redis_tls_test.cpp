// TLS to a real redis-server: who is believed, and that nobody else is spoken to.
#include "adapters/redis/connection.hpp"
#include "tests/support/await.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/localhost.hpp"
#include "tests/support/redis_sentinel.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace {

namespace asio = boost::asio;
using namespace adapters::redis;
using gateway::deadline;
using std::chrono::milliseconds;

// A certificate, its key, and who vouches for them, in files of a folder of their own.
class certificate_files {
public:
    certificate_files(const tests::identity& shown, const std::string& authority)
        : folder_{tests::fresh_folder("mg-redis-tls")} {
        std::ofstream{certificate()} << shown.certificate;
        std::ofstream{key_file()} << shown.key;
        std::ofstream{this->authority()} << authority;
    }
    ~certificate_files() { std::filesystem::remove_all(folder_); }
    certificate_files(const certificate_files&) = delete;
    certificate_files& operator=(const certificate_files&) = delete;

    std::string certificate() const { return (folder_ / "certificate.pem").string(); }
    std::string key_file() const { return (folder_ / "key.pem").string(); }
    std::string authority() const { return (folder_ / "authority.pem").string(); }

    tests::redis_server_options served_on(std::uint16_t port) const {
        return {.tcp = true,
                .arguments = {"--tls-port", std::to_string(port), "--tls-cert-file", certificate(),
                              "--tls-key-file", key_file(), "--tls-ca-cert-file", authority(),
                              "--tls-auth-clients", "no"}};
    }

private:
    std::filesystem::path folder_;
};

class RedisTls : public testing::Test {
protected:
    asio::io_context context{1};
    tests::authority vouching;
    certificate_files identity{vouching.issue({.names = "IP:127.0.0.1"}), vouching.certificate()};
    const std::uint16_t port = tests::free_port();
    tests::redis_server server{identity.served_on(port)};

    static connection_options quick() {
        connection_options made;
        made.retry = {milliseconds{10}, milliseconds{50}};
        return made;
    }
    std::string url(const std::string& host, const std::string& rest) const {
        return "rediss://" + host + ":" + std::to_string(port) + rest;
    }
    // Why it stays down.
    std::string trouble_of(const std::string& at) {
        connection link{context, *parse_address(at), quick()};
        EXPECT_TRUE(tests::run_until(context, [&] { return link.trouble() != "not connected yet"; }));
        EXPECT_EQ(tests::await(context, link.ready(deadline::after(milliseconds{300}))).error(),
                  gateway::errc::deadline_exceeded);
        const auto trouble = link.trouble();
        EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
        return trouble;
    }
};

TEST_F(RedisTls, CommandsTravelToAServerWithTheRightCertificate) {
    connection link{context, *parse_address(url("127.0.0.1", "/2?ca=" + identity.authority())), quick()};
    ASSERT_TRUE(tests::await(context, link.ready(deadline::after(std::chrono::seconds{20}))))
        << link.trouble();
    const std::string large(300'000, 'x');
    const auto answer = tests::await(
        context, link.send(std::move(command{"ECHO"}.add(large)), deadline::after(std::chrono::seconds{20})));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, large) << "of many records";
    server.kill();
    EXPECT_TRUE(tests::run_until(context, [&] { return !link.up(); }));
    server.start();
    EXPECT_TRUE(tests::await(context, link.ready(deadline::after(std::chrono::seconds{20}))))
        << link.trouble();
    EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
}

TEST_F(RedisTls, CertificateOfAnotherNameIsRefused) {
    if (!tests::machine_knows_localhost())
        GTEST_SKIP() << "no name to ask for";
    EXPECT_EQ(trouble_of(url("localhost", "?ca=" + identity.authority())),
              "certificate verify failed: hostname mismatch");
}

TEST_F(RedisTls, CertificateOfAnUnknownAuthorityIsRefused) {
    EXPECT_NE(trouble_of(url("127.0.0.1", "")).find("certificate verify failed"), std::string::npos);
}

TEST_F(RedisTls, BadCertificatesAreRefusedAndTheReasonIsSaid) {
    for (const auto& bad : tests::bad_identities(vouching, "127.0.0.1")) {
        const certificate_files shown{bad.shown, vouching.certificate()};
        const auto there = tests::free_port();
        const tests::redis_server wrong{shown.served_on(there)};
        const auto trouble =
            trouble_of("rediss://:password@127.0.0.1:" + std::to_string(there) + "?ca=" + shown.authority());
        EXPECT_EQ(trouble, "certificate verify failed: " + bad.reason) << bad.what;
        EXPECT_EQ(wrong.command({"INFO", "commandstats"}).find("cmdstat_auth"), std::string::npos)
            << bad.what;
    }
}

TEST_F(RedisTls, OldVersionsAreNotSpoken) {
    for (const std::string version : {"TLSv1.1", "TLSv1.2", "TLSv1.3"}) {
        auto options = identity.served_on(tests::free_port());
        options.arguments.insert(options.arguments.end(),
                                 {"--tls-protocols", version, "--tls-ciphers", "DEFAULT@SECLEVEL=0"});
        const tests::redis_server aged{options};
        const auto where = "rediss://127.0.0.1:" + options.arguments[1] + "?ca=" + identity.authority();
        if (version == "TLSv1.1") {
            EXPECT_NE(trouble_of(where).find("protocol"), std::string::npos) << trouble_of(where);
            continue;
        }
        connection link{context, *parse_address(where), quick()};
        EXPECT_TRUE(tests::await(context, link.ready(deadline::after(std::chrono::seconds{20}))))
            << version << link.trouble();
        EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
    }
}

TEST_F(RedisTls, MissingAuthorityIsSaid) {
    EXPECT_FALSE(trouble_of(url("127.0.0.1", "?ca=/nonexistent/ca.pem")).empty());
}

TEST_F(RedisTls, ServerThatSpeaksPlainIsNotSpokenTo) {
    EXPECT_FALSE(trouble_of("rediss://127.0.0.1:" + std::to_string(server.port())).empty());
    EXPECT_FALSE(trouble_of("redis://127.0.0.1:" + std::to_string(port)).empty());
}

TEST_F(RedisTls, SentinelsAndTheirPrimaryBothSpeakIt) {
    const auto sentinel_tls = tests::free_port();
    const tests::redis_sentinel sentinel{
        port, "tls-port " + std::to_string(sentinel_tls) +
                  "\ntls-replication yes\ntls-auth-clients no\ntls-cert-file " + identity.certificate() +
                  "\ntls-key-file " + identity.key_file() + "\ntls-ca-cert-file " + identity.authority() +
                  "\n"};
    const auto where = parse_address("rediss+sentinel://127.0.0.1:" + std::to_string(sentinel_tls) +
                                     "/jobs?ca=" + identity.authority());
    connection link{context, *where, quick()};
    EXPECT_TRUE(tests::await(context, link.ready(deadline::after(std::chrono::seconds{20}))))
        << link.trouble();
    EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
}

}  // namespace
