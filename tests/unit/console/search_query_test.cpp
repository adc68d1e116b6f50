// The table's query: what is not understood is said, never passed over.
#include "gateway/console/search_query.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace gateway::console;
using gateway::job_status;

search_query good(std::string_view text) {
    const auto read = read_search_query(text);
    const auto* query = std::get_if<search_query>(&read);
    EXPECT_NE(query, nullptr) << text;
    return query ? *query : search_query{};
}

bool is_bad(std::string_view text) {
    const auto read = read_search_query(text);
    return std::holds_alternative<bad_query>(read) && !std::get<bad_query>(read).why.empty();
}

}  // namespace

TEST(SearchQuery, AsksForAllWhenNothingIsSaid) {
    for (const char* text : {"", "id=&organization=&status=&after=", "id=+++"}) {
        const auto query = good(text);
        EXPECT_FALSE(query.job_id) << text;
        EXPECT_FALSE(query.search.organization) << text;
        EXPECT_FALSE(query.search.status) << text;
        EXPECT_EQ(query.search.limit, 25) << text;
        EXPECT_EQ(query.search.after, "") << text;
    }
}

TEST(SearchQuery, ReadsEachParameter) {
    const auto query = good("organization=org%20a%26b&status=failed&limit=100&after=123.mgen_1");
    EXPECT_EQ(query.search.organization, "org a&b");
    EXPECT_EQ(query.search.status, job_status::failed);
    EXPECT_EQ(query.search.limit, 100);
    EXPECT_EQ(query.search.after, "123.mgen_1");
    EXPECT_EQ(good("organization=org+a").search.organization, "org a");
}

TEST(SearchQuery, FindsAJobByItsTracksIdToo) {
    EXPECT_EQ(good("id=mgen_0123456789ab").job_id, "mgen_0123456789ab");
    EXPECT_EQ(good("id=mtrack_0123456789ab").job_id, "mgen_0123456789ab");
    EXPECT_EQ(good("id=%20mgen_1%20").job_id, "mgen_1");
}

TEST(SearchQuery, RefusesWhatItDoesNotUnderstand) {
    for (const char* text :
         {"status=done", "status=Failed", "limit=0", "limit=101", "limit=-1", "limit=1e1",
          "limit=99999999999999999999", "limit=2x", "organisation=a", "status=failed&status=queued",
          "id=a&id=b", "organization=%", "organization=%zz", "=x"})
        EXPECT_TRUE(is_bad(text)) << text;
    EXPECT_TRUE(is_bad("id=" + std::string(257, 'x')));
}

TEST(SearchQuery, ReadsNothingBehindItsText) {
    const std::vector<char> unterminated{'l', 'i', 'm', 'i', 't', '=', '5'};  // the address sanitizer watches
    EXPECT_EQ(good({unterminated.data(), unterminated.size()}).search.limit, 5);
}
