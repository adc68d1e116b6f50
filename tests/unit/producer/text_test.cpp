// What may be shown of upstream's words, where texts end, and how long to wait.
#include "adapters/producer/retry_after.hpp"
#include "adapters/producer/text_cleaning.hpp"
#include "adapters/producer/utf8.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::producer;

struct cleaning_case {
    const char* given;
    const char* expected;
};

class Cleaning : public testing::TestWithParam<cleaning_case> {};

TEST_P(Cleaning, LeavesWordsAndTakesAddresses) {
    EXPECT_EQ(cleaned(GetParam().given), GetParam().expected);
}

const cleaning_case cleaning_table[] = {
    {"lyrics name an artist: e.g. Somebody", "lyrics name an artist: e.g. Somebody"},
    {"3.5 of 10. Next sentence.Then more; and/or 50%", "3.5 of 10. Next sentence.Then more; and/or 50%"},
    {"see https://api.example.com/a?b=c#d now", "see [removed] now"},
    {"(ftp://x)", "([removed])"},
    {"\"url\":\"https://a.b/c\",\"x\"", "\"url\":\"[removed]\",\"x\""},
    {"host api.example.com. failed", "host [removed] failed"},
    {"Error:api.example.com:443/v1 down", "[removed] down"},
    {"API.EXAMPLE.COM", "[removed]"},
    {"at localhost:8080", "at [removed]"},
    {"mail joe@example.com please", "mail [removed] please"},
    {"connect 10.0.0.1:8080, 192.168.1.1", "connect [removed], [removed]"},
    {"connect [fe80::1%eth0]:80 or ::1", "connect [[removed]]:80 or [removed]"},
    {"key sk_abcd1234 is wrong", "key [removed] is wrong"},
    {"Authorization: Bearer abc123", "Authorization: Bearer [removed]"},
    {"bearer token missing", "bearer token missing"},
    {"task 0b7c7a52-4f0e-4c8e-9c41-5a0c2f9d1e77 failed", "task [removed] failed"},
    {" many \t\r\n  gaps ", "many gaps"},
    {"nul\x01gone\x7f\xC2\x85", "nulgone"},
    {"bad\xFF\xC3 bytes", "bad bytes"},
    {"turned\xE2\x80\xAEround", "turnedround"},
    {"connect 2001:db8::7 or ::ffff:10.0.0.1 failed", "connect [removed] or [removed] failed"},
    {"10.0.0.0/8, fd00::1/64", "[removed], [removed]"},
    {"connect ECONNREFUSED redis:6379", "connect ECONNREFUSED [removed]"},
    {"dial tcp: lookup music-db: no such host", "dial tcp: lookup music-db: no such host"},
    {"backend:80/generate and gateway:443", "[removed] and [removed]"},
    {"Error:404 at 12:30, ratio 16:9", "Error:404 at 12:30, ratio 16:9"},
    {"node ip-10-0-12-34 is gone", "node [removed] is gone"},
    {"worker-7d9f8b6c5-x2x4z died", "[removed] died"},
    {"Api.Example.Com and Example.IO", "[removed] and [removed]"},
    {"https%3A%2F%2Fapi.example.com%2Fv1", "[removed]"},
    {"\"url\":\"http:\\/\\/10.0.0.1\\/v1\"", "\"url\":\"http:\\/\\[removed]\\[removed]\""},
    {"cannot open /srv/app/models/v4: denied", "cannot open [removed] denied"},
    {"in ~/app, ./run, ../etc/passwd", "in [removed], [removed], [removed]"},
    {"R&B/Soul, and/or 24/7 w/o words", "R&B/Soul, and/or 24/7 w/o words"},
    {"open C:\\Users\\svc\\key.txt failed", "open [removed] failed"},
    {"see \\\\files\\share\\a now", "see [removed] now"},
    {"Refused.\nTraceback (most recent call last):\n  File \"x.py\", line 1", "Refused."},
    {"Lyrics are too long\n    at check (/app/check.js:10:5)\n    at run", "Lyrics are too long"},
    {"failed: goroutine 1 [running]: main()", "failed:"},
    {"{\"detail\":\"bad lyrics\",\"token\":\"hunter2hunter\"}",
     "{\"detail\":\"bad lyrics\",\"token\":\"[removed]\"}"},
    {"{\"password\": \"correcthorsebattery\"}", "{\"password\": \"[removed]\"}"},
    {"api_key=abc", "api_key=[removed]"},
    {"secret: s3cr3t!, token: expired", "secret: [removed], token: expired"},
    {"invalid API key abc123def", "invalid API key [removed]"},
    {"Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [removed]"},
    {"a basic piano, a key change in C", "a basic piano, a key change in C"},
    {"user:pass@db and joe.doe+x@mail.example.co.uk", "[removed] and [removed]"},
    {"id AKIAIOSFODNN7EXAMPLE", "id [removed]"},
    {"secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "secret [removed]"},
    {"hash 9f8e7d6c5b4a39281", "hash [removed]"},
    {"raised ContentModerationServiceError", "raised [removed]"},
    {"a supercalifragilisticexpialidocious word", "a supercalifragilisticexpialidocious word"},
    {"contains \"Taylor Swift\", an artist's name", "contains \"Taylor Swift\", an artist's name"},
    {"", ""},
    {"caf\xC3\xA9 \xF0\x9F\x8E\xB5", "caf\xC3\xA9 \xF0\x9F\x8E\xB5"},
};

INSTANTIATE_TEST_SUITE_P(Table, Cleaning, testing::ValuesIn(cleaning_table));

TEST(Cleaning, CutsAt300CodePointsNeverInsideOne) {
    std::string long_text;
    for (int count = 0; count < 400; ++count)
        long_text += "\xC3\xA9";
    EXPECT_EQ(cleaned(long_text).size(), 600U);
    EXPECT_EQ(cleaned(std::string(5'000'000, 'a')).size(), 300U);
}

TEST(Cleaning, RemovesTheSecretWhereverItStands) {
    EXPECT_EQ(without_secret("a key1 b key1", "key1"), "a [removed] b [removed]");
    EXPECT_EQ(without_secret("text", ""), "text");
    EXPECT_EQ(without_secret("removed", "removed"), "[removed]");
}

TEST(Cleaning, RemovesTheBeginningOfASecretThatWasCut) {
    EXPECT_EQ(without_secret("wrong key correct-ho", "correct-horse"), "wrong key [removed]");
    EXPECT_EQ(without_secret("correct-horse correct-hors", "correct-horse"), "[removed] [removed]");
    EXPECT_EQ(without_secret("is it cor", "correct-horse"), "is it cor") << "which tells nothing";
    EXPECT_EQ(without_secret("abc", "abcdef"), "abc");
}

TEST(Utf8, InvalidFormsBecomeOneReplacementEach) {
    const std::string bad{"\xEF\xBF\xBD"};
    EXPECT_EQ(well_formed("a\x80z"), "a" + bad + "z");
    EXPECT_EQ(well_formed("\xC0\xAF"), bad + bad);                      // too long a form
    EXPECT_EQ(well_formed("\xED\xA0\x80"), bad + bad + bad);            // a surrogate
    EXPECT_EQ(well_formed("\xF4\x90\x80\x80"), bad + bad + bad + bad);  // beyond the last
    EXPECT_EQ(well_formed("\xE2\x82"), bad + bad);                      // cut
    EXPECT_EQ(well_formed("\xF0\x9F\x8E\xB5"), "\xF0\x9F\x8E\xB5");
}

TEST(Utf8, CutsBetweenCharactersAsPeopleSeeThem) {
    EXPECT_EQ(first_characters("abcdef", 3), "abc");
    EXPECT_EQ(first_characters("abc", 3), "abc");
    EXPECT_EQ(first_characters("ab c", 3), "ab");
    EXPECT_EQ(first_characters("abe\xCC\x81x", 3), "ab");        // e and its accent stay together
    EXPECT_EQ(first_characters("ab\xF0\x9F\x8E\xB5", 3), "ab");  // needs two UTF-16 units
    EXPECT_EQ(first_characters("ab\xF0\x9F\x8E\xB5", 4), "ab\xF0\x9F\x8E\xB5");
    EXPECT_EQ(first_characters("a\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80z", 4), "a");  // a joined pair
    EXPECT_EQ(first_characters("e\xCC\x81\xCC\x81\xCC\x81", 2), "e\xCC\x81");  // never loses everything
    EXPECT_EQ(first_characters("", 3), "");
}

TEST(RetryAfter, ReadsSecondsAndDates) {
    using std::chrono::milliseconds;
    const auto now = std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + std::chrono::hours{9};
    EXPECT_EQ(read_retry_after("120", now), milliseconds{120'000});
    EXPECT_EQ(read_retry_after(" 1.5 ", now), milliseconds{1'500});
    EXPECT_EQ(read_retry_after("0", now), milliseconds{0});
    EXPECT_EQ(read_retry_after("99999999999999999999", now), milliseconds{3'600'000});
    EXPECT_EQ(read_retry_after("1e999", now), milliseconds{3'600'000});
    EXPECT_EQ(read_retry_after("Mon, 04 May 2026 09:00:30 GMT", now), milliseconds{30'000});
    EXPECT_EQ(read_retry_after("Mon, 04 May 2020 09:00:30 GMT", now), milliseconds{0});
    for (const char* bad : {"", "soon", "-5", "nan", "inf", "5s", "Mon, 32 May 2026 09:00:30 GMT",
                            "Mon, 04 Mai 2026 09:00:30 GMT", "Mon, 04 May 2026 25:00:30 GMT"})
        EXPECT_EQ(read_retry_after(bad, now), std::nullopt) << bad;
}

}  // namespace
