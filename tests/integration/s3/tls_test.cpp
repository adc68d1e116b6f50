// Certificates of stores: always verified, against the operator's own authority where there is one.
#include "tests/integration/producer/fake_server.hpp"
#include "tests/integration/s3/s3_fixture.hpp"
#include "tests/support/certificates.hpp"

namespace {

using namespace tests;

class S3Tls : public s3_fixture {
protected:
    S3Tls()
        : certificate{(folder.path() / "certificate.pem").string()},
          key{(folder.path() / "key.pem").string()} {
        const auto made =
            end_to_end::run({"openssl",
                             {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                              "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
                              "/CN=store", "-addext", "subjectAltName=DNS:localhost"}});
        EXPECT_EQ(made.code, 0) << made.err;
        secured = std::make_unique<end_to_end::s3_server>(certificate, key);
        use.endpoint = "https://localhost:" + std::to_string(secured->port());
    }

    std::string certificate;
    std::string key;
    std::unique_ptr<end_to_end::s3_server> secured;
};

TEST_F(S3Tls, AStoreOfTheOperatorsAuthorityIsUsed) {
    use.certificate_authority = certificate;
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
}

TEST_F(S3Tls, AStoreThatNobodyVouchesForIsNot) {
    const auto kept = store("track_aa", wav(10));
    EXPECT_FALSE(kept);
    EXPECT_TRUE(is(kept.error(), errc::archive_failed)) << kept.error().message();
}

TEST_F(S3Tls, NorIsOneWithACertificateForSomebodyElse) {
    use.certificate_authority = certificate;
    use.endpoint = "https://127.0.0.1:" + std::to_string(secured->port());
    EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed));
}

TEST_F(S3Tls, NothingIsSentToAStoreWithABadCertificate) {
    const authority vouching;
    use.certificate_authority = folder.write("authority.pem", vouching.certificate());
    for (const bad_identity& bad : bad_identities(vouching, "127.0.0.1")) {
        boost::asio::ssl::context wrong{boost::asio::ssl::context::tls_server};
        wrong.use_certificate_chain(boost::asio::buffer(bad.shown.certificate));
        wrong.use_private_key(boost::asio::buffer(bad.shown.key), boost::asio::ssl::context::pem);
        std::atomic<int> greetings{0};
        fake_server impostor{[&](peer& client, int) {
            greetings += client.shake_hands(wrong) && !client.read_request().empty() ? 1 : 0;
        }};
        use.endpoint = "https://127.0.0.1:" + std::to_string(impostor.port());
        made.reset();
        EXPECT_TRUE(is(store("track_aa", wav(10)).error(), errc::archive_failed)) << bad.what;
        EXPECT_GT(impostor.connections(), 0) << bad.what;
        EXPECT_EQ(greetings, 0) << bad.what;
    }
}

TEST_F(S3Tls, NorToOneThatSpeaksOnlyOldVersions) {
    const authority vouching;
    use.certificate_authority = folder.write("authority.pem", vouching.certificate());
    const identity shown = vouching.issue({.names = "IP:127.0.0.1"});
    for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION}) {
        boost::asio::ssl::context aged{boost::asio::ssl::context::tls_server};
        aged.use_certificate_chain(boost::asio::buffer(shown.certificate));
        aged.use_private_key(boost::asio::buffer(shown.key), boost::asio::ssl::context::pem);
        SSL_CTX_set_cipher_list(aged.native_handle(), "DEFAULT@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(aged.native_handle(), version);
        SSL_CTX_set_max_proto_version(aged.native_handle(), version);
        std::atomic<int> greetings{0};
        fake_server store_of_old{[&](peer& client, int) {
            greetings += client.shake_hands(aged) && !client.read_request().empty() ? 1 : 0;
        }};
        use.endpoint = "https://127.0.0.1:" + std::to_string(store_of_old.port());
        made.reset();
        EXPECT_FALSE(store("track_aa", wav(10)));
        EXPECT_EQ(greetings > 0, version == TLS1_2_VERSION);
    }
}

TEST_F(S3Tls, AnAuthorityThatCannotBeReadIsSaidAtTheStart) {
    use.certificate_authority = (folder.path() / "gone.pem").string();
    EXPECT_THROW(archive(), std::exception);
}

}  // namespace
