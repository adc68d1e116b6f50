// Certificates: trusted, foreign, and for somebody else. Sessions come back.
#include "producer_fixture.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace tests;

const std::string accepted_body{R"({"task_id":"t-1"})"};

struct self_signed {
    std::string certificate;
    std::string key;
};

std::string pem(const std::function<void(BIO*)>& write) {
    BIO* const memory = BIO_new(BIO_s_mem());
    write(memory);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory, &bytes);
    std::string text{bytes, static_cast<std::size_t>(size)};
    BIO_free(memory);
    return text;
}

self_signed make_certificate(const char* names) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_EXTENSION* const alternative = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(certificate, alternative, -1);
    X509_EXTENSION_free(alternative);
    X509_sign(certificate, key, EVP_sha256());
    self_signed out{pem([&](BIO* to) { PEM_write_bio_X509(to, certificate); }), pem([&](BIO* to) {
                        PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
                    })};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return out;
}

class ProducerTls : public producer_fixture {
protected:
    ProducerTls() : identity{make_certificate("DNS:api.test,IP:127.0.0.1")} {
        authority.use_certificate(boost::asio::buffer(identity.certificate), boost::asio::ssl::context::pem);
        authority.use_private_key(boost::asio::buffer(identity.key), boost::asio::ssl::context::pem);
        std::string pattern{(std::filesystem::temp_directory_path() / "producer_tls_XXXXXX").string()};
        const int file = ::mkstemp(pattern.data());
        trusted = pattern;
        std::FILE* const out = ::fdopen(file, "w");
        std::fputs(identity.certificate.c_str(), out);
        std::fclose(out);
    }
    ~ProducerTls() override {
        ::unsetenv("SSL_CERT_FILE");
        std::filesystem::remove(trusted);
    }

    void trust() { ::setenv("SSL_CERT_FILE", trusted.c_str(), 1); }

    adapters::producer::client towards(const std::string& host, const fake_server& server) {
        return {context.get_executor(), everywhere,
                at("https://" + host + ":" + std::to_string(server.port()))};
    }

    // Serves TLS until the client leaves; counts requests and resumed sessions.
    fake_server::behaviour serving(int requests_each) {
        return [this, requests_each](peer& client, int) {
            if (!client.shake_hands(authority))
                return;
            resumed += client.resumed() ? 1 : 0;
            for (int count = 0; count < requests_each && !client.read_request().empty(); ++count) {
                ++requests;
                client.answer(200, accepted_body, count + 1 == requests_each ? "Connection: close\r\n" : "");
            }
            client.wait_for_close();
        };
    }

    self_signed identity;
    boost::asio::ssl::context authority{boost::asio::ssl::context::tls_server};
    std::string trusted;
    std::atomic<int> requests{0};
    std::atomic<int> resumed{0};
    gateway::http_client::resolver everywhere{
        1, [](const std::string&) -> gateway::result<gateway::http_client::addresses> {
            return gateway::http_client::addresses(1, boost::asio::ip::address_v4::loopback());
        }};
};

TEST_F(ProducerTls, ATrustedCertificateForTheNameIsAccepted) {
    trust();
    fake_server server{serving(10)};
    auto client = towards("api.test", server);
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_EQ(server.connections(), 1);
    auto by_address = towards("127.0.0.1", server);
    EXPECT_TRUE(answered<create_answer::accepted>(create(by_address)));
}

TEST_F(ProducerTls, AnUntrustedCertificateMeansNothingIsSent) {
    fake_server server{serving(1)};
    auto client = towards("api.test", server);
    const auto answer = create(client);
    ASSERT_TRUE(answered<create_answer::not_delivered>(answer));
    EXPECT_NE(std::get<create_answer::not_delivered>(answer).reason.find("self"), std::string::npos);
    EXPECT_EQ(requests, 0);
}

TEST_F(ProducerTls, ACertificateForAnotherNameMeansNothingIsSent) {
    trust();
    fake_server server{serving(1)};
    auto client = towards("other.test", server);
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client)));
    EXPECT_EQ(requests, 0);
}

TEST_F(ProducerTls, APlainServerMeansNothingIsSent) {
    trust();
    fake_server server{[](peer& client, int) {
        client.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        client.wait_for_close();
    }};
    auto client = towards("api.test", server);
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client)));
}

TEST_F(ProducerTls, AHandshakeThatHangsIsNotDelivered) {
    trust();
    fake_server server{[](peer& client, int) { client.wait_for_close(); }};
    auto client = towards("api.test", server);
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client, 150ms)));
}

TEST_F(ProducerTls, ADeathAfterTheHandshakeIsUnknown) {
    trust();
    fake_server server{[this](peer& client, int) {
        if (client.shake_hands(authority) && !client.read_request().empty())
            client.reset();
    }};
    auto client = towards("api.test", server);
    EXPECT_TRUE(answered<create_answer::unknown_outcome>(create(client)));
}

TEST_F(ProducerTls, TheNextConnectionResumesTheSession) {
    trust();
    fake_server server{serving(1)};
    auto client = towards("api.test", server);
    for (int count = 0; count < 3; ++count)
        EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_EQ(server.connections(), 3);
    EXPECT_EQ(resumed, 2);
    EXPECT_EQ(client.counters().tls_resumed, 2U);
}

}  // namespace
