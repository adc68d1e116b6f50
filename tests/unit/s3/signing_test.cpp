// Signatures, against what AWS publishes: the examples of "Authenticating Requests" in the S3 documentation,
// the Signature Version 4 test suite, and the worked example of the general reference.
#include "adapters/s3/signing.hpp"

#include "gateway/runtime/digest.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::s3;

constexpr std::chrono::sys_seconds may_2013{std::chrono::sys_days{std::chrono::year{2013} / 5 / 24}};
constexpr std::chrono::sys_seconds august_2015{std::chrono::sys_days{std::chrono::year{2015} / 8 / 30} +
                                               std::chrono::hours{12} + std::chrono::minutes{36}};

signer s3_example() {
    return {{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""}, "us-east-1"};
}

signer suite(std::string service = "service") {
    return {{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""}, "us-east-1", std::move(service)};
}

std::string signature_in(const std::string& authorization) {
    return authorization.substr(authorization.find("Signature=") + 10);
}

struct published {
    const char* name;
    request_parts request;
    const char* signature;
};

void PrintTo(const published& one, std::ostream* out) {
    *out << one.name;
}

class S3Documentation : public testing::TestWithParam<published> {};

TEST_P(S3Documentation, SignsAsPublished) {
    auto keys = s3_example();
    request_parts request = GetParam().request;
    EXPECT_EQ(signature_in(keys.authorize(request, may_2013)), GetParam().signature)
        << canonical_request(request);
}

const std::string bucket{"examplebucket.s3.amazonaws.com"};

INSTANTIATE_TEST_SUITE_P(
    Examples, S3Documentation,
    testing::Values(
        published{
            "GetObjectRange",
            {"GET", "/test.txt", {}, {{"host", bucket}, {"range", "bytes=0-9"}}, std::string{empty_payload}},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
        published{"PutObject",
                  {"PUT",
                   "/test%24file.text",
                   {},
                   {{"host", bucket},
                    {"date", "Fri, 24 May 2013 00:00:00 GMT"},
                    {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                   gateway::to_hex(gateway::sha256("Welcome to Amazon S3."))},
                  "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
        published{"GetLifecycle",
                  {"GET", "/", {{"lifecycle", ""}}, {{"host", bucket}}, std::string{empty_payload}},
                  "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
        published{"ListObjects",
                  {"GET",
                   "/",
                   {{"prefix", "J"}, {"max-keys", "2"}},
                   {{"host", bucket}},
                   std::string{empty_payload}},
                  "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"}),
    [](const auto& info) { return info.param.name; });

TEST(S3Documentation, PresignsAsPublished) {
    auto keys = s3_example();
    const request_parts request{"GET", "/test.txt", {}, {{"host", bucket}}, ""};
    EXPECT_EQ(
        keys.presigned_query(request, may_2013, std::chrono::seconds{86400}),
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
        "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

class SignatureSuite : public testing::TestWithParam<published> {};

TEST_P(SignatureSuite, SignsAsPublished) {
    auto keys = suite();
    request_parts request = GetParam().request;
    request.headers.emplace_back("host", "example.amazonaws.com");
    request.payload_hash = empty_payload;
    EXPECT_EQ(signature_in(keys.authorize(request, august_2015)), GetParam().signature)
        << canonical_request(request);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SignatureSuite,
    testing::Values(
        published{"GetVanilla",
                  {"GET", "/", {}, {}, ""},
                  "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        published{"GetVanillaQueryOrderKeyCase",
                  {"GET", "/", {{"Param2", "value2"}, {"Param1", "value1"}}, {}, ""},
                  "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        published{"GetUnreserved",
                  {"GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", {}, {}, ""},
                  "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        published{"GetUtf8",
                  {"GET", "/%E1%88%B4", {}, {}, ""},
                  "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        published{"PostVanilla",
                  {"POST", "/", {}, {}, ""},
                  "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        published{"GetHeaderValueTrim",
                  {"GET", "/", {}, {{"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}}, ""},
                  "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"}),
    [](const auto& info) { return info.param.name; });

TEST(GeneralReference, SignsAsPublished) {
    signer keys{{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""}, "us-east-1", "iam"};
    request_parts request{
        "GET",
        "/",
        {{"Action", "ListUsers"}, {"Version", "2010-05-08"}},
        {{"host", "iam.amazonaws.com"}, {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
        std::string{empty_payload}};
    EXPECT_EQ(keys.authorize(request, august_2015),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    EXPECT_EQ(gateway::to_hex(gateway::sha256(canonical_request(request))),
              "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
}

TEST(Signer, FollowsTheDay) {
    auto keys = s3_example();
    const request_parts request{"GET", "/", {}, {{"host", "h"}}, ""};
    const auto life = std::chrono::seconds{60};
    const std::string today = keys.presigned_query(request, may_2013, life);
    const std::string tomorrow = keys.presigned_query(request, may_2013 + std::chrono::days{1}, life);
    EXPECT_NE(today.substr(today.find("Signature=")), tomorrow.substr(tomorrow.find("Signature=")));
    EXPECT_EQ(keys.presigned_query(request, may_2013, life), today);
    EXPECT_EQ(s3_example().presigned_query(request, may_2013 + std::chrono::days{1}, life), tomorrow);
}

TEST(Signer, ASessionTokenIsSentAndSigned) {
    signer keys{{"key", "secret", "token/+="}, "eu-west-1"};
    request_parts request{"GET", "/", {}, {{"host", "h"}}, std::string{empty_payload}};
    const std::string authorization = keys.authorize(request, may_2013);
    EXPECT_NE(authorization.find(";x-amz-security-token,"), std::string::npos) << authorization;
    EXPECT_EQ(request.headers.back(),
              (std::pair<std::string, std::string>{"x-amz-security-token", "token/+="}));
    const request_parts opened{"GET", "/", {}, {{"host", "h"}}, ""};
    EXPECT_NE(keys.presigned_query(opened, may_2013, std::chrono::seconds{1})
                  .find("&X-Amz-Security-Token=token%2F%2B%3D&"),
              std::string::npos);
}

TEST(Signer, TheSecretIsInNothingThatIsSent) {
    auto keys = s3_example();
    request_parts request{"GET", "/", {}, {{"host", "h"}}, std::string{empty_payload}};
    std::string sent = keys.presigned_query(request, may_2013, std::chrono::seconds{1});
    sent += keys.authorize(request, may_2013);
    for (const auto& [name, value] : request.headers)
        sent += name + value;
    EXPECT_EQ(sent.find("wJalrXUtnFEMI"), std::string::npos);
}

TEST(Credentials, KnowThemselvesInATextThatWouldBeShown) {
    const credentials keys{"the-id", "the-secret", "the-token"};
    EXPECT_TRUE(keys.stand_in("HTTP 403 the-id"));
    EXPECT_TRUE(keys.stand_in("xthe-secretx"));
    EXPECT_TRUE(keys.stand_in("the-token"));
    EXPECT_FALSE(keys.stand_in("HTTP 403 AccessDenied"));
    EXPECT_FALSE((credentials{"the-id", "the-secret", ""}.stand_in("")));
}

TEST(PercentEncoding, LeavesWhatIsUnreserved) {
    EXPECT_EQ(percent_encoded("aZ09-_.~"), "aZ09-_.~");
    EXPECT_EQ(percent_encoded("a b+c/d=&\xC3\xA9"), "a%20b%2Bc%2Fd%3D%26%C3%A9");
    EXPECT_EQ(percent_encoded("a/b c", true), "a/b%20c");
    EXPECT_EQ(query_text({{"b", "1"}, {"a b", "/"}, {"a", ""}}), "a=&a%20b=%2F&b=1");
}

TEST(Stamp, IsTheMomentInUtc) {
    EXPECT_EQ(stamp_of(may_2013), "20130524T000000Z");
    EXPECT_EQ(stamp_of(august_2015 + std::chrono::seconds{7}), "20150830T123607Z");
    EXPECT_EQ(stamp_of(std::chrono::sys_seconds{}), "19700101T000000Z");
}

}  // namespace
