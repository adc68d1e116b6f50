#include "gateway/http/tls.hpp"
#include "tests/integration/http/test_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

namespace gateway::http::testing {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A self-signed certificate made for the test, and its key.
class test_certificate {
public:
    test_certificate() {
        std::string name = (std::filesystem::temp_directory_path() / "http-tls-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const made = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), -60);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, key);
        X509_sign(made, key, EVP_sha256());
        std::FILE* file = std::fopen(certificate().c_str(), "w");
        PEM_write_X509(file, made);
        std::fclose(file);
        file = std::fopen(key_file().c_str(), "w");
        PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        X509_free(made);
        EVP_PKEY_free(key);
    }
    ~test_certificate() { std::filesystem::remove_all(folder_); }

    std::string certificate() const { return (folder_ / "certificate.pem").string(); }
    std::string key_file() const { return (folder_ / "key.pem").string(); }

private:
    std::filesystem::path folder_;
};

struct tls_client {
    asio::io_context context;
    asio::ssl::context trust{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream{context, trust};

    explicit tls_client(const std::string& address) {
        const auto colon = address.rfind(':');
        const asio::ip::tcp::endpoint to{asio::ip::make_address(address.substr(0, colon)),
                                         static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)))};
        stream.next_layer().connect(to);
        stream.handshake(asio::ssl::stream_base::client);
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
    const test_certificate made;
    const std::unique_ptr<asio::ssl::context> tls = server_tls(made.certificate(), made.key_file());

    server_options options() const {
        server_options secured;
        secured.tls = tls.get();
        return secured;
    }
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

TEST_F(HttpTls, AWrongFileIsNamed) {
    for (const auto& [certificate, key] :
         {std::pair{made.certificate(), std::string{"/no/such/key.pem"}},
          std::pair{std::string{"/no/such/certificate.pem"}, made.key_file()},
          std::pair{made.certificate(), made.certificate()}}) {
        EXPECT_THROW(server_tls(certificate, key), std::runtime_error);
    }
    const test_certificate other;
    EXPECT_THROW(server_tls(made.certificate(), other.key_file()), std::runtime_error);
}

}  // namespace
}  // namespace gateway::http::testing
