// What clients get from the transport, or below the routes: HEAD, dot segments, and refusals of what is not
// the HTTP that a client's library would send. Each answer is the document's (prism.transport judges that);
// here is which one it is.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;

class Transport : public Stage {
protected:
    http_reply send(const std::string& request_line, const std::string& fields,
                    const std::string& rest = {}) const {
        return ask_raw(gateway->url(),
                       request_line + "\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n" + rest);
    }
    http_reply read(const std::string& method, const std::string& target, const std::string& key) const {
        return ask(gateway->url(), {method, target, {{"X-API-Key", key}}});
    }
    std::string with_key() const { return std::string{"X-API-Key: "} + raw_keys::alice + "\r\n"; }
};

TEST_F(Transport, AnswersHeadLikeGetOnEveryRouteAndToEveryRefusal) {
    start();
    const auto id = alice().created(an_order());
    const auto job = alice().wait_for(id, "succeeded");
    struct visit {
        std::string target;
        int status;
        std::string key = raw_keys::alice;
    };
    for (const auto& [target, status, key] :
         {visit{alice().path("/engines"), 200}, visit{alice().path("/generations"), 200},
          visit{alice().path("/generations/" + id), 200},
          visit{alice().path("/tracks/" + text(job, "result_track_id")), 200},
          visit{alice().path("/engines"), 401, "ak_nobodys"}, visit{alice().path("/engines"), 401, ""},
          visit{alice().path("/engines"), 401, raw_keys::paused},
          visit{as("", "org_foreign").path("/generations"), 403},
          visit{alice().path("/generations/mgen_000000000000"), 404},
          visit{alice().path("/tracks/mtrack_000000000000"), 404},
          visit{alice().path("/generations?limit=0"), 422}, visit{alice().path("/nonsense"), 404},
          visit{alice().path("/generations/" + id + "/cancel"), 405}}) {
        SCOPED_TRACE(target);
        const auto get = read("GET", target, key);
        const auto head = read("HEAD", target, key);
        EXPECT_EQ(get.status, status) << get.body;
        EXPECT_EQ(head.status, status);
        EXPECT_TRUE(head.body.empty());
        EXPECT_FALSE(head.header("x-request-id").empty());
        for (const char* same : {"content-type", "content-length", "allow", "www-authenticate"})
            EXPECT_EQ(head.header(same), get.header(same)) << same;
    }
}

TEST_F(Transport, TakesDotSegmentsForTheNamesTheyStandFor) {
    start();
    for (const char* rest : {"/generations/..", "/generations/.", "/tracks/..", "/tracks/."})
        expect_error(alice().call("GET", rest), 404, "RESOURCE_NOT_FOUND", "client_error");
    for (const char* organization : {"..", "."})
        expect_error(as(raw_keys::alice, organization).engines(), 403, "ORGANIZATION_ACCESS_DENIED",
                     "authorization_error");
    expect_error(alice().call("POST", "/generations/../cancel"), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(alice().call("GET", "/engines/../generations"), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(ask(gateway->url(), {"GET", "/media/../v1/music/org_abc123/engines"}), 404,
                 "RESOURCE_NOT_FOUND", "client_error");
}

TEST_F(Transport, RefusesWhatItCanNotReadInTheEnvelope) {
    start();
    const std::string engines = "GET " + alice().path("/engines") + " HTTP/1.1";
    const std::string create = "POST " + alice().path("/generations") + " HTTP/1.1";
    for (const std::string& garbage :
         {std::string{"\x16\x03\x01\x02\r\n\r\n"}, std::string{"hello\r\n\r\n"},
          std::string{"GET  HTTP/1.1\r\n\r\n"}, std::string(4, '\0') + "\r\n\r\n"})
        expect_error(ask_raw(gateway->url(), garbage), 400, "BAD_REQUEST", "client_error");
    expect_error(send(engines, "Host: b\r\n" + with_key()), 400, "BAD_REQUEST", "client_error");
    expect_error(send(create, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n" + with_key(), "{}"), 400,
                 "BAD_REQUEST", "client_error");
    expect_error(send(create, "Expect: wonders\r\nContent-Length: 2\r\n" + with_key(), "{}"), 417,
                 "EXPECTATION_FAILED", "client_error");
    expect_error(send("GET /" + std::string(20'000, 'u') + " HTTP/1.1", with_key()), 414, "URI_TOO_LONG",
                 "client_error");
    expect_error(send(engines, "X-Long: " + std::string(20'000, 'h') + "\r\n" + with_key()), 431,
                 "REQUEST_HEADERS_TOO_LARGE", "client_error");
    expect_error(send(create, "Transfer-Encoding: gzip, chunked\r\n" + with_key(), "0\r\n\r\n"), 501,
                 "NOT_IMPLEMENTED", "server_error");
    expect_error(send("GET " + alice().path("/engines") + " HTTP/3.0", with_key()), 505,
                 "HTTP_VERSION_NOT_SUPPORTED", "server_error");
    EXPECT_EQ(alice().engines().status, 200) << "everybody else is served";
}

TEST_F(Transport, EndsRequestsThatDoNotCome) {
    config.set("limits.request_timeout", "500ms");
    start();
    const std::string half = "POST " + alice().path("/generations") + " HTTP/1.1\r\nHost: a\r\n";
    expect_error(ask_raw(gateway->url(), half), 408, "REQUEST_TIMEOUT", "client_error");
    expect_error(ask_raw(gateway->url(), half + "Content-Length: 99\r\n" + with_key() + "\r\n{"), 408,
                 "REQUEST_TIMEOUT", "client_error");
}

TEST_F(Transport, AnswersRightRequestsInUnusualFraming) {
    start();
    const std::string create = "POST " + alice().path("/generations") + " HTTP/1.1";
    const std::string fields = with_key() + "Content-Type: application/json\r\n";
    const auto whole = R"({"engine": "studio", "prompt": "in pieces", "duration_seconds": 20})";
    std::string chunks;
    for (const char* at = whole; *at != '\0'; ++at)
        chunks += std::string{"1;x=y\r\n"} + *at + "\r\n";
    const auto reply =
        send(create, fields + "Transfer-Encoding: chunked\r\n", chunks + "0\r\nX-Trailer: t\r\n\r\n");
    ASSERT_EQ(reply.status, 202) << reply.body;
    alice().wait_for(text(reply.json().as_object(), "id"), "succeeded");
    EXPECT_EQ(
        ask_raw(gateway->url(), "GET " + alice().path("/engines") + " HTTP/1.0\r\n" + with_key() + "\r\n")
            .status,
        200);
}

}  // namespace
