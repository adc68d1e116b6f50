// The bench's own instruments: a generator that counts wrongly would flatter everybody.
#include "tests/bench/load/request.hpp"
#include "tests/bench/upstream/tasks.hpp"
#include "tests/bench/wire/message.hpp"

#include <gtest/gtest.h>

namespace {

using bench::load::request_maker;
using bench::upstream::task_book;
using bench::wire::find_message;

constexpr std::int64_t millisecond = 1'000'000;

TEST(Message, IsFoundOnlyWithItsWholeHead) {
    const std::string_view text = "HTTP/1.1 202 Accepted\r\ncontent-length: 5\r\nX-Other: 1\r\n\r\nhello";
    for (std::size_t length = 0; length < text.find("hello"); ++length)
        EXPECT_FALSE(find_message(text.substr(0, length))) << length;
    const auto found = find_message(text);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->body, 5U);
    EXPECT_EQ(found->size(), text.size());
    EXPECT_EQ(bench::wire::status_of(found->head), 202);
    EXPECT_EQ(bench::wire::header(found->head, "x-other"), "1");
}

TEST(Message, SaysWhenItsLengthIsNotKnown) {
    EXPECT_TRUE(find_message("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")->chunked);
    EXPECT_TRUE(find_message("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")->closes);
}

TEST(Requests, NeverRepeatANumberAndKeepTheirLength) {
    request_maker maker{"key {n} prompt {n}", {}, 999'999};
    EXPECT_EQ(maker.next(), "key 000000999999 prompt 000000999999");
    EXPECT_EQ(maker.next(), "key 000001000000 prompt 000001000000");
}

TEST(Requests, GoThroughTheIdsInTurn) {
    request_maker maker{"{n} /{id}/ {n}", {"aa", "bb"}, 1};
    EXPECT_EQ(maker.next(), "000000000001 /aa/ 000000000001");
    EXPECT_EQ(maker.next(), "000000000002 /bb/ 000000000002");
    EXPECT_EQ(maker.next(), "000000000003 /aa/ 000000000003");
}

TEST(Requests, RefuseIdsThatAreMissingOrUneven) {
    EXPECT_THROW(request_maker("{id}", {}, 0), std::invalid_argument);
    EXPECT_THROW(request_maker("{id}", {"a", "bb"}, 0), std::invalid_argument);
}

TEST(Tasks, AreKnownByTheirId) {
    EXPECT_EQ(bench::upstream::number_of(bench::upstream::id_of(1'234'567)), 1'234'567U);
    EXPECT_FALSE(bench::upstream::number_of("mgen_0123456789ab"));
}

TEST(Tasks, AreSeenDoneAtTheFirstLookAfterTheirTime) {
    task_book book;
    book.finish_after(10, 0);
    const auto id = bench::upstream::id_of(book.create(7, 1'000));
    book.look(id, 5 * millisecond);
    EXPECT_EQ(book.all()[0].seen_done_ns, 0);
    book.look(id, 11 * millisecond);
    book.look(id, 12 * millisecond);
    EXPECT_EQ(book.all()[0].seen_done_ns, 11 * millisecond);
    EXPECT_EQ(book.all()[0].polls, 3U);
    EXPECT_EQ(book.look(bench::upstream::id_of(1), 0), nullptr);
}

TEST(Tasks, SpreadTheirTimesOverTheWholeRange) {
    task_book book;
    book.finish_after(1'000, 25);
    std::int64_t shortest = 10'000 * millisecond, longest = 0, sum = 0;
    constexpr int count = 1'000;
    for (int i = 0; i < count; ++i) {
        book.create(i, 0);
        shortest = std::min(shortest, book.all().back().done_ns);
        longest = std::max(longest, book.all().back().done_ns);
        sum += book.all().back().done_ns;
    }
    EXPECT_NEAR(static_cast<double>(shortest), 750.0 * millisecond, 2.0 * millisecond);
    EXPECT_NEAR(static_cast<double>(longest), 1'250.0 * millisecond, 2.0 * millisecond);
    EXPECT_NEAR(static_cast<double>(sum) / count, 1'000.0 * millisecond, 2.0 * millisecond);
}

}  // namespace
