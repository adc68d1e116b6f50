// Addresses that open an object directly, as a player without any key uses them.
#include "tests/integration/s3/s3_fixture.hpp"

namespace {

using namespace tests;
using end_to_end::ask_directly;
using end_to_end::http_reply;

class Presigned : public s3_fixture {
protected:
    Presigned() { use.presign = true; }

    static http_reply get(const std::string& address, end_to_end::header_list headers = {},
                          const std::string& method = "GET") {
        const auto path = address.find('/', 8);
        headers.emplace_back("Host", address.substr(7, path - 7));
        return ask_directly(address, {method, address.substr(path), std::move(headers)});
    }
    std::string address(std::chrono::seconds life = 60s) {
        return archive().direct_url("track_aa", "wav", life).value();
    }
};

TEST_F(Presigned, PlaysWithTheRightTypeAndName) {
    ASSERT_TRUE(store("track_aa", wav(5000)));
    const auto reply = get(address());
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.body, wav(5000));
    EXPECT_EQ(reply.header("content-type"), "audio/wav");
    EXPECT_EQ(reply.header("content-disposition"), "inline; filename=\"track_aa.wav\"");
}

TEST_F(Presigned, AnswersRanges) {
    ASSERT_TRUE(store("track_aa", wav(5000)));
    const auto reply = get(address(), {{"Range", "bytes=100-199"}});
    EXPECT_EQ(reply.status, 206);
    EXPECT_EQ(reply.body, wav(5000).substr(100, 100));
    EXPECT_EQ(reply.header("content-range"), "bytes 100-199/" + std::to_string(wav(5000).size()));
}

TEST_F(Presigned, PlaysWhatWasUploadedInParts) {
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    const auto reply = get(address());
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body == wav(three_parts));
    EXPECT_EQ(reply.header("content-type"), "audio/wav");
}

TEST_F(Presigned, EndsWithItsLife) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    made.reset();
    use.now = [] {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - 10min;
    };
    EXPECT_EQ(get(address(601s + 60s)).status, 200);
    const auto reply = get(address(599s));
    EXPECT_EQ(reply.status, 403);
    EXPECT_NE(reply.body.find("expired"), std::string::npos) << reply.body;
}

TEST_F(Presigned, IsForOneObjectAndForReadingIt) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    ASSERT_TRUE(store("track_bb", wav(10)));
    const std::string good = address();
    std::string other = good;
    other.replace(other.find("track_aa"), 8, "track_bb");
    EXPECT_EQ(get(other).status, 403);
    std::string longer = good;
    longer.replace(longer.find("Expires=60"), 10, "Expires=6000");
    EXPECT_EQ(get(longer).status, 403);
    EXPECT_EQ(get(good, {}, "DELETE").status, 403);
    EXPECT_EQ(get(good.substr(0, good.find('?'))).status / 100, 4);
    EXPECT_EQ(get(good).status, 200);
}

TEST_F(Presigned, MayBeginWithAnotherAddressThanTheGatewayUses) {
    ASSERT_TRUE(store("track_aa", wav(10)));
    made.reset();
    use.endpoint = "http://127.0.0.1:1";
    use.public_endpoint = server().url();
    EXPECT_EQ(get(address()).status, 200);
}

TEST_F(Presigned, MayHaveTheBucketInItsHost) {
    gateway::http_client::resolver everywhere{
        1, [](const std::string&) -> result<gateway::http_client::addresses> {
            return gateway::http_client::addresses(1, boost::asio::ip::address_v4::loopback());
        }};
    use.endpoint = "http://s3.localhost:" + std::to_string(server().port());
    use.how = adapters::s3::addressing::host;
    made = std::make_unique<adapters::s3::s3_archive>(
        context.get_executor(), everywhere,
        std::make_shared<adapters::s3::waiting_room>(folder.path().string()), use);
    ASSERT_TRUE(store("track_aa", wav(three_parts)));
    EXPECT_TRUE(content("track_aa") == wav(three_parts));
    EXPECT_TRUE(address().starts_with("http://audio.s3.localhost:")) << address();
    EXPECT_EQ(get(address()).status, 200);
    EXPECT_EQ(await(context, archive().remove_older_than(1h, 10)).value(), 0U);
    made.reset();  // before the resolver
}

TEST_F(Presigned, HoldsNoSecret) {
    EXPECT_EQ(address().find(end_to_end::s3_server::secret_access_key), std::string::npos);
}

TEST_F(Presigned, IsNotGivenOutWhenTheGatewayRelays) {
    use.presign = false;
    EXPECT_EQ(archive().direct_url("track_aa", "wav", 60s), std::nullopt);
}

}  // namespace
