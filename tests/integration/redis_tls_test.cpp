// TLS to a real redis-server: who is believed, and that nobody else is spoken to.
#include "adapters/redis/connection.hpp"
#include "tests/support/await.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/localhost.hpp"
#include "tests/support/redis_sentinel.hpp"

#include <gtest/gtest.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>

namespace {

namespace asio = boost::asio;
using namespace adapters::redis;
using gateway::deadline;
using std::chrono::milliseconds;

// A certificate for the given names that vouches for itself, and its key, in a folder of its own.
class self_signed {
public:
    explicit self_signed(const char* names) : folder_{tests::fresh_folder("mg-redis-tls")} {
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const made = X509_new();
        X509_set_version(made, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), -3600);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, key);
        X509_NAME* const subject = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("redis"), -1, -1, 0);
        X509_set_issuer_name(made, subject);
        X509_EXTENSION* const others = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
        X509_add_ext(made, others, -1);
        X509_EXTENSION_free(others);
        X509_sign(made, key, EVP_sha256());
        write(certificate(), [made](std::FILE* to) { PEM_write_X509(to, made); });
        write(key_file(),
              [key](std::FILE* to) { PEM_write_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr); });
        X509_free(made);
        EVP_PKEY_free(key);
    }
    ~self_signed() { std::filesystem::remove_all(folder_); }
    self_signed(const self_signed&) = delete;
    self_signed& operator=(const self_signed&) = delete;

    std::string certificate() const { return (folder_ / "certificate.pem").string(); }
    std::string key_file() const { return (folder_ / "key.pem").string(); }

private:
    template <class Writer>
    static void write(const std::string& path, Writer writer) {
        std::FILE* const file = std::fopen(path.c_str(), "w");
        if (file == nullptr)
            throw std::runtime_error{"cannot write " + path};
        writer(file);
        std::fclose(file);
    }

    std::filesystem::path folder_;
};

class RedisTls : public testing::Test {
protected:
    asio::io_context context{1};
    self_signed identity{"IP:127.0.0.1"};
    const std::uint16_t port = tests::free_port();
    tests::redis_server server{
        {.tcp = true,
         .arguments = {"--tls-port", std::to_string(port), "--tls-cert-file", identity.certificate(),
                       "--tls-key-file", identity.key_file(), "--tls-ca-cert-file", identity.certificate(),
                       "--tls-auth-clients", "no"}}};

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
        EXPECT_EQ(tests::await(context, link.ready(deadline::after(milliseconds{300}))).error(),
                  gateway::errc::deadline_exceeded);
        const auto trouble = link.trouble();
        EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
        return trouble;
    }
};

TEST_F(RedisTls, CommandsTravelToAServerWithTheRightCertificate) {
    connection link{context, *parse_address(url("127.0.0.1", "/2?ca=" + identity.certificate())), quick()};
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
    EXPECT_NE(trouble_of(url("localhost", "?ca=" + identity.certificate())).find("certificate verify failed"),
              std::string::npos);
}

TEST_F(RedisTls, CertificateOfAnUnknownAuthorityIsRefused) {
    EXPECT_NE(trouble_of(url("127.0.0.1", "")).find("certificate verify failed"), std::string::npos);
    const self_signed other{"IP:127.0.0.1"};
    EXPECT_NE(trouble_of(url("127.0.0.1", "?ca=" + other.certificate())).find("certificate verify failed"),
              std::string::npos);
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
                  "\ntls-key-file " + identity.key_file() + "\ntls-ca-cert-file " + identity.certificate() +
                  "\n"};
    const auto where = parse_address("rediss+sentinel://127.0.0.1:" + std::to_string(sentinel_tls) +
                                     "/jobs?ca=" + identity.certificate());
    connection link{context, *where, quick()};
    EXPECT_TRUE(tests::await(context, link.ready(deadline::after(std::chrono::seconds{20}))))
        << link.trouble();
    EXPECT_TRUE(tests::await(context, link.close(milliseconds{5'000})));
}

}  // namespace
