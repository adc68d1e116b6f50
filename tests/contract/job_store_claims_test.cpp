// Idempotency: one key, one job.
#include "tests/contract/job_store_contract.hpp"

#include <boost/asio/co_spawn.hpp>

#include <set>

namespace contract {

using namespace gateway;
using enum create_outcome::kind;

TEST_P(JobStore, SecondCreateUnderAClaimReturnsTheFirstJob) {
    auto first = order("mgen_1");
    first.key = claim_on("k", "body");
    ASSERT_EQ(create(first)->what, created);
    auto second = order("mgen_2");
    second.key = claim_on("k", "body");
    const auto again = create(second);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->what, replayed);
    EXPECT_EQ(again->stored.id, "mgen_1");
    EXPECT_EQ(again->stored.request, first.request);
    EXPECT_TRUE(again->same_request);
    EXPECT_FALSE(again->first_lease);
    EXPECT_EQ(find("mgen_2").error(), errc::not_found);
    EXPECT_EQ(listed_ids().size(), 1U);
}

TEST_P(JobStore, AnotherRequestUnderAClaimIsNoticed) {
    auto first = order("mgen_1");
    first.key = claim_on("k", "body");
    ASSERT_TRUE(create(first));
    auto second = order("mgen_2");
    second.key = claim_on("k", "another body");
    EXPECT_FALSE(create(second)->same_request);
    EXPECT_FALSE(find_replay(ann, *second.key)->same_request);
    EXPECT_TRUE(find_replay(ann, *first.key)->same_request);
}

TEST_P(JobStore, ReplayWinsOverATakenIdAndAFullQueue) {
    limits.queued_per_organization = 1;
    auto what = order("mgen_1");
    what.key = claim_on("k");
    what.first.reset();
    ASSERT_EQ(create(what)->what, created);
    EXPECT_EQ(create(what)->what, replayed);
}

TEST_P(JobStore, ReplayAfterTheEndShowsTheEnd) {
    auto what = order("mgen_1");
    what.key = claim_on("k");
    const auto made = create(what);
    ASSERT_TRUE(save(*made->first_lease, ended(), milliseconds{0}));
    EXPECT_EQ(create(what)->stored.state.status, job_status::succeeded);
    const auto found = find_replay(ann, *what.key);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->what, replayed);
    EXPECT_EQ(found->stored.state.status, job_status::succeeded);
    EXPECT_TRUE(claimed_ids().empty());
}

TEST_P(JobStore, UnknownClaimIsNotFound) {
    EXPECT_EQ(find_replay(ann, claim_on("k")).error(), errc::not_found);
}

TEST_P(JobStore, AnotherUsersClaimIsNotSeen) {
    auto what = order("mgen_1");
    what.key = claim_on("k");
    ASSERT_TRUE(create(what));
    const job_owner bob{"org_a", "usr_bob"};
    EXPECT_EQ(find_replay(bob, *what.key).error(), errc::not_found);
    what.id = "mgen_2";
    what.owner = bob;
    const auto made = create(what);
    EXPECT_EQ(made->what, created);
    EXPECT_EQ(made->stored.id, "mgen_2");
}

TEST_P(JobStore, CreatesWithoutAKeyAreSeparate) {
    EXPECT_EQ(create(order("mgen_1"))->what, created);
    EXPECT_EQ(create(order("mgen_2"))->what, created);
}

TEST_P(JobStore, FiftyConcurrentCreatesUnderOneKeyMakeOneJobAndOneLease) {
    std::vector<result<create_outcome>> outcomes;
    for (int each = 0; each < 50; ++each) {
        auto what = order("mgen_" + std::to_string(each));
        what.key = claim_on("k");
        boost::asio::co_spawn(context, store().create(std::move(what), limits, soon()),
                              [&](std::exception_ptr failure, result<create_outcome> outcome) {
                                  ASSERT_FALSE(failure);
                                  outcomes.push_back(std::move(outcome));
                              });
    }
    ASSERT_TRUE(tests::run_until(context, [&] { return outcomes.size() == 50; }));
    std::set<std::string> ids;
    int made = 0, leases = 0;
    for (const auto& each : outcomes) {
        ASSERT_TRUE(each);
        ids.insert(each->stored.id);
        made += each->what == created ? 1 : 0;
        leases += each->first_lease ? 1 : 0;
    }
    EXPECT_EQ(ids.size(), 1U);
    EXPECT_EQ(made, 1);
    EXPECT_EQ(leases, 1);
    EXPECT_EQ(listed_ids().size(), 1U);
}

}  // namespace contract
