// Decisions of the pool, the exchange and the address book, without a socket.
#include "gateway/http_client/address_book.hpp"
#include "gateway/http_client/exchange.hpp"
#include "gateway/http_client/idle_shelf.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gateway::http_client;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

const clock_type::time_point start{1h};

TEST(IdleShelf, GivesTheNewestFirst) {
    idle_shelf<int> shelf{4, 30s};
    shelf.put(1, start);
    shelf.put(2, start + 1s);
    EXPECT_EQ(shelf.take(start + 2s, 30s), 2);
    EXPECT_EQ(shelf.take(start + 2s, 30s), 1);
    EXPECT_EQ(shelf.take(start + 2s, 30s), std::nullopt);
}

TEST(IdleShelf, AnImpatientTakerLeavesOldOnesToOthers) {
    idle_shelf<int> shelf{4, 30s};
    shelf.put(1, start);
    EXPECT_EQ(shelf.take(start + 5s, 4s), std::nullopt);
    EXPECT_EQ(shelf.take(start + 5s, 30s), 1);
}

TEST(IdleShelf, DropsWhatIdledTooLong) {
    idle_shelf<int> shelf{4, 30s};
    shelf.put(1, start);
    shelf.put(2, start + 20s);
    shelf.expire(start + 31s);
    EXPECT_EQ(shelf.size(), 1U);
    EXPECT_EQ(shelf.take(start + 51s, 60s), std::nullopt);
    EXPECT_EQ(shelf.size(), 0U);
}

TEST(IdleShelf, MakesRoomByDroppingTheOldest) {
    idle_shelf<int> shelf{2, 30s};
    for (int each = 1; each <= 3; ++each)
        shelf.put(each, start);
    EXPECT_EQ(shelf.take(start, 1s), 3);
    EXPECT_EQ(shelf.take(start, 1s), 2);
    EXPECT_EQ(shelf.take(start, 1s), std::nullopt);
    idle_shelf<int> none{0, 30s};
    none.put(1, start);
    EXPECT_EQ(none.size(), 0U);
}

TEST(Exchange, IsNotDeliveredOnlyWhenNoByteWasSent) {
    EXPECT_EQ(end_of_failed_write(0, false), exchange_end::not_delivered);
    EXPECT_EQ(end_of_failed_write(0, true), exchange_end::not_delivered);
    EXPECT_EQ(end_of_failed_write(1, false), exchange_end::no_answer);
    EXPECT_EQ(end_of_failed_write(1, true), exchange_end::timed_out);
    EXPECT_EQ(end_of_failed_read(false, false), exchange_end::no_answer);
    EXPECT_EQ(end_of_failed_read(true, false), exchange_end::cut_answer);
    EXPECT_EQ(end_of_failed_read(false, true), exchange_end::timed_out);
}

TEST(Exchange, ThePaidCallIsRepeatedOnlyWhenNoByteWasSent) {
    for (const auto end : {exchange_end::not_delivered, exchange_end::no_answer, exchange_end::cut_answer,
                           exchange_end::timed_out, exchange_end::answered}) {
        EXPECT_FALSE(worth_a_fresh_connection(end, false, true));
        EXPECT_FALSE(worth_a_fresh_connection(end, false, false));
        EXPECT_EQ(worth_a_fresh_connection(end, true, false), end == exchange_end::not_delivered);
        EXPECT_EQ(worth_a_fresh_connection(end, true, true),
                  end == exchange_end::not_delivered || end == exchange_end::no_answer);
    }
}

const auto first = boost::asio::ip::make_address("10.0.0.1");
const auto second = boost::asio::ip::make_address("10.0.0.2");

TEST(AddressBook, CallsWaitForALookUpOnlyWhenTheyMust) {
    address_book book;
    EXPECT_TRUE(book.must_look(start));
    book.learned({first}, start);
    EXPECT_FALSE(book.must_look(start + 1min));
    EXPECT_TRUE(book.must_look(start + 6min));
    EXPECT_FALSE(book.should_look(start + 29s));
    EXPECT_TRUE(book.should_look(start + 30s));
}

TEST(AddressBook, KeepsWhatItKnowsWhenTheNameServerIsAway) {
    address_book book;
    book.learned({first, second}, start);
    book.lookup_failed(start + 10min);
    EXPECT_EQ(book.known().size(), 2U);
    EXPECT_FALSE(book.must_look(start + 10min));
    EXPECT_FALSE(book.should_look(start + 10min));
    EXPECT_TRUE(book.must_look(start + 10min + 2s));
}

TEST(AddressBook, LooksAgainWhenNoAddressAnswered) {
    address_book book;
    book.learned({first}, start);
    book.connect_failed();
    EXPECT_TRUE(book.must_look(start));
    book.learned({second}, start);
    EXPECT_FALSE(book.must_look(start));
}

TEST(AddressBook, TriesFirstWhatWorkedLast) {
    address_book book;
    book.learned({first, second}, start);
    book.connected(second);
    EXPECT_EQ(book.known(), (addresses{second, first}));
    book.learned({first, second}, start);
    EXPECT_EQ(book.known().front(), second);
    book.connected(boost::asio::ip::make_address("10.9.9.9"));
    EXPECT_EQ(book.known().front(), second);
}

}  // namespace
