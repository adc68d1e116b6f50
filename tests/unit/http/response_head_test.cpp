#include "gateway/http/response_head.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

using namespace std::string_literals;

head_facts facts_of(std::uint64_t length) {
    head_facts facts;
    facts.request_id = "req_1";
    facts.date = "Sat, 01 Jan 2000 00:00:00 GMT";
    facts.length = length;
    return facts;
}

std::string head_of(const response& answer, const head_facts& facts) {
    std::string out;
    append_head(out, answer, facts);
    return out;
}

TEST(ResponseHead, HasLengthDateAndRequestId) {
    response answer;
    answer.status = 202;
    answer.content_type = "application/json";
    answer.set("Retry-After", "5");
    EXPECT_EQ(head_of(answer, facts_of(7)),
              "HTTP/1.1 202 Accepted\r\n"
              "date: Sat, 01 Jan 2000 00:00:00 GMT\r\n"
              "x-request-id: req_1\r\n"
              "content-type: application/json\r\n"
              "Retry-After: 5\r\n"
              "content-length: 7\r\n"
              "\r\n");
}

TEST(ResponseHead, AValueCannotOpenASecondHeader) {
    response answer;
    answer.content_type = "text/plain\r\nx: y";
    answer.set("location", "/a\r\nset-cookie: b\n\0"s);
    const std::string head = head_of(answer, facts_of(0));
    EXPECT_EQ(head.find("\nset-cookie"), std::string::npos);
    EXPECT_EQ(head.find("\nx: y"), std::string::npos);
    EXPECT_EQ(head.find('\0'), std::string::npos);
}

TEST(ResponseHead, LeavesOutWhatIsTheTransportsOwnAndWhatIsNoName) {
    response answer;
    answer.set("Content-Length", "999");
    answer.set("Transfer-Encoding", "chunked");
    answer.set("Connection", "upgrade");
    answer.set("X-Request-Id", "mine");
    answer.set("a b", "c");
    answer.set("", "c");
    const std::string head = head_of(answer, facts_of(0));
    for (const std::string_view absent : {"999", "chunked", "upgrade", "mine", "a b", "\r\n: "})
        EXPECT_EQ(head.find(absent), std::string::npos) << absent;
}

TEST(ResponseHead, StatusesWithoutABodyHaveNoLength) {
    for (const unsigned status : {204U, 304U}) {
        response answer;
        answer.status = status;
        EXPECT_EQ(head_of(answer, facts_of(3)).find("content-length"), std::string::npos) << status;
    }
}

TEST(DateClock, SpeaksImfFixdate) {
    date_clock clock;
    const std::string text{clock.now()};
    std::tm read{};
    const char* const end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &read);
    ASSERT_NE(end, nullptr) << text;
    EXPECT_EQ(*end, '\0') << text;
    EXPECT_EQ(text.size(), 29U);
    EXPECT_LE(std::abs(timegm(&read) - std::time(nullptr)), 2);
}

}  // namespace
}  // namespace gateway::http
