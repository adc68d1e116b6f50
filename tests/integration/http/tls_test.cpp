// HTTPS of our own listener: versions, goodbyes, and certificates that are replaced while it serves.
#include "gateway/http/tls.hpp"
#include "tests/integration/http/test_server.hpp"
#include "tests/support/certificates.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <openssl/pem.h>

#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

namespace gateway::http::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// The two files of a server, in a folder of their own.
class certificate_files {
public:
    explicit certificate_files(const tests::identity& shown) {
        std::string name = (std::filesystem::temp_directory_path() / "http-tls-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        replace(shown);
    }
    ~certificate_files() { std::filesystem::remove_all(folder_); }
    certificate_files(const certificate_files&) = delete;
    certificate_files& operator=(const certificate_files&) = delete;

    // Both at once, as a volume of Kubernetes does it: by another link to a folder.
    void replace(const tests::identity& shown) {
        const auto next = folder_ / ("version" + std::to_string(++versions_));
        std::filesystem::create_directory(next);
        std::ofstream{next / "tls.crt"} << shown.certificate;
        std::ofstream{next / "tls.key"} << shown.key;
        std::filesystem::create_directory_symlink(next.filename(), folder_ / "..data_tmp");
        std::filesystem::rename(folder_ / "..data_tmp", folder_ / "..data");
        if (versions_ > 1)
            return;
        std::filesystem::create_symlink("..data/tls.crt", folder_ / "tls.crt");
        std::filesystem::create_symlink("..data/tls.key", folder_ / "tls.key");
    }
    void spoil(const std::string& name, const std::string& content) {
        std::ofstream{folder_ / "..data" / name} << content;
    }

    std::string certificate() const { return (folder_ / "tls.crt").string(); }
    std::string key_file() const { return (folder_ / "tls.key").string(); }
    std::string folder() const { return folder_.string(); }

private:
    std::filesystem::path folder_;
    int versions_ = 0;
};

struct tls_client {
    asio::io_context context;
    asio::ssl::context trust{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream{context, trust};
    boost::system::error_code refused;

    explicit tls_client(const std::string& address, SSL_SESSION* resumed = nullptr,
                        int least = TLS1_2_VERSION, int most = TLS1_3_VERSION) {
        // Else the client itself would refuse what is old.
        SSL_CTX_set_cipher_list(trust.native_handle(), "DEFAULT@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(trust.native_handle(), least);
        SSL_CTX_set_max_proto_version(trust.native_handle(), most);
        SSL* const native = stream.native_handle();
        SSL_set_security_level(native, 0);
        SSL_set_min_proto_version(native, least);
        SSL_set_max_proto_version(native, most);
        if (resumed != nullptr)
            SSL_set_session(native, resumed);
        const auto colon = address.rfind(':');
        const asio::ip::tcp::endpoint to{asio::ip::make_address(address.substr(0, colon)),
                                         static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)))};
        stream.next_layer().connect(to);
        stream.handshake(asio::ssl::stream_base::client, refused);
    }

    // What the server showed, as PEM.
    std::string shown() {
        X509* const certificate = SSL_get1_peer_certificate(stream.native_handle());
        BIO* const memory = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(memory, certificate);
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(memory, &bytes);
        std::string text{bytes, static_cast<std::size_t>(size)};
        BIO_free(memory);
        X509_free(certificate);
        return text;
    }
    bool resumed() { return SSL_session_reused(stream.native_handle()) == 1; }
    bool answers() {
        return ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a?|").starts_with("HTTP/1.1 200");
    }

    // Up to and including the first answer's body, which must end in `end`.
    std::string ask(const std::string& bytes, const std::string& end) {
        asio::write(stream, asio::buffer(bytes));
        std::string got;
        while (!got.ends_with(end)) {
            char piece[4096];
            boost::system::error_code failure;
            got.append(piece, stream.read_some(asio::buffer(piece), failure));
            if (failure)
                return got + "|" + failure.message();
        }
        return got;
    }
};

class HttpTls : public ::testing::Test {
protected:
    HttpTls() { EXPECT_EQ(certificate.read(), ""); }

    server_options options() const {
        server_options secured;
        secured.tls = certificate.settings();
        return secured;
    }

    tests::authority vouching;
    tests::identity first = vouching.issue({.names = "DNS:one.test"});
    tests::identity second = vouching.issue({.names = "DNS:two.test"});
    certificate_files files{first};
    server_certificate certificate{files.certificate(), files.key_file()};
};

TEST_F(HttpTls, ServesSeveralRequestsAndLargeAnswers) {
    test_server server{options()};
    tls_client client{server.address()};
    for (int count = 0; count < 3; ++count)
        EXPECT_TRUE(client.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a?|").starts_with("HTTP/1.1 200"));
    const std::string end(300'000, 'b');
    EXPECT_TRUE(client.ask("GET /big?300000 HTTP/1.1\r\nHost: x\r\n\r\n", end).starts_with("HTTP/1.1 200"));
    const std::string stream_end(300'000, 's');
    EXPECT_TRUE(
        client.ask("GET /stream?300000 HTTP/1.1\r\nHost: x\r\n\r\n", stream_end).starts_with("HTTP/1.1 200"));
}

TEST_F(HttpTls, SaysGoodbyeSoThatTheClientKnowsNothingIsMissing) {
    test_server server{options()};
    tls_client client{server.address()};
    client.ask("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /a?|");
    char more[16];
    boost::system::error_code end;
    client.stream.read_some(asio::buffer(more), end);
    EXPECT_EQ(end, asio::error::eof) << end.message();
}

TEST_F(HttpTls, ASilentClientIsCutWhenTheHandshakeTakesTooLong) {
    auto secured = options();
    secured.settings.request_timeout = 100ms;
    test_server server{secured};
    raw_client silent{server.address()};
    EXPECT_TRUE(silent.closes());
}

TEST_F(HttpTls, AClientThatSpeaksPlainHttpIsCut) {
    test_server server{options()};
    raw_client plain{server.address()};
    plain.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(plain.closes());
    EXPECT_EQ(server.script().requests, 0);
}

TEST_F(HttpTls, DrainsIdleConnectionsAtOnce) {
    test_server server{options()};
    tls_client client{server.address()};
    client.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a?|");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(server.drain(30s).get());
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST_F(HttpTls, SpeaksTheTwoVersionsThatAreSoundAndNoOlderOne) {
    test_server server{options()};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_client client{server.address(), nullptr, version, version};
        EXPECT_FALSE(client.refused) << client.refused.message();
        EXPECT_EQ(SSL_version(client.stream.native_handle()), version);
        EXPECT_TRUE(client.answers());
    }
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        tls_client client{server.address(), nullptr, version, version};
        EXPECT_NE(client.refused.message().find("protocol version"), std::string::npos)
            << client.refused.message();
    }
}

TEST_F(HttpTls, NewConnectionsGetTheNewCertificateAndOpenOnesGoOn) {
    auto secured = options();
    secured.threads = 2;
    test_server server{secured};
    tls_client old{server.address()};
    EXPECT_EQ(old.shown(), first.certificate);
    EXPECT_TRUE(old.answers());

    files.replace(second);
    secured.tls = nullptr;
    ASSERT_EQ(certificate.read(), "");
    server.use(certificate.settings());
    for (int thread = 0; thread < 2; ++thread) {
        tls_client young{server.address()};
        EXPECT_EQ(young.shown(), second.certificate);
        EXPECT_TRUE(young.answers());
    }
    EXPECT_TRUE(old.answers());
    EXPECT_TRUE(old.answers());
}

// Each member of a pair is wrong in its turn, and both at once.
TEST_F(HttpTls, ABrokenPairLeavesTheOldOneAndTheFileIsNamed) {
    const auto before = certificate.settings();
    const auto until = certificate.valid_until();
    const auto refused = [&](const std::string& file, const std::string& reason) {
        const auto trouble = certificate.read();
        EXPECT_NE(trouble.find("'" + file + "'"), std::string::npos) << trouble;
        EXPECT_NE(trouble.find(reason), std::string::npos) << trouble;
        EXPECT_EQ(trouble.find('\n'), std::string::npos) << trouble;
        EXPECT_EQ(trouble.find("BEGIN"), std::string::npos) << trouble;
        EXPECT_EQ(certificate.settings(), before);
        EXPECT_EQ(certificate.valid_until(), until);
        files.replace(second);
    };
    files.replace(second);
    files.spoil("tls.crt", "");
    refused(files.certificate(), "empty");
    files.spoil("tls.crt", "no certificate");
    refused(files.certificate(), "");
    files.spoil("tls.crt", second.certificate.substr(0, second.certificate.size() / 2));
    refused(files.certificate(), "");
    files.spoil("tls.crt", std::string(2 * 1024 * 1024, 'x'));
    refused(files.certificate(), "too large");
    files.spoil("tls.key", second.key.substr(0, second.key.size() / 2));
    refused(files.key_file(), "");
    files.spoil("tls.key", second.certificate);
    refused(files.key_file(), "");
    files.spoil("tls.key", first.key);
    refused(files.key_file(), "does not belong to the certificate");
    EVP_PKEY* const other_kind = EVP_RSA_gen(2048);
    BIO* const memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, other_kind, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory, &bytes);
    files.spoil("tls.key", {bytes, static_cast<std::size_t>(size)});
    refused(files.key_file(), "does not belong to the certificate");
    BIO_reset(memory);
    char password[] = "secret";
    PEM_write_bio_PrivateKey(memory, other_kind, EVP_aes_128_cbc(), nullptr, 0, nullptr, password);
    const long locked = BIO_get_mem_data(memory, &bytes);
    files.spoil("tls.key", {bytes, static_cast<std::size_t>(locked)});
    refused(files.key_file(), "");
    BIO_free(memory);
    EVP_PKEY_free(other_kind);
    std::filesystem::remove(std::filesystem::canonical(files.certificate()));
    refused(files.certificate(), "No such file");
    std::filesystem::remove(std::filesystem::canonical(files.key_file()));
    refused(files.key_file(), "No such file");

    EXPECT_EQ(certificate.read(), "");
    EXPECT_NE(certificate.settings(), before);
}

TEST_F(HttpTls, WhatCannotBeReadAtTheStartIsSaidAndThereIsNoContext) {
    for (const auto& [chain, key, wrong] :
         {std::tuple{files.certificate(), std::string{"/no/such/key.pem"}, "/no/such/key.pem"},
          std::tuple{std::string{"/no/such/chain.pem"}, files.key_file(), "/no/such/chain.pem"},
          std::tuple{files.folder(), files.key_file(), "tls.certificate"}}) {
        server_certificate none{chain, key};
        const auto trouble = none.read();
        EXPECT_NE(trouble.find(wrong), std::string::npos) << trouble;
        EXPECT_EQ(none.settings(), nullptr);
        EXPECT_EQ(none.valid_until(), "");
    }
}

TEST_F(HttpTls, SessionsComeBackUntilTheCertificateChanges) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        test_server server{options()};
        tls_client one{server.address(), nullptr, version, version};
        ASSERT_TRUE(one.answers());  // with which a ticket of TLS 1.3 comes
        SSL_SESSION* const kept = SSL_get1_session(one.stream.native_handle());

        ASSERT_EQ(certificate.read(), "");
        server.use(certificate.settings());
        tls_client again{server.address(), kept, version, version};
        EXPECT_TRUE(again.answers());
        EXPECT_TRUE(again.resumed()) << "a reload without a new certificate";

        files.replace(version == TLS1_2_VERSION ? second : first);
        ASSERT_EQ(certificate.read(), "");
        server.use(certificate.settings());
        tls_client later{server.address(), kept, version, version};
        EXPECT_FALSE(later.refused) << later.refused.message();
        EXPECT_TRUE(later.answers());
        EXPECT_FALSE(later.resumed());
        EXPECT_NE(later.shown(), one.shown());
        SSL_SESSION_free(kept);
    }
}

TEST_F(HttpTls, SaysUntilWhenTheCertificateIsValid) {
    certificate_files soon{vouching.issue({.names = "DNS:a.test", .ends = 24h})};
    server_certificate read{soon.certificate(), soon.key_file()};
    ASSERT_EQ(read.read(), "");
    const std::time_t day = std::time(nullptr) + 24 * 3600;
    std::tm parts{};
    ::gmtime_r(&day, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:", &parts);
    EXPECT_TRUE(read.valid_until().starts_with(text)) << read.valid_until();
    EXPECT_EQ(read.valid_until().size(), std::string{"2027-01-31T23:59:59Z"}.size());
}

// Threads share a context while another is put into its place; for the thread sanitizer above all.
TEST_F(HttpTls, CertificatesChangeUnderClientsThatComeAndGo) {
    auto secured = options();
    secured.threads = 2;
    test_server server{secured};
    std::atomic<bool> enough{false};
    std::atomic<int> served{0};
    std::vector<std::thread> clients;
    for (int count = 0; count < 2; ++count)
        clients.emplace_back([&] {
            while (!enough) {
                tls_client client{server.address()};
                EXPECT_FALSE(client.refused) << client.refused.message();
                served += client.answers() ? 1 : 0;
            }
        });
    for (int change = 0; change < 10; ++change) {
        const int before = served;
        files.replace(change % 2 == 0 ? second : first);
        EXPECT_EQ(certificate.read(), "");
        server.use(certificate.settings());
        EXPECT_TRUE(eventually([&] { return served > before + 1; }));
    }
    enough = true;
    for (auto& each : clients)
        each.join();
}

}  // namespace
}  // namespace gateway::http::testing
