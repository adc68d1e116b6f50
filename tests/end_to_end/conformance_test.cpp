// HTTP/1.1 by the book (RFC 9110, 9112), byte by byte over a socket. Behind each case stands a good request
// on the same connection: it is answered when the case was fine, and never when the case was refused, since
// nobody can tell where a message ends whose framing is in doubt.
#include "tests/support/stage.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;

constexpr int refused_unread = 0;  // in a row's place of the status: 400, the envelope, and the end

struct row {
    std::string what;
    std::string bytes;
    int status = refused_unread;
};
using rows = std::vector<row>;

// ---- How cases are made.

const std::string path = "/openapi.json";

std::string get(const std::string& fields, const std::string& line = "GET " + path + " HTTP/1.1",
                const std::string& host = "Host: a\r\n") {
    return line + "\r\n" + host + fields + "\r\n";
}
std::string with_line(const std::string& line) {
    return get("", line);
}
std::string with_host(const std::string& value) {
    return get("", "GET " + path + " HTTP/1.1", "Host: " + value + "\r\n");
}
std::string post(const std::string& fields, const std::string& body) {
    return "POST /v1/music/org_abc123/generations HTTP/1.1\r\nHost: a\r\nContent-Type: "
           "application/json\r\nX-API-Key: " +
           std::string{raw_keys::alice} + "\r\n" + fields + "\r\n" + body;
}
std::string with_length(const std::string& value) {
    return post("Content-Length: " + value + "\r\n", "12345");
}
std::string with_coding(const std::string& field) {
    return post("Transfer-Encoding:" + field + "\r\n", "2\r\n{}\r\n0\r\n\r\n");
}
std::string with_chunks(const std::string& chunks) {
    return post("Transfer-Encoding: chunked\r\n", chunks);
}
std::string visible(const std::string& bytes) {
    std::string text;
    for (const unsigned char each : bytes) {
        constexpr const char* digits = "0123456789abcdef";
        if (each >= 0x20 && each < 0x7f)
            text += static_cast<char>(each);
        else
            text.append("\\x") += {digits[each >> 4], digits[each & 15]};
    }
    return text;
}
rows each(const std::string& family, const std::vector<std::string>& values,
          std::string (*made_of)(const std::string&), int status = refused_unread) {
    rows made;
    for (const std::string& value : values)
        made.push_back({family + " '" + visible(value) + "'", made_of(value), status});
    return made;
}

// ---- How answers are read.

struct exchange {
    std::vector<http_reply> answers;
    bool ended = false;  // by the gateway, in order
};

std::vector<http_reply> answers_in(const std::string& bytes) {
    std::vector<http_reply> found;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto head_end = bytes.find("\r\n\r\n", at);
        if (head_end == std::string::npos)
            break;
        http_reply reply;
        reply.status = std::stoi(bytes.substr(at + 9, 3));
        for (std::size_t line = bytes.find("\r\n", at) + 2; line < head_end + 2;) {
            const auto end = bytes.find("\r\n", line);
            const auto colon = bytes.find(": ", line);
            reply.headers.emplace_back(bytes.substr(line, colon - line),
                                       bytes.substr(colon + 2, end - colon - 2));
            line = end + 2;
        }
        const std::string length = reply.header("content-length");
        reply.body = bytes.substr(head_end + 4, length.empty() ? 0 : std::stoul(length));
        at = head_end + 4 + reply.body.size();
        if (reply.status != 100)
            found.push_back(std::move(reply));
    }
    return found;
}

class Conformance : public Stage {
protected:
    void SetUp() override { start(); }

    exchange say(const std::string& bytes) const {
        namespace asio = boost::asio;
        const std::string address = gateway->url().substr(7);
        const auto colon = address.rfind(':');
        asio::io_context context;
        asio::ip::tcp::socket socket{context};
        socket.connect({asio::ip::make_address(address.substr(0, colon)),
                        static_cast<unsigned short>(std::stoi(address.substr(colon + 1)))});
        asio::write(socket, asio::buffer(bytes));
        exchange seen;
        std::string all;
        asio::async_read(
            socket, asio::dynamic_buffer(all),
            [&](const boost::system::error_code& end, std::size_t) { seen.ended = end == asio::error::eof; });
        context.run_for(patience);
        seen.answers = answers_in(all);
        return seen;
    }

    void expect(const rows& table) {
        const std::string good = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        for (const row& one : table) {
            SCOPED_TRACE(one.what);
            const exchange seen = say(one.bytes + good);
            EXPECT_TRUE(seen.ended);
            ASSERT_FALSE(seen.answers.empty()) << "no answer at all";
            const http_reply& first = seen.answers.front();
            const bool goes_on = one.status != refused_unread && one.status < 500 && one.status != 413 &&
                                 one.status != 414 && one.status != 431;
            EXPECT_EQ(first.status, one.status == refused_unread ? 400 : one.status);
            if (first.status >= 400)
                expect_error(first, first.status);
            ASSERT_EQ(seen.answers.size(), goes_on ? 2U : 1U) << "of the case, and of the request behind it";
            EXPECT_EQ(first.header("connection"), goes_on ? "" : "close");
            EXPECT_TRUE(!goes_on || seen.answers.back().status == 200) << "the next request is poisoned";
        }
    }
};

TEST_F(Conformance, LinesEndWithCrLf) {
    expect({{"plain", get(""), 200},
            {"an empty line before a request", "\r\n" + get(""), 200},
            {"LF everywhere", "GET " + path + " HTTP/1.1\nHost: a\n\n"},
            {"LF behind the request line", "GET " + path + " HTTP/1.1\nHost: a\r\n\r\n"},
            {"LF behind a field", "GET " + path + " HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
            {"CR everywhere", "GET " + path + " HTTP/1.1\rHost: a\r\r"},
            {"LF before a request", "\nGET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"},
            {"CR in a value", get("X: a\rb\r\n")},
            {"CR before another field", get("X: a\rY: b\r\n")}});
}

TEST_F(Conformance, FieldsAreNamesAndValues) {
    rows table =
        each("name with", {"(", ")", "<", ">", "@", ",", ";",  "\\",   "\"",   "/",    "[",
                           "]", "?", "=", "{", "}", " ", "\t", "\x7f", "\x80", "\xff", std::string(1, '\0')},
             [](const std::string& odd) { return get("X" + odd + "Y: a\r\n"); });
    expect(table);
    expect({{"an empty value", get("X:\r\n"), 200},
            {"blanks around a value", get("X: \t a \t\r\n"), 200},
            {"an empty name", get(": a\r\n")},
            {"no colon", get("Xa\r\n")},
            {"a space before the colon", get("X : a\r\n")},
            {"a tab before the colon", get("X\t: a\r\n")},
            {"NUL in a value", get(std::string{"X: a\0b\r\n", 8})},
            {"a control character in a value", get("X: a\x01"
                                                   "b\r\n")},
            {"DEL in a value", get("X: a\x7f"
                                   "b\r\n")},
            {"a folded value", get("X: a\r\n b\r\n")},
            {"a value folded by a tab", get("X: a\r\n\tb\r\n")},
            {"a folded Host", get("", "GET " + path + " HTTP/1.1", "Host: a\r\n b\r\n")},
            {"a fold before any field", get("", "GET " + path + " HTTP/1.1", " Host: a\r\n")},
            {"a long field", get("X: " + std::string(20'000, 'y') + "\r\n"), 431}});
    std::string many;
    for (int field = 0; field < 200; ++field)
        many += "X" + std::to_string(field) + ": y\r\n";
    expect({{"two hundred fields", get(many), 431}});
}

TEST_F(Conformance, HostIsOneHost) {
    expect(each("Host", {"a", "a:80", "127.0.0.1:8080", "[::1]", "[::1]:80", "a-b.c_d", "a ", "a%2Db"},
                with_host, 200));
    expect(each("Host", {"",       "a,b",   "a, b",   "u@a",  "u:p@a", "a/b",     "a b",  "http://a",
                         "a?b",    "a#b",   "a\\b",   "[::1", "a:b",   "a:99999", "a:-1", "[::1]x",
                         "[::::]", "[1:2]", "[::1%]", "<a>",  "a\"b",  "a%",      "a%zz", "\xc3\xbc"},
                with_host));
    expect({{"no Host", get("", "GET " + path + " HTTP/1.1", "")},
            {"twice the same", with_host("a\r\nHost: a")},
            {"two Hosts", with_host("a\r\nHost: b")},
            {"an absolute target is no Host", get("", "GET http://a" + path + " HTTP/1.1", "")}});
}

TEST_F(Conformance, TargetsAndMethodsAreTheirs) {
    expect(each("line", {"GET http://a" + path + " HTTP/1.1", "GET HTTP://A:80" + path + " HTTP/1.1"},
                with_line, 200));
    expect(each("line",
                {"GET http://u@a/ HTTP/1.1",
                 "GET http:// HTTP/1.1",
                 "GET ftp://a/ HTTP/1.1",
                 "GET * HTTP/1.1",
                 "POST * HTTP/1.1",
                 "GET a:80 HTTP/1.1",
                 "CONNECT a:80 HTTP/1.1",
                 "CONNECT / HTTP/1.1",
                 "GET /\xc3\xa9 HTTP/1.1",
                 "GET /\xc0\xaf HTTP/1.1",
                 "GET /#x HTTP/1.1",
                 "GET /\x01 HTTP/1.1",
                 "GET \\x HTTP/1.1",
                 "G(T / HTTP/1.1",
                 "GET  / HTTP/1.1",
                 "GET / HTTP/1.1 ",
                 "GET\t/\tHTTP/1.1",
                 " GET / HTTP/1.1",
                 "GET /",
                 "GET / http/1.1",
                 "GET / HTTP/1.10",
                 "GET / HTTP/ 1.1",
                 "GET / HTTP/11",
                 "GET / HTTP/1",
                 "/ HTTP/1.1",
                 ""},
                with_line));
    expect(each("line", {"GET / HTTP/2.0", "GET / HTTP/3.0"}, with_line, 505));
    expect({{"a long target", with_line("GET /" + std::string(100'000, 'a') + " HTTP/1.1"), 414},
            {"a long query", with_line("GET " + path + "?" + std::string(20'000, 'a') + " HTTP/1.1"), 414},
            {"a long method", with_line(std::string(100'000, 'A') + " " + path + " HTTP/1.1")}});
    expect(each("line",
                {"DELETE " + path + " HTTP/1.1", "FOO " + path + " HTTP/1.1", "TRACE " + path + " HTTP/1.1",
                 "get " + path + " HTTP/1.1"},
                with_line, 405));
    expect(each("line", {"OPTIONS * HTTP/1.1", "OPTIONS " + path + " HTTP/1.1"}, with_line, 204));
    expect(each("line",
                {"GET /v1/music/%c0%af/engines HTTP/1.1", "GET /v1/music/%zz/engines HTTP/1.1",
                 "GET /v1/music/%00/engines HTTP/1.1", "GET /nothing HTTP/1.1"},
                with_line, 404));
}

TEST_F(Conformance, LengthIsOneNumber) {
    expect(each("Content-Length",
                {"5, 5", "5,5", "+5", "-5", "0x5", "5 5", "", "5.0", "99999999999999999999999",
                 "18446744073709551616", "18446744073709551621", "5;", "1e1", "5\t5", "\xd9\xa5",
                 "5\r\nContent-Length: 5", "5\r\nContent-Length: 6", "5\r\nTransfer-Encoding: chunked"},
                with_length));
    expect({{"behind a coding", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
            {"over the limit", post("Content-Length: 999999999999\r\n", ""), 413},
            {"right", post("Content-Length: 2\r\n", "{}"), 422}});
}

TEST_F(Conformance, CodingIsChunkedAndNothingElse) {
    expect(each(
        "Transfer-Encoding:", {" chunked", "chunked", " Chunked", "\tchunked", " chunked ", " chunked\t"},
        with_coding, 422));
    expect(each("Transfer-Encoding:",
                {" identity", " identity, chunked", " gzip, chunked", " gzip,chunked", " gzip", " chun ked"},
                with_coding, 501));
    expect(each("Transfer-Encoding:",
                {"", " chunked, chunked", " chunked, identity", " chunked, gzip", " chunked,", " , chunked;",
                 " gzip chunked", " xchunked", " chunked;q=1", " \"chunked\"", " ;chunked",
                 " \x85"
                 "chunked",
                 " \xa0"
                 "chunked",
                 " \x0b"
                 "chunked",
                 std::string{" chunked\0", 9}, " chunked\r\nTransfer-Encoding: chunked",
                 " identity\r\nTransfer-Encoding: chunked"},
                with_coding));
    expect({{"a space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
            {"HTTP/1.0",
             "POST " + path + " HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}});
}

TEST_F(Conformance, ChunksAreReadToTheLetter) {
    expect(each("chunks",
                {"2\r\n{}\r\n0\r\n\r\n", "A\r\n{}        \r\n0\r\n\r\n", "0002\r\n{}\r\n0\r\n\r\n",
                 "2;a=b\r\n{}\r\n0\r\n\r\n", "2;a=\"b;c\"\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n00\r\n\r\n",
                 "2\r\n{}\r\n0;a=b\r\n\r\n", "2\r\n{}\r\n0\r\nX: y\r\n\r\n", "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"},
                with_chunks, 422));
    expect(each("chunks",
                {"2;a\n=b\r\n{}\r\n0\r\n\r\n",
                 "2;a\rb\r\n{}\r\n0\r\n\r\n",
                 "2;a=\"b\r\n{}\r\n0\r\n\r\n",
                 "2;a=\"\r\n{}\r\n0\r\n\r\n\"\r\n",
                 "2;a=\x01\r\n{}\r\n0\r\n\r\n",
                 "2;=b\r\n{}\r\n0\r\n\r\n",
                 "2;\r\n{}\r\n0\r\n\r\n",
                 "2\n{}\r\n0\r\n\r\n",
                 "2\r{}\r\n0\r\n\r\n",
                 "2\r\n{}\n0\r\n\r\n",
                 "2\r\n{}0\r\n\r\n",
                 "2\r\n{}x\r\n0\r\n\r\n",
                 "-2\r\n{}\r\n0\r\n\r\n",
                 "+2\r\n{}\r\n0\r\n\r\n",
                 "0x2\r\n{}\r\n0\r\n\r\n",
                 "2 \r\n{}\r\n0\r\n\r\n",
                 " 2\r\n{}\r\n0\r\n\r\n",
                 "\t2\r\n{}\r\n0\r\n\r\n",
                 "0_2\r\n{}\r\n0\r\n\r\n",
                 "10000000000000002\r\n{}\r\n0\r\n\r\n",
                 "\r\n{}\r\n0\r\n\r\n",
                 "g\r\n{}\r\n0\r\n\r\n",
                 "2g\r\n{}\r\n0\r\n\r\n",
                 "2,\r\n{}\r\n0\r\n\r\n",
                 "2\r\n{}\r\n0\n\r\n",
                 "2\r\n{}\r\n0\n\n",
                 "2\r\n{}\r\n0\r\n\n",
                 "2\r\n{}\r\n0\r\r\n\n\r\n",
                 "2\r\n{}\r\n0\r\nX: y\n\r\n",
                 "2\r\n{}\r\n0\r\nX: y\r\n z\r\n\r\n",
                 "2\r\n{}\r\n0\r\nXy\r\n\r\n",
                 "2\r\n{}\r\n0\r\nX : y\r\n\r\n",
                 "2\r\n{}\r\n0\r\nX: a\rb\r\n\r\n",
                 "2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
                 "2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "2\r\n{}\r\n0\r\nHost: b\r\n\r\n"},
                with_chunks));
    expect(each("chunks", {"FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", "7FFFFFFF\r\n{}\r\n0\r\n\r\n"}, with_chunks,
                413));
}

TEST_F(Conformance, WhoAsksAndWhatForIsSaidOnce) {
    for (const std::string field : {"X-API-Key", "Authorization", "api-key", "Content-Type"})
        expect({{field, get(field + ": a\r\n" + field + ": b\r\n")}});
    const std::string order = "POST /v1/music/org_abc123/generations HTTP/1.1\r\nHost: a\r\nX-API-Key: " +
                              std::string{raw_keys::alice} + "\r\nContent-Length: 2\r\n";
    expect({{"text", order + "Content-Type: text/plain\r\n\r\n{}", 415},
            {"a type of no kind", order + "Content-Type: x\r\n\r\n{}", 415},
            {"JSON by another name", order + "Content-Type: application/x+json\r\n\r\n{}", 422},
            {"no type", order + "\r\n{}", 422},
            {"expected", order + "Expect: 100-continue\r\n\r\n{}", 422}});
}

TEST_F(Conformance, RequestsInOneGoAreAnsweredInOrder) {
    const exchange seen = say(get("") + with_line("GET /nothing HTTP/1.1") + with_line("OPTIONS * HTTP/1.1") +
                              "GET " + path + " HTTP/1.0\r\n\r\n" + get(""));
    ASSERT_EQ(seen.answers.size(), 4U) << "HTTP/1.0 ends the connection";
    const std::vector<int> wanted{200, 404, 204, 200};
    for (std::size_t each = 0; each < wanted.size(); ++each)
        EXPECT_EQ(seen.answers[each].status, wanted[each]);
    EXPECT_TRUE(seen.ended);
}

}  // namespace
