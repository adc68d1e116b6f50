// Which answers of a store are worth another try, and which are not.
#include "adapters/s3/reply.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::s3;

gateway::http_client::http_answer answer(unsigned status, std::string body = {}) {
    gateway::http_client::http_answer made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

std::string error(const std::string& code) {
    return "<Error><Code>" + code + "</Code><AWSAccessKeyId>the-id</AWSAccessKeyId></Error>";
}

TEST(Reply, IsTriedAgainWhenTheStoreIsBusyOrBroken) {
    for (const unsigned status : {408U, 429U, 500U, 502U, 503U, 504U})
        EXPECT_TRUE(worth_another_try(status, "")) << status;
    EXPECT_TRUE(worth_another_try(400, "RequestTimeout"));
    EXPECT_TRUE(worth_another_try(409, "OperationAborted"));
    EXPECT_TRUE(worth_another_try(200, "InternalError"));
}

TEST(Reply, IsNotTriedAgainWhenTheRequestIsWrong) {
    for (const unsigned status :
         {200U, 204U, 301U, 307U, 400U, 401U, 403U, 404U, 405U, 409U, 411U, 412U, 416U, 501U})
        EXPECT_FALSE(worth_another_try(status, "")) << status;
    for (const char* code : {"SignatureDoesNotMatch", "InvalidAccessKeyId", "AccessDenied", "NoSuchBucket",
                             "NoSuchUpload", "RequestTimeTooSkewed", "EntityTooSmall"})
        EXPECT_FALSE(worth_another_try(403, code)) << code;
}

TEST(Reply, SaysWhatWentWrongWithoutTheKeysInTheAnswer) {
    EXPECT_TRUE(read_reply(answer(200), false).ok());
    EXPECT_TRUE(read_reply(answer(206, "bytes"), false).ok());
    EXPECT_TRUE(read_reply(answer(204), false).ok());
    const reply refused = read_reply(answer(403, error("SignatureDoesNotMatch")), false);
    EXPECT_EQ(refused.trouble, "HTTP 403 SignatureDoesNotMatch");
    EXPECT_EQ(refused.code, "SignatureDoesNotMatch");
    EXPECT_EQ(read_reply(answer(502, "<html>"), false).trouble, "HTTP 502");
    EXPECT_EQ(read_reply(answer(301), false).trouble, "HTTP 301");
    EXPECT_TRUE(read_reply(answer(404), false).missing());
}

TEST(Reply, MayBeAnErrorInsideASuccess) {
    EXPECT_TRUE(read_reply(answer(200, error("InternalError")), false).ok())
        << "audio may look like anything";
    const reply broken = read_reply(answer(200, error("InternalError")), true);
    EXPECT_EQ(broken.trouble, "HTTP 200 InternalError");
    EXPECT_TRUE(read_reply(answer(200, "<CompleteMultipartUploadResult/>"), true).ok());
}

}  // namespace
