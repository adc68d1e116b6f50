// The reader against hostile bytes, each case whole and in pieces.
#include "tests/unit/http/read_in_steps.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

using namespace std::string_literals;

void expect_body(const std::string& bytes, const std::string& body) {
    for (const std::size_t step : steps) {
        const auto got = read_in_steps(bytes, step);
        ASSERT_EQ(got.ended, state::complete) << bytes << " in steps of " << step;
        EXPECT_EQ(got.read.body, body);
        EXPECT_EQ(got.used, bytes.size());
    }
}

TEST(RequestReader, TakesLinesHeadersAndBodyApart) {
    const auto got = read_in_steps(
        "\r\nPATCH /a/b?c=d HTTP/1.1\r\nHost: x\r\nX-API-Key:  k 1 \r\nempty:\r\ncontent-length: "
        "3\r\n\r\nxyzGET",
        100'000);
    ASSERT_EQ(got.ended, state::complete);
    EXPECT_EQ(got.read.method, method::patch);
    EXPECT_EQ(got.read.path, "/a/b");
    EXPECT_EQ(got.read.query, "c=d");
    ASSERT_NE(got.read.header("x-api-key"), nullptr);
    EXPECT_EQ(*got.read.header("x-api-key"), "k 1");
    ASSERT_NE(got.read.header("empty"), nullptr);
    EXPECT_EQ(*got.read.header("empty"), "");
    EXPECT_EQ(got.read.body, "xyz");
}

TEST(RequestReader, LeavesTheNextRequestAlone) {
    const std::string first{"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz"};
    EXPECT_EQ(read_in_steps(first + "GET / HTTP/1.1\r\n", 100'000).used, first.size());
}

TEST(RequestReader, ReadsBodiesHoweverTheyAreCut) {
    const std::string head{"POST / HTTP/1.1\r\nHost: x\r\n"};
    expect_body(head + "Content-Length: 0\r\n\r\n", "");
    expect_body(head + "Content-Length: 5\r\n\r\nhello", "hello");
    expect_body(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "");
    expect_body(head + "Transfer-Encoding: chunked\r\n\r\n000\r\n\r\n", "");
    expect_body(head + "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
                "abc0123456789");
    expect_body("GET / HTTP/1.0\r\n\r\n", "");
}

TEST(RequestReader, ATrailerDoesNotBecomeAHeader) {
    const std::string bytes{
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-API-Key: "
        "stolen\r\n\r\n"};
    for (const std::size_t step : steps) {
        const auto got = read_in_steps(bytes, step);
        ASSERT_EQ(got.ended, state::complete);
        EXPECT_EQ(got.read.header("x-api-key"), nullptr);
    }
}

TEST(RequestReader, SmugglingAttemptsAreMalformed) {
    const std::string line{"POST / HTTP/1.1\r\nHost: x\r\n"};
    for (const std::string fields : {
             "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
             "Content-Length: 3\r\nContent-Length: 3\r\n",
             "Content-Length: 3\r\nContent-Length: 4\r\n",
             "Content-Length: 3, 3\r\n",
             "Content-Length: 3,\r\n",
             "Content-Length: +3\r\n",
             "Content-Length: -3\r\n",
             "Content-Length: 0x3\r\n",
             "Content-Length: 3 3\r\n",
             "Content-Length:\r\n",
             "Content-Length: 18446744073709551617\r\n",
             "Content-Length : 3\r\n",
             "Content-Length: 3\r\nTransfer-Encoding: gzip\r\n",
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
             "Transfer-Encoding: chunked, chunked\r\n",
             "Transfer-Encoding: chunked, gzip\r\n",
             "Transfer-Encoding: gzip, chunked, identity\r\n",
             "Transfer-Encoding: gzip chunked\r\n",
             "Transfer-Encoding: xchunked\r\n",
             "Transfer-Encoding: chunked;q=1\r\n",
             "Transfer-Encoding: chunked,\r\n",
             "Transfer-Encoding:\r\n",
             "Transfer-Encoding: \x0b"
             "chunked\r\n",
             "Transfer-Encoding : chunked\r\n",
             "Transfer-Encoding:\r\n chunked\r\n",
             "X: a\r\n folded\r\n",
             "X: a\r\n\tfolded\r\n",
             "X:\r\n folded\r\n",
             "X: a\r\n \r\n",
             " X: a\r\n",
             "X\r\n",
             ": a\r\n",
             "X: a\rb\r\n",
             "X: a\nb: c\r\n",
             "X\xC3\xBC: a\r\n",
         })
        expect_refused(line + fields + "\r\n0\r\n\r\n", refusal_kind::malformed_request);
    expect_refused("POST / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"s, refusal_kind::malformed_request);
    expect_refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   refusal_kind::malformed_request);
}

TEST(RequestReader, BrokenChunksAreMalformed) {
    const std::string head{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"};
    for (const std::string body : {
             "x\r\n\r\n\r\n\r\n",
             "\r\n0\r\n\r\n",
             "-1\r\na\r\n0\r\n\r\n",
             "0x1\r\na\r\n0\r\n\r\n",
             "1 1\r\na\r\n0\r\n\r\n",
             "1\r\nab\r\n0\r\n\r\n",
             "1\na\n0\n\n\r\n\r\n",
             "10000000000000001\r\na\r\n0\r\n\r\n",
             "1;a=\"\nb\"\r\na\r\n0\r\n\r\n",
             "1;\r\na\r\n0\r\n\r\n",
             "1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n",
             "1\r\na\r\n0\r\nbroken\r\n\r\n",
             // Line ends other than CRLF, wherever a lenient reader would see one.
             "1\na\r\n0\r\n\r\n",
             "1\ra\r\n0\r\n\r\n",
             "1\r\na\n0\r\n\r\n",
             "1\r\na0\r\n\r\n",
             "1\r\na\r\n0\n\r\n",
             "1\r\na\r\n0\r\n\n",
             "1\r\na\r\n0\r\r\n\r\n",
             "1;a\rb\r\na\r\n0\r\n\r\n",
             // Sizes.
             "+1\r\na\r\n0\r\n\r\n",
             " 1\r\na\r\n0\r\n\r\n",
             "1 \r\na\r\n0\r\n\r\n",
             "0_1\r\na\r\n0\r\n\r\n",
             "00000000000000001\r\na\r\n0\r\n\r\n",
             // Extensions.
             "1;a=\"b\r\na\r\n0\r\n\r\n",
             "1;a=\"\r\na\r\n0\r\n\r\n\"\r\n",
             "1;=b\r\na\r\n0\r\n\r\n",
             "1;a=\r\na\r\n0\r\n\r\n",
             "1;a b\r\na\r\n0\r\n\r\n",
             "1;a=b \r\na\r\n0\r\n\r\n",
             // Trailers.
             "1\r\na\r\n0\r\nX: y\n\r\n",
             "1\r\na\r\n0\r\nX: y\r\n z\r\n\r\n",
             "1\r\na\r\n0\r\nX : y\r\n\r\n",
             "1\r\na\r\n0\r\n: y\r\n\r\n",
             "1\r\na\r\n0\r\nX: a\rb\r\n\r\n",
             "1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
             "1\r\na\r\n0\r\nHOST: b\r\n\r\n",
         })
        expect_refused(head + body, refusal_kind::malformed_request);
}

TEST(RequestReader, ChunksMayCarryWhatTheGrammarAllows) {
    const std::string head{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"};
    for (const std::string size : {"1", "01", "1;a", "1;a=b", "1 ; a = b;c", "1;a=\"b;c\"", "1;a=\"\\\"\""})
        expect_body(head + size + "\r\na\r\n0\r\n\r\n", "a");
    expect_body(head + "1\r\na\r\n0;last\r\nX: y\r\nZ:\r\n\r\n", "a");
}

TEST(RequestReader, FieldsThatDecideWhoAsksAreSentOnce) {
    for (const std::string field : {"X-API-Key", "Authorization", "api-key", "Content-Type"})
        expect_refused("GET / HTTP/1.1\r\nHost: a\r\n" + field + ": b\r\n" + field + ": b\r\n\r\n",
                       refusal_kind::malformed_request);
}

TEST(RequestReader, HostIsRequiredOnce) {
    expect_refused("GET / HTTP/1.1\r\nHost:\r\n\r\n", refusal_kind::malformed_request);
    expect_refused("GET / HTTP/1.1\r\n\r\n", refusal_kind::malformed_request);
    expect_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", refusal_kind::malformed_request);
    expect_refused("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", refusal_kind::malformed_request);
    expect_refused("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", refusal_kind::malformed_request);
}

TEST(RequestReader, AHeadThatHasEndedIsNotWaitedFor) {
    for (const std::string head : {"GET / x\r\n\r\n", "GET / HTTP/1\r\n\r\n", "GET /\r\n\r\n", "GET\r\n\r\n"})
        expect_refused(head, refusal_kind::malformed_request);
}

TEST(RequestReader, BrokenRequestLinesAreMalformed) {
    for (const std::string line :
         {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / http/1.1", "GET / HTTP/1", "G@T / HTTP/1.1",
          " GET / HTTP/1.1", "GET /a b HTTP/1.1", "GET a HTTP/1.1", "CONNECT a:1 HTTP/1.1", "GET * HTTP/1.1",
          "GET /\x7f HTTP/1.1", "\x16\x03\x01\x02"})
        expect_refused(line + "\r\nHost: x\r\n\r\n", refusal_kind::malformed_request);
}

TEST(RequestReader, OtherVersionsAreUnsupported) {
    for (const std::string version : {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0"})
        expect_refused("GET / " + version + "\r\nHost: x\r\n\r\n", refusal_kind::unsupported_version);
    expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", refusal_kind::unsupported_version);
}

TEST(RequestReader, OtherCodingsAreUnsupported) {
    for (const std::string coding : {"gzip", "gzip, chunked", "GZIP ,\tChunked", "identity", "chun ked"})
        expect_refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + "\r\n\r\n",
                       refusal_kind::unsupported_transfer_coding);
}

TEST(RequestReader, ARequestLineOverTheLimitHasATargetThatIsTooLong) {
    const std::string filling(1024, 'a');
    for (const std::string target : {"/", "http://x/", "/?", ""})
        expect_refused("GET " + target + filling + " HTTP/1.1\r\nHost: x\r\n\r\n",
                       refusal_kind::target_too_long);
    expect_refused("\r\n\r\nGET /" + filling, refusal_kind::target_too_long);
    expect_refused(filling + " / HTTP/1.1\r\nHost: x\r\n\r\n", refusal_kind::malformed_request);
}

TEST(RequestReader, TheAnswerToAHeadThatWasNotReadFarHasNoBody) {
    for (const std::string& bytes : {"HEAD / HTTP/2.0\r\nHost: x\r\n\r\n"s, "HEAD /" + std::string(1024, 'a'),
                                     "HEAD  / HTTP/1.1\r\n\r\n"s})
        for (const std::size_t step : steps)
            EXPECT_EQ(read_in_steps(bytes, step).read.method, method::head)
                << bytes << " in steps of " << step;
    EXPECT_NE(read_in_steps("HEADER / HTTP/2.0\r\n\r\n", 64).read.method, method::head);
}

TEST(RequestReader, ClosesWhenAskedToWhateverElseIsAskedFor) {
    struct row {
        std::string version;
        std::string fields;
        bool keeps;
    };
    for (const row& each : {row{"1.1", "", true},
                            {"1.1", "Connection: close\r\n", false},
                            {"1.1", "Connection: Upgrade, CLOSE\r\n", false},
                            {"1.1", "Connection: close, keep-alive\r\n", false},
                            {"1.1", "Proxy-Connection: close\r\n", true},
                            {"1.0", "", false},
                            {"1.0", "Connection: Keep-Alive\r\n", true},
                            {"1.0", "Connection: x, , keep-alive\r\n", true},
                            {"1.0", "Connection: keep-alive, close\r\n", false},
                            {"1.0", "Connection: close\r\nConnection: keep-alive\r\n", false},
                            {"1.0", "Connection: close\r\nProxy-Connection: keep-alive\r\n", false},
                            {"1.0", "Proxy-Connection: keep-alive\r\n", false}}) {
        request_reader reader{limits};
        reader.feed("GET / HTTP/" + each.version + "\r\nHost: x\r\n" + each.fields + "\r\n");
        ASSERT_EQ(reader.now(), state::complete);
        EXPECT_EQ(reader.keeps_alive(), each.keeps) << each.version << ' ' << each.fields;
    }
}

TEST(RequestReader, HeadersOverALimitAreTooLarge) {
    const std::string filling(1024, 'a');
    expect_refused("GET / HTTP/1.1\r\nHost: x\r\nX: " + filling + "\r\n\r\n",
                   refusal_kind::headers_too_large);
    expect_refused(
        "GET /" + std::string(600, 'a') + " HTTP/1.1\r\nHost: x\r\nX: " + std::string(600, 'a') + "\r\n\r\n",
        refusal_kind::headers_too_large);
    std::string many;
    for (int count = 0; count < 10; ++count)
        many += "a: b\r\n";
    expect_refused("GET / HTTP/1.1\r\nHost: x\r\n" + many + "\r\n", refusal_kind::headers_too_large);
    const std::string chunked{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"};
    expect_refused(chunked + "1;" + filling + filling, refusal_kind::headers_too_large);
    expect_refused(chunked + "0\r\na: " + filling + filling, refusal_kind::headers_too_large);
}

TEST(RequestReader, ABodyOverTheLimitIsHandedOnWithoutItsBytes) {
    const std::string head{"POST / HTTP/1.1\r\nHost: x\r\n"};
    for (const std::string rest :
         {"Content-Length: 65\r\n\r\n", "Content-Length: 18446744073709551615\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\n41\r\n",
          "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
          "Transfer-Encoding: chunked\r\n\r\n20\r\n01234567890123456789012345678901\r\n21\r\n"}) {
        for (const std::size_t step : steps) {
            const auto got = read_in_steps(head + rest + "00000", step);
            EXPECT_EQ(got.ended, state::too_large) << rest << " in steps of " << step;
            EXPECT_EQ(got.read.body_is, request::body_state::too_large);
            EXPECT_EQ(got.read.body, "");
        }
    }
}

TEST(RequestReader, ABodyOfExactlyTheLimitIsRead) {
    const std::string body(64, 'a');
    expect_body("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 64\r\n\r\n" + body, body);
    expect_body(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n" + body + "\r\n0\r\n\r\n",
        body);
}

}  // namespace
}  // namespace gateway::http
