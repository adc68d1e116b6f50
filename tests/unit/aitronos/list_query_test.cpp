// The query of the list: defaults, bounds, and everything that is neither.
#include "adapters/aitronos/list_query.hpp"

#include "adapters/aitronos/query.hpp"

#include <gtest/gtest.h>

using adapters::aitronos::read_list_query;

TEST(ListQuery, DefaultsWhereNothingIsGiven) {
    for (const char* query : {"", "&", "&&=&", "page=2", "Limit=3", "%zz=1", "limits=7&offsets=1"}) {
        const auto filter = read_list_query(query);
        ASSERT_TRUE(filter) << query;
        EXPECT_EQ(filter->limit, 50);
        EXPECT_EQ(filter->offset, 0);
        EXPECT_FALSE(filter->status);
    }
}

TEST(ListQuery, BoundsAreInclusive) {
    EXPECT_EQ(read_list_query("limit=1")->limit, 1);
    EXPECT_EQ(read_list_query("limit=100")->limit, 100);
    EXPECT_EQ(read_list_query("limit=%31%30&offset=7")->limit, 10);
    EXPECT_EQ(read_list_query("offset=1000000")->offset, 1'000'000);
    EXPECT_EQ(read_list_query("offset=0")->offset, 0);
}

TEST(ListQuery, EveryStatusIsKnown) {
    for (const char* status : {"queued", "running", "succeeded", "failed", "cancelled", "refused"})
        EXPECT_EQ(to_string(*read_list_query(std::string{"status="} + status)->status), status);
}

TEST(ListQuery, WhatIsOutOfBoundsIsRefusedByName) {
    const std::vector<std::pair<const char*, const char*>> bad{
        {"limit=0", "limit"},
        {"limit=101", "limit"},
        {"limit=", "limit"},
        {"limit", "limit"},
        {"limit=-1", "limit"},
        {"limit=+5", "limit"},
        {"limit=5.0", "limit"},
        {"limit=0x10", "limit"},
        {"limit=5%00", "limit"},
        {"limit=5%", "limit"},
        {"limit=5&limit=5", "limit"},
        {"limit=5&limit=%zz", "limit"},
        {"limit=99999999999999999999", "limit"},
        {"offset=-1", "offset"},
        {"offset=1000001", "offset"},
        {"offset=a", "offset"},
        {"offset=1&offset=2", "offset"},
        {"status=", "status"},
        {"status=done", "status"},
        {"status=Queued", "status"},
        {"status=queued&status=failed", "status"},
        {"status=queued%2", "status"},
        {"offset=x&limit=x&status=x", "status"},
        {"offset=x&limit=x", "limit"},
    };
    for (const auto& [query, field] : bad) {
        const auto filter = read_list_query(query);
        ASSERT_FALSE(filter) << query;
        EXPECT_EQ(filter.error().code, gateway::errc::invalid_request);
        EXPECT_EQ(filter.error().field, field) << query;
    }
}

TEST(Query, ParametersAreDecoded) {
    const auto all = adapters::aitronos::parameters_of("a=1&b%20c=x+y%2B&d&e==&%=1&f=%F");
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[1].name, "b c");
    EXPECT_EQ(all[1].value, "x y+");
    EXPECT_EQ(all[2].value, "");
    EXPECT_EQ(all[3].value, "=");
    EXPECT_FALSE(all[4].value);
}
