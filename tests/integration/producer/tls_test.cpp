// Certificates: trusted, foreign, and for somebody else. Sessions come back.
#include "producer_fixture.hpp"
#include "tests/support/certificates.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace tests;

const std::string accepted_body{R"({"task_id":"t-1"})"};

void show(boost::asio::ssl::context& by, const identity& shown) {
    by.use_certificate_chain(boost::asio::buffer(shown.certificate));
    by.use_private_key(boost::asio::buffer(shown.key), boost::asio::ssl::context::pem);
}

class nowhere final : public gateway::audio_sink {
public:
    boost::asio::awaitable<gateway::result<void>> write(std::string) override {
        co_return gateway::result<void>{};
    }
    boost::asio::awaitable<gateway::result<gateway::stored_audio>> keep() override {
        co_return gateway::stored_audio{};
    }
};

class ProducerTls : public producer_fixture {
protected:
    ProducerTls() {
        show(good, vouching.issue({.names = "DNS:api.test,IP:127.0.0.1"}));
        std::string pattern{(std::filesystem::temp_directory_path() / "producer_tls_XXXXXX").string()};
        const int file = ::mkstemp(pattern.data());
        trusted = pattern;
        std::FILE* const out = ::fdopen(file, "w");
        std::fputs(vouching.certificate().c_str(), out);
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
    fake_server::behaviour serving(int requests_each) { return serving(requests_each, good); }
    fake_server::behaviour serving(int requests_each, boost::asio::ssl::context& as) {
        return [this, requests_each, &as](peer& client, int) {
            if (!client.shake_hands(as))
                return;
            resumed += client.resumed() ? 1 : 0;
            for (int count = 0; count < requests_each && !client.read_request().empty(); ++count) {
                ++requests;
                client.answer(200, accepted_body, count + 1 == requests_each ? "Connection: close\r\n" : "");
            }
            client.wait_for_close();
        };
    }

    fetch_answer::any fetch(const std::string& url) {
        adapters::producer::client_settings settings = at("http://127.0.0.1:9");
        settings.allowed_hosts = {"api.test", "cdn.test", "127.0.0.1"};
        adapters::producer::client client{context.get_executor(), everywhere, std::move(settings)};
        nowhere sink;
        return await(context, client.fetch(url, sink, gateway::deadline::after(10s)));
    }

    authority vouching;
    boost::asio::ssl::context good{boost::asio::ssl::context::tls_server};
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
    EXPECT_NE(std::get<create_answer::not_delivered>(answer).reason.find("local issuer"), std::string::npos);
    EXPECT_EQ(requests, 0);
}

// Of the paid call nothing leaves, and the operator is told what is wrong.
TEST_F(ProducerTls, ABadCertificateMeansNothingIsSent) {
    trust();
    for (const std::string host : {"api.test", "127.0.0.1"}) {
        for (const bad_identity& bad : bad_identities(vouching, host)) {
            boost::asio::ssl::context wrong{boost::asio::ssl::context::tls_server};
            show(wrong, bad.shown);
            fake_server server{serving(1, wrong)};
            auto client = towards(host, server);
            const auto answer = create(client);
            ASSERT_TRUE(answered<create_answer::not_delivered>(answer)) << bad.what;
            const auto& reason = std::get<create_answer::not_delivered>(answer).reason;
            EXPECT_NE(reason.find("TLS: certificate verify failed"), std::string::npos) << reason;
            EXPECT_NE(reason.find(bad.reason), std::string::npos) << bad.what << ": " << reason;
            EXPECT_EQ(requests, 0) << bad.what;
        }
    }
}

// What the first client learned of a host is no reason to believe the second's.
TEST_F(ProducerTls, ASessionOfAGoodServerDoesNotExcuseABadCertificate) {
    trust();
    boost::asio::ssl::context wrong{boost::asio::ssl::context::tls_server};
    show(wrong, self_signed({.names = "DNS:api.test"}));
    fake_server server{[&](peer& client, int connection) {
        if (!client.shake_hands(connection == 1 ? good : wrong))
            return;
        client.read_request();
        ++requests;
        client.answer(200, accepted_body, "Connection: close\r\n");
        client.wait_for_close();
    }};
    auto client = towards("api.test", server);
    EXPECT_TRUE(answered<create_answer::accepted>(create(client)));
    EXPECT_TRUE(answered<create_answer::not_delivered>(create(client)));
    EXPECT_EQ(requests, 1);
}

TEST_F(ProducerTls, AServerThatSpeaksOnlyOldVersionsIsNotSpokenTo) {
    trust();
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
        boost::asio::ssl::context aged{boost::asio::ssl::context::tls_server};
        show(aged, vouching.issue({.names = "DNS:api.test"}));
        SSL_CTX_set_cipher_list(aged.native_handle(), "DEFAULT@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(aged.native_handle(), version);
        SSL_CTX_set_max_proto_version(aged.native_handle(), version);
        fake_server server{serving(1, aged)};
        auto client = towards("api.test", server);
        const auto answer = create(client);
        if (version >= TLS1_2_VERSION) {
            EXPECT_TRUE(answered<create_answer::accepted>(answer));
            continue;
        }
        ASSERT_TRUE(answered<create_answer::not_delivered>(answer));
        const auto& reason = std::get<create_answer::not_delivered>(answer).reason;
        EXPECT_NE(reason.find("protocol"), std::string::npos) << reason;
        EXPECT_EQ(requests, 0);
    }
}

TEST_F(ProducerTls, AudioComesFromAHostWithAGoodCertificate) {
    trust();
    show(good, vouching.issue({.names = "DNS:cdn.test"}));
    fake_server server{serving(1)};
    EXPECT_TRUE(answered<fetch_answer::fetched>(fetch("https://cdn.test:" + std::to_string(server.port()))));
}

TEST_F(ProducerTls, AudioIsNotTakenFromAHostWithABadCertificateNorAfterARedirectToOne) {
    trust();
    for (const bad_identity& bad : bad_identities(vouching, "cdn.test")) {
        boost::asio::ssl::context wrong{boost::asio::ssl::context::tls_server};
        show(wrong, bad.shown);
        fake_server server{serving(1, wrong)};
        const std::string there = "https://cdn.test:" + std::to_string(server.port()) + "/a.m4a";
        fake_server honest{[&](peer& client, int) {
            if (!client.shake_hands(good))
                return;
            client.read_request();
            client.send("HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: " + there + "\r\n\r\n");
            client.wait_for_close();
        }};
        for (const auto& url : {there, "https://api.test:" + std::to_string(honest.port()) + "/a.m4a"}) {
            const auto answer = fetch(url);
            ASSERT_TRUE(answered<fetch_answer::failed>(answer)) << bad.what;
            const auto& reason = std::get<fetch_answer::failed>(answer).reason;
            EXPECT_NE(reason.find(bad.reason), std::string::npos) << bad.what << ": " << reason;
        }
        EXPECT_EQ(server.connections(), 2);
        EXPECT_EQ(honest.connections(), 1);
        EXPECT_EQ(requests, 0) << bad.what;
    }
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
        if (client.shake_hands(good) && !client.read_request().empty())
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
