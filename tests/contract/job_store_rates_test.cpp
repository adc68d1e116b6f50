// How many jobs a key may create in a minute, whoever of many gateways it asks.
#include "tests/contract/job_store_contract.hpp"

namespace contract {

using namespace gateway;
using namespace std::chrono_literals;
using enum create_outcome::kind;

namespace {

new_job at_rate(new_job what, int per_minute, std::string_view key = "a key") {
    what.rate = create_rate{sha256(key), per_minute};
    return what;
}

}  // namespace

TEST_P(JobStore, RateLetsAMinutesCreatesThroughAndThenOneByOne) {
    for (int i = 0; i < 3; ++i) {
        const auto made = create(at_rate(order("mgen_" + std::to_string(i)), 3));
        ASSERT_EQ(made->what, created) << i;
        ASSERT_TRUE(made->rate_full_in);
        EXPECT_LE(*made->rate_full_in, 20s * (i + 1));
        EXPECT_GT(*made->rate_full_in, 20s * (i + 1) - 10s);
    }
    const auto over = create(at_rate(order("mgen_3"), 3));
    ASSERT_EQ(over->what, rate_limited);
    EXPECT_LE(*over->rate_full_in, 60s);
    EXPECT_GT(*over->rate_full_in, 50s);
    pass(20s);
    EXPECT_EQ(create(at_rate(order("mgen_4"), 3))->what, created);
    EXPECT_EQ(create(at_rate(order("mgen_5"), 3))->what, rate_limited);
    pass(90s);
    for (int i = 6; i < 9; ++i)
        EXPECT_EQ(create(at_rate(order("mgen_" + std::to_string(i)), 3))->what, created) << i;
    EXPECT_EQ(create(at_rate(order("mgen_9"), 3))->what, rate_limited)
        << "more than a minute's is not saved up";
}

TEST_P(JobStore, EachKeyHasItsOwnRateAndMostHaveNone) {
    EXPECT_EQ(create(at_rate(order("mgen_1"), 1, "one"))->what, created);
    EXPECT_EQ(create(at_rate(order("mgen_2"), 1, "one"))->what, rate_limited);
    EXPECT_EQ(create(at_rate(order("mgen_3"), 1, "two"))->what, created);
    const auto free = create(order("mgen_4"));
    EXPECT_EQ(free->what, created);
    EXPECT_FALSE(free->rate_full_in);
}

TEST_P(JobStore, CreateOverTheRateWritesNothing) {
    ASSERT_EQ(create(at_rate(order("mgen_1"), 1))->what, created);
    auto what = at_rate(order("mgen_2"), 1);
    what.key = claim_on("k");
    ASSERT_EQ(create(what)->what, rate_limited);
    EXPECT_EQ(find("mgen_2").error(), errc::not_found);
    EXPECT_EQ(find_replay(ann, *what.key).error(), errc::not_found) << "the key is free for another try";
    EXPECT_EQ(listed_ids().size(), 1U);
    pass(60s);
    EXPECT_EQ(create(what)->what, created);
}

TEST_P(JobStore, OnlyWhatIsCreatedCountsAgainstTheRate) {
    limits.queued_per_organization = 1;
    created_queued("mgen_1");
    EXPECT_EQ(create(at_rate(order("mgen_2"), 2))->what, queue_full);
    limits.queued_per_organization = 0;
    EXPECT_EQ(create(at_rate(order("mgen_1"), 2))->what, id_taken);
    auto what = at_rate(order("mgen_3"), 2);
    what.key = claim_on("k");
    EXPECT_EQ(create(what)->what, created);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(create(what)->what, replayed);
    EXPECT_EQ(create(at_rate(order("mgen_4"), 2))->what, created);
    EXPECT_EQ(create(what)->what, replayed) << "and is answered when the rate is used up";
    EXPECT_EQ(create(at_rate(order("mgen_5"), 2))->what, rate_limited);
}

TEST_P(JobStore, RateThatWasChangedCountsFromWhereItWas) {
    for (int i = 0; i < 10; ++i)
        ASSERT_EQ(create(at_rate(order("mgen_" + std::to_string(i)), 10))->what, created);
    EXPECT_EQ(create(at_rate(order("mgen_a"), 2))->what, rate_limited);
    pass(30s);
    EXPECT_EQ(create(at_rate(order("mgen_b"), 2))->what, created);
}

}  // namespace contract
