// Reads that ask Redis only when it has said that something changed.
#include "adapters/redis/job_store.hpp"
#include "tests/support/await.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using namespace gateway;
using adapters::redis::job_store;
using adapters::redis::parse_address;
using adapters::redis::write_marks;

// `reader` knows jobs, `writer` is another replica's store.
class KnownJobs : public testing::Test {
protected:
    tests::redis_server server;
    boost::asio::io_context context{1};
    int from_cache = 0;
    int from_redis = 0;
    job_store writer{context, *parse_address(server.url()), options()};
    std::optional<job_store> reader;
    const job_owner owner{"org", "usr"};
    const work_limits limits{};
    job_state now_in_store;
    lease held;

    static adapters::redis::store_options options() {
        adapters::redis::store_options made;
        made.connection.retry = {milliseconds{10}, milliseconds{50}};
        made.connection.command_timeout = milliseconds{300};
        return made;
    }
    static deadline soon() { return deadline::after(std::chrono::seconds{20}); }

    void begin(const std::string& url) {
        auto knowing = options();
        knowing.known.most_bytes = 1 << 20;
        knowing.known.marks = std::make_shared<write_marks>();  // not the writer's: it is another process
        knowing.known.counted = [this](bool known) { ++(known ? from_cache : from_redis); };
        reader.emplace(context, *parse_address(url), knowing);
        ASSERT_TRUE(tests::await(context, reader->link().ready(soon())));
    }
    void SetUp() override {
        ASSERT_TRUE(tests::await(context, writer.link().ready(soon())));
        begin(server.url());
        create("mgen_000000000001");
    }
    void TearDown() override {
        tests::await(context, reader->link().close(milliseconds{5'000}));
        tests::await(context, writer.link().close(milliseconds{5'000}));
    }

    void create(const std::string& id) {
        new_job order;
        order.id = id;
        order.owner = owner;
        order.request.engine = "studio";
        order.request.prompt = "rain";
        order.first = first_visit{job_state{}, limits.lease};
        auto created = tests::await(context, writer.create(std::move(order), limits, soon()));
        ASSERT_TRUE(created && created->first_lease);
        held = *created->first_lease;
    }
    // One more of the job's steps, as another replica writes it.
    void write() {
        job_state next = now_in_store;
        next.status = job_status::running;
        next.step = submission::accepted;
        next.task_id = "task";
        ++next.setbacks;
        ASSERT_TRUE(tests::await(
            context, writer.save(held, now_in_store, next, milliseconds{60'000}, limits, soon())));
        now_in_store = next;
    }
    result<job> find(const std::string& id = "mgen_000000000001") {
        if (auto known = reader->known(owner, id))
            return std::move(*known);
        return tests::await(context, reader->find(owner, id, soon()));
    }
    // Whether it is answered without Redis.
    bool is_known() {
        const int before = from_cache;
        EXPECT_TRUE(find());
        return from_cache > before;
    }
    bool becomes_known() {
        return tests::run_until(context, [&] { return is_known(); });
    }
    int gets() {
        const std::string all = server.command({"INFO", "commandstats"});
        const auto at = all.find("cmdstat_get:calls=");
        return at == all.npos ? 0 : std::stoi(all.substr(at + 18));
    }
    int seen() { return find()->state.setbacks; }
};

TEST_F(KnownJobs, JobThatDoesNotChangeIsReadOnce) {
    ASSERT_TRUE(becomes_known());
    const int before = gets();
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(is_known());
    EXPECT_EQ(gets(), before);
    const auto known = find();
    const auto read = tests::await(context, writer.find(owner, "mgen_000000000001", soon()));
    EXPECT_EQ(known->request, read->request);
    EXPECT_EQ(known->state, read->state);
    EXPECT_LE(std::chrono::abs(known->as_of - read->as_of), milliseconds{1'000}) << "its time goes on";
}

TEST_F(KnownJobs, WriteOfAnotherReplicaIsSeen) {
    for (int round = 1; round <= 50; ++round) {
        ASSERT_TRUE(becomes_known());
        write();
        EXPECT_TRUE(tests::run_until(context, [&] { return seen() == round; })) << round;
    }
}

TEST_F(KnownJobs, CancelOfAnotherReplicaIsSeenOnceItIsAnswered) {
    for (int round = 2; round <= 100; ++round) {
        const std::string id = "mgen_00000000" + std::to_string(1000 + round);
        create(id);
        ASSERT_TRUE(tests::run_until(context, [&] {
            const int before = from_cache;
            return find(id) && from_cache > before;
        }));
        ASSERT_TRUE(tests::await(context, writer.cancel(owner, id, 40, limits, soon())));
        EXPECT_EQ(find(id)->state.status, job_status::cancelled) << round;
    }
}

TEST_F(KnownJobs, OwnersAreStillToldApart) {
    ASSERT_TRUE(becomes_known());
    const job_owner other{"org", "somebody else"};
    const int before = from_cache;
    EXPECT_FALSE(reader->known(other, "mgen_000000000001"));
    EXPECT_EQ(from_cache, before) << "nothing was handed out";
    EXPECT_EQ(tests::await(context, reader->find(other, "mgen_000000000001", soon())).error(),
              errc::not_found);
    EXPECT_EQ(find("mgen_000000000002").error(), errc::not_found);
}

TEST_F(KnownJobs, OwnWriteIsSeenAtOnce) {
    ASSERT_TRUE(becomes_known());
    ASSERT_TRUE(tests::await(context, reader->cancel(owner, "mgen_000000000001", 40, limits, soon())));
    EXPECT_EQ(find()->state.status, job_status::cancelled);
    ASSERT_TRUE(becomes_known());
    EXPECT_EQ(find()->state.status, job_status::cancelled);
}

TEST_F(KnownJobs, JobsThatAreGoneAreGone) {
    ASSERT_TRUE(becomes_known());
    server.command({"DEL", "mg:{jobs}:job:mgen_000000000001"});
    EXPECT_TRUE(tests::run_until(context, [&] { return find().error() == errc::not_found; }));
    create("mgen_000000000002");
    ASSERT_TRUE(tests::run_until(context, [&] {
        const int before = from_cache;
        return find("mgen_000000000002") && from_cache > before;
    }));
    server.command({"FLUSHALL"});
    EXPECT_TRUE(
        tests::run_until(context, [&] { return find("mgen_000000000002").error() == errc::not_found; }));
}

TEST_F(KnownJobs, SilentServerIsNotBelievedForLong) {
    ASSERT_TRUE(becomes_known());
    server.freeze();
    const auto frozen = std::chrono::steady_clock::now();
    EXPECT_TRUE(tests::run_until(context, [&] { return !find(); }));
    EXPECT_GE(std::chrono::steady_clock::now() - frozen, milliseconds{200}) << "a short hang goes unnoticed";
    EXPECT_LE(std::chrono::steady_clock::now() - frozen, std::chrono::seconds{5});
    server.thaw();
    EXPECT_TRUE(tests::run_until(context, [&] { return find().has_value(); }));
    EXPECT_TRUE(becomes_known());
}

TEST_F(KnownJobs, ServerThatIsAwayIsNotBelievedAtAll) {
    ASSERT_TRUE(becomes_known());
    server.kill();
    EXPECT_TRUE(tests::run_until(context, [&] { return !reader->link().up(); }));
    EXPECT_EQ(find().error(), errc::store_unavailable);
    server.start();
    ASSERT_TRUE(tests::await(context, reader->link().ready(soon())));
    ASSERT_TRUE(tests::await(context, writer.link().ready(soon())));
    write();
    EXPECT_EQ(seen(), 1) << "nothing from before is believed";
    EXPECT_TRUE(becomes_known());
}

TEST_F(KnownJobs, LostFeedIsMadeAnewAndNothingIsBelievedMeanwhile) {
    for (int round = 1; round <= 5; ++round) {
        ASSERT_TRUE(becomes_known());
        server.command({"CLIENT", "KILL", "TYPE", "pubsub"});
        write();
        EXPECT_TRUE(tests::run_until(context, [&] { return seen() == round; }));
    }
    EXPECT_TRUE(becomes_known());
}

TEST_F(KnownJobs, LostLinkIsTrackedAgain) {
    for (int round = 1; round <= 5; ++round) {
        ASSERT_TRUE(becomes_known());
        server.command({"CLIENT", "KILL", "TYPE", "normal"});
        EXPECT_TRUE(tests::run_until(context, [&] { return !reader->link().up() && !writer.link().up(); }));
        ASSERT_TRUE(tests::await(context, reader->link().ready(soon())));
        ASSERT_TRUE(tests::await(context, writer.link().ready(soon())));
        write();
        EXPECT_EQ(seen(), round);
    }
    EXPECT_TRUE(becomes_known());
}

TEST_F(KnownJobs, UserWithNarrowRightsIsTold) {
    server.command({"ACL", "SETUSER", "narrow", "reset", "on", ">secret", "+@all", "~mg:{jobs}:*",
                    "&__redis__:invalidate"});
    begin("unix://narrow:secret@" + server.socket());
    EXPECT_TRUE(becomes_known());
}

TEST_F(KnownJobs, ServerThatDoesNotTrackIsAskedEachTime) {
    for (const char* forbidden : {"-client|tracking", "-client|id", "-subscribe", "-client|caching"}) {
        server.command(
            {"ACL", "SETUSER", "limited", "reset", "on", ">secret", "+@all", "~*", "&*", forbidden});
        begin("unix://limited:secret@" + server.socket());
        for (int i = 0; i < 20; ++i)
            EXPECT_FALSE(is_known()) << forbidden;
        write();
        EXPECT_EQ(seen(), now_in_store.setbacks) << forbidden;
    }
}

// What a client is told never goes back, whatever reads and writes meet.
TEST_F(KnownJobs, ReadsNeverGoBackWhileAnotherThreadWrites) {
    std::atomic<bool> over = false;
    std::thread busy{[&] {
        boost::asio::io_context own{1};
        job_store other{own, *parse_address(server.url()), options()};
        job_state before = now_in_store;
        for (int i = 1; i <= 1'500; ++i) {
            job_state next = before;
            next.status = job_status::running;
            next.setbacks = i;
            if (!tests::await(own, other.save(held, before, next, milliseconds{60'000}, limits, soon())))
                break;
            before = next;
        }
        tests::await(own, other.link().close(milliseconds{5'000}));
        over = true;
    }};
    int last = 0;
    while (!over) {
        const int now = seen();
        EXPECT_GE(now, last);
        last = now;
    }
    busy.join();
    EXPECT_TRUE(tests::run_until(context, [&] { return seen() == 1'500; }));
    EXPECT_GT(from_redis, 0);
    EXPECT_GT(from_cache, 0);
}

}  // namespace
