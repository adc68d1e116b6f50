// Jobs that count only once Redis's replicas have them: a fail-over forgets nothing that was promised.
#include "adapters/redis/job_store.hpp"
#include "tests/support/await.hpp"
#include "tests/support/redis_server.hpp"

#include <boost/asio/co_spawn.hpp>

#include <gtest/gtest.h>

namespace {

using namespace gateway;
using adapters::redis::parse_address;

class RedisReplicas : public testing::Test {
protected:
    tests::redis_server primary{{.tcp = true, .arguments = {"--repl-diskless-sync-delay", "0"}}};
    tests::redis_server replica{
        {.tcp = false, .arguments = {"--replicaof", "127.0.0.1", std::to_string(primary.port())}}};
    boost::asio::io_context context{1};
    adapters::redis::job_store store{context, *parse_address(primary.url()), options()};
    const job_owner owner{"org", "usr"};
    const work_limits limits{};

    static adapters::redis::store_options options() {
        adapters::redis::store_options made;
        made.replicas = 1;
        return made;
    }
    static deadline soon() { return deadline::after(std::chrono::seconds{20}); }

    void SetUp() override {
        ASSERT_TRUE(tests::await(context, store.link().ready(soon())));
        // A replica that has just loaded a snapshot counts as one, and gets nothing new for up to a second.
        ASSERT_TRUE(tests::run_until(context, [&] {
            return replica.command({"INFO", "replication"}).find("master_link_status:up") !=
                   std::string::npos;
        }));
        primary.command({"SET", "streaming", "1"});
        ASSERT_TRUE(tests::run_until(context, [&] {
            return replica.command({"EXISTS", "streaming"}) == "1";
        }));
        ASSERT_TRUE(tests::run_until(context, [&] { return create("mgen_warm_up").has_value(); }))
            << "the replica has followed";
    }
    void TearDown() override {
        replica.thaw();
        tests::await(context, store.link().close(milliseconds{5'000}));
    }

    new_job order(const std::string& id) const {
        new_job made;
        made.id = id;
        made.owner = owner;
        made.request.engine = "studio";
        made.request.prompt = "rain";
        made.first = first_visit{job_state{}, limits.lease};
        idempotency_claim claim;
        claim.key = sha256("key of " + id);
        made.key = claim;
        return made;
    }
    result<create_outcome> create(const std::string& id) {
        return tests::await(context, store.create(order(id), limits, soon()));
    }
};

TEST_F(RedisReplicas, CreatedJobIsOnTheReplicaWhenTheCreateSucceeds) {
    const auto created = create("mgen_1");
    ASSERT_TRUE(created) << created.error().message();
    EXPECT_EQ(replica.command({"EXISTS", "mg:{jobs}:job:mgen_1"}), "1");
}

TEST_F(RedisReplicas, NothingIsPromisedThatOnlyThePrimaryHas) {
    const auto before = create("mgen_1");
    ASSERT_TRUE(before && before->first_lease);
    replica.freeze();
    EXPECT_EQ(create("mgen_2").error(), errc::store_unavailable);
    EXPECT_EQ(create("mgen_2").error(), errc::store_unavailable) << "nor on the second attempt with its key";
    const auto again = tests::await(context, store.find_replay(owner, *order("mgen_2").key, soon()));
    EXPECT_EQ(again.error(), errc::store_unavailable);
    job_state begun;
    begun.step = submission::submitting;
    const auto saved = tests::await(
        context, store.save(*before->first_lease, job_state{}, begun, limits.lease, limits, soon()));
    EXPECT_EQ(saved.error(), errc::store_unavailable)
        << "so no paid call begins that a fail-over would forget";
    EXPECT_EQ(tests::await(context, store.cancel(owner, "mgen_1", 0, limits, soon())).error(),
              errc::store_unavailable);
    EXPECT_TRUE(tests::await(context, store.find(owner, "mgen_1", soon()))) << "reading goes on";

    replica.thaw();
    const auto replayed = create("mgen_2");
    ASSERT_TRUE(replayed);
    EXPECT_EQ(replayed->what, create_outcome::kind::replayed);
    EXPECT_EQ(replica.command({"EXISTS", "mg:{jobs}:job:mgen_2"}), "1");
}

TEST_F(RedisReplicas, CreatesThatWaitForAReplicaHoldUpNobodyElse) {
    ASSERT_TRUE(create("mgen_1"));
    replica.freeze();
    int refused = 0;
    const auto note = [&](std::exception_ptr, result<create_outcome> outcome) {
        refused += !outcome && outcome.error() == errc::store_unavailable;
    };
    const auto begun = std::chrono::steady_clock::now();
    for (int each = 0; each < 50; ++each)
        boost::asio::co_spawn(context,
                              store.create(order("mgen_wait_" + std::to_string(each)), limits, soon()), note);
    for (int each = 0; each < 20; ++each)
        ASSERT_TRUE(tests::await(context, store.find(owner, "mgen_1", soon())));
    EXPECT_EQ(refused, 0) << "reading took less time than the creates wait";
    ASSERT_TRUE(tests::run_until(context, [&] { return refused == 50; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{4})
        << "one question answers all";
    EXPECT_EQ(store.link().links(), 1U) << "the link was never given up";
}

}  // namespace
