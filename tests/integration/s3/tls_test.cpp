// Certificates of stores: always verified, against the operator's own authority where there is one.
#include "tests/integration/s3/s3_fixture.hpp"

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

TEST_F(S3Tls, AnAuthorityThatCannotBeReadIsSaidAtTheStart) {
    use.certificate_authority = (folder.path() / "gone.pem").string();
    EXPECT_THROW(archive(), std::exception);
}

}  // namespace
