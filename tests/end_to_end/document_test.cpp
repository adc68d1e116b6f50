// GET /openapi.json: the contract as this gateway keeps it, for whoever asks.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <csignal>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Document : public Stage {
protected:
    void SetUp() override { start(); }

    http_reply read(const header_list& headers = {}, const std::string& method = "GET") const {
        return ask(gateway->url(), {method, "/openapi.json", headers});
    }
};

TEST_F(Document, IsServedWithoutAKeyAndNamesThePublicAddress) {
    const auto reply = read();
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "application/json");
    const auto document = reply.json();
    EXPECT_EQ(document.at("openapi"), "3.1.0");
    EXPECT_EQ(document.at_pointer("/servers/0/url"), "http://music.test");
}

TEST_F(Document, IsNotSentToWhoHasIt) {
    const auto first = read();
    const auto again = read({{"If-None-Match", first.header("etag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
    const auto head = read({}, "HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.body.empty());
    for (const char* same : {"content-type", "content-length", "etag", "cache-control"})
        EXPECT_EQ(head.header(same), first.header(same)) << same;
}

TEST_F(Document, TellsTheLimitsInForceAlsoAfterAReload) {
    const auto prompt_limit = [&] {
        return read().json().at_pointer("/components/schemas/Order/properties/prompt/maxLength");
    };
    EXPECT_EQ(prompt_limit(), 5000);
    const auto before = read().header("etag");
    config.set("limits.prompt", "7");
    write_config();
    gateway->process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return prompt_limit() == 7; }));
    EXPECT_EQ(read({{"If-None-Match", before}}).status, 200);
    EXPECT_EQ(alice().create(an_order("a prompt of more than seven")).status, 422);
    EXPECT_EQ(alice().create(an_order("waltz")).status, 202);
}

TEST_F(Document, CannotBeChanged) {
    for (const char* method : {"POST", "PUT", "DELETE"}) {
        const auto reply = read({}, method);
        expect_error(reply, 405, "METHOD_NOT_ALLOWED", "client_error");
        EXPECT_EQ(reply.header("allow"), "GET, HEAD, OPTIONS");
    }
}

}  // namespace
