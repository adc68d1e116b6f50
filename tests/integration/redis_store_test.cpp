// The Redis store when the server forgets its scripts, refuses to write, or is restarted.
#include "adapters/redis/job_store.hpp"
#include "tests/support/await.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

namespace {

using namespace gateway;
using adapters::redis::parse_address;

class RedisStore : public testing::Test {
protected:
    tests::redis_server server;
    boost::asio::io_context context{1};
    adapters::redis::job_store store{context, *parse_address(server.url()), options()};
    const job_owner owner{"org", "usr"};
    const work_limits limits{};

    static adapters::redis::store_options options() {
        adapters::redis::store_options made;
        made.connection.retry = {milliseconds{10}, milliseconds{50}};
        return made;
    }
    static deadline soon() { return deadline::after(std::chrono::seconds{20}); }

    void SetUp() override { ASSERT_TRUE(tests::await(context, store.link().ready(soon()))); }
    void TearDown() override { tests::await(context, store.link().close(milliseconds{5'000})); }

    result<create_outcome> create(const std::string& id) {
        new_job order;
        order.id = id;
        order.owner = owner;
        order.request.engine = "studio";
        order.request.prompt = "rain";
        order.first = first_visit{job_state{}, limits.lease};
        return tests::await(context, store.create(std::move(order), limits, soon()));
    }
};

TEST_F(RedisStore, ForgottenScriptsAreSentAgain) {
    ASSERT_TRUE(create("mgen_1"));
    server.command({"SCRIPT", "FLUSH"});
    EXPECT_TRUE(create("mgen_2"));
    EXPECT_TRUE(tests::await(context, store.find(owner, "mgen_1", soon())));
}

TEST_F(RedisStore, JobsSurviveTheServersSuddenDeath) {
    server.command({"CONFIG", "SET", "appendfsync", "always"});
    const auto held = create("mgen_1")->first_lease;
    ASSERT_TRUE(held);
    server.kill();
    EXPECT_TRUE(tests::run_until(context, [&] { return !store.link().up(); }));
    EXPECT_EQ(tests::await(context, store.find(owner, "mgen_1", soon())).error(), errc::store_unavailable);
    EXPECT_EQ(tests::await(context, store.check(soon())).error(), errc::store_unavailable);
    server.start();
    ASSERT_TRUE(tests::await(context, store.link().ready(soon())));
    EXPECT_TRUE(tests::await(context, store.find(owner, "mgen_1", soon())));
    job_state running;
    running.status = job_status::running;
    running.step = submission::accepted;
    EXPECT_TRUE(
        tests::await(context, store.save(*held, job_state{}, running, milliseconds{1'000}, limits, soon())))
        << "the lease survives too";
}

TEST_F(RedisStore, ServerThatMayNotWriteIsUnavailable) {
    server.command({"CONFIG", "SET", "min-replicas-to-write", "1"});
    EXPECT_EQ(create("mgen_1").error(), errc::store_unavailable);
    EXPECT_EQ(tests::await(context, store.check(soon())).error(), errc::store_unavailable);
    server.command({"CONFIG", "SET", "min-replicas-to-write", "0"});
    EXPECT_TRUE(create("mgen_1"));
}

TEST_F(RedisStore, ServerOutOfMemoryIsUnavailableAndWritesNothing) {
    server.command({"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_EQ(create("mgen_1").error(), errc::store_unavailable);
    EXPECT_EQ(tests::await(context, store.check(soon())).error(), errc::store_unavailable);
    server.command({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_EQ(tests::await(context, store.find(owner, "mgen_1", soon())).error(), errc::not_found);
}

TEST_F(RedisStore, ReplicaIsUnavailable) {
    server.command({"REPLICAOF", "127.0.0.1", "1"});
    EXPECT_EQ(create("mgen_1").error(), errc::store_unavailable);
    EXPECT_EQ(tests::await(context, store.check(soon())).error(), errc::store_unavailable);
    EXPECT_EQ(store.link().trouble(), "the server has become a replica");
    EXPECT_TRUE(tests::run_until(context, [&] {
        return store.link().trouble() == "the server is a replica";
    })) << "tried again";
    server.command({"REPLICAOF", "NO", "ONE"});
    ASSERT_TRUE(tests::await(context, store.link().ready(soon())));
    EXPECT_TRUE(create("mgen_1"));
}

}  // namespace
