// What only Redis can suffer: records that somebody else damaged, and what a job costs it.
#include "adapters/redis/job_store.hpp"
#include "tests/support/await.hpp"
#include "tests/support/redis_record.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

namespace contract {

namespace {

using namespace gateway;
using ids = std::vector<std::string>;

class RedisRecords : public testing::Test {
protected:
    tests::redis_server server;
    boost::asio::io_context context{1};
    adapters::redis::job_store store{context, *adapters::redis::parse_address(server.url())};
    work_limits limits;
    job_owner owner{"org_abc123", "usr_1"};

    static deadline soon() { return deadline::after(std::chrono::seconds{20}); }
    static std::string key(const std::string& name) { return "mg:{jobs}:" + name; }

    void SetUp() override {
        ASSERT_TRUE(tests::await(context, store.link().ready(soon())));
        limits.max_polls_per_second = 0;
        limits.max_in_flight = 0;
    }
    void TearDown() override { tests::await(context, store.link().close(milliseconds{5'000})); }

    lease create(const std::string& id, bool may_start, std::size_t prompt = 10) {
        new_job order;
        order.id = id;
        order.owner = owner;
        if (may_start)
            order.first = first_visit{job_state{}, limits.lease};
        order.request.engine = "studio";
        order.request.prompt = std::string(prompt, 'p');
        order.request.duration_seconds = 30;
        idempotency_claim claim;
        claim.key = sha256("key " + id);
        claim.request = sha256("request " + id);
        order.key = claim;
        const auto made = tests::await(context, store.create(std::move(order), limits, soon()));
        EXPECT_TRUE(made);
        return made && made->first_lease ? *made->first_lease : lease{};
    }

    ids claim() {
        const auto outcome = tests::await(context, store.claim(claim_terms{}, limits, soon()));
        EXPECT_TRUE(outcome);
        ids found;
        for (const claimed_job& each : outcome->jobs)
            found.push_back(each.value.id);
        return found;
    }

    // Without what is on its way to the append-only file: that waits for a disk, and is no job's.
    long long used_memory() {
        const auto info = server.command({"INFO", "memory"});
        const auto used = adapters::redis::info_value(info, "used_memory");
        const auto unwritten = adapters::redis::info_value(info, "mem_aof_buffer");
        EXPECT_TRUE(used && unwritten);
        return used && unwritten ? std::stoll(*used) - std::stoll(*unwritten) : 0;
    }
};

TEST_F(RedisRecords, DamagedRecordsStopNobodyElse) {
    for (const char* id :
         {"mgen_1", "mgen_2", "mgen_3", "mgen_4", "mgen_5", "mgen_6", "mgen_7", "mgen_8", "mgen_9"})
        create(id, false);
    server.command(tests::with_field(key("job:mgen_1"), "s", "?"));  // a status nobody knows
    server.command(tests::without_field(key("job:mgen_2"), "c"));    // no creation time
    server.command(
        tests::with_request(key("job:mgen_3"), "{"));  // a request that only the program sees to be broken
    server.command({"DEL", key("job:mgen_4")});
    server.command({"RPUSH", key("job:mgen_4"), "of another type"});
    server.command({"DEL", key("job:mgen_5")});  // gone altogether
    server.command(tests::with_field(key("job:mgen_6"), "p", "many"));
    server.command({"SET", key("job:mgen_8"), "a text, but no record"});
    server.command({"SET", key("job:mgen_9"),
                    R"({"o":["org_abc123"],"u":7,"s":null})"
                    "\n{}"});
    EXPECT_EQ(claim(), ids{"mgen_7"});
    EXPECT_TRUE(claim().empty());
    EXPECT_EQ(server.command({"ZCARD", key("due")}), "1") << "they hold no slot";
    EXPECT_EQ(server.command({"HLEN", key("waiting")}), "0");
    // Each fails by itself, as far as it still says whose it is.
    for (const char* id : {"mgen_1", "mgen_2", "mgen_3", "mgen_6"}) {
        const auto found = tests::await(context, store.find(owner, id, soon()));
        ASSERT_TRUE(found) << id;
        EXPECT_EQ(found->state.status, job_status::failed) << id;
        EXPECT_NE(found->state.error_message, "") << id;
    }
    for (const char* id : {"mgen_4", "mgen_8", "mgen_9"})
        EXPECT_EQ(tests::await(context, store.find(owner, id, soon())).error(), errc::store_unavailable)
            << id;
    EXPECT_EQ(tests::await(context, store.find(owner, "mgen_5", soon())).error(), errc::not_found);
    const auto page = tests::await(context, store.list(owner, job_filter{}, soon()));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->size(), 5U);
    EXPECT_GT(std::stoll(server.command({"PTTL", key("job:mgen_1")})), 0) << "and is forgotten one day";
}

TEST_F(RedisRecords, RubbleInTheScheduleIsPutAway) {
    for (const char* schedule : {"due", "watch", "later"})
        server.command({"ZADD", key(schedule), "1", std::string{"mgen_nobodys_"} + schedule});
    create("mgen_1", false);
    EXPECT_EQ(claim(), ids{"mgen_1"});
    EXPECT_EQ(server.command({"ZCARD", key("due")}), "1");
    EXPECT_EQ(server.command({"ZCARD", key("watch")}), "0");
    EXPECT_EQ(server.command({"ZCARD", key("later")}), "0");
}

TEST_F(RedisRecords, DamagedRecordFailsWhenItIsAskedFor) {
    create("mgen_1", true);
    server.command(tests::with_field(key("job:mgen_1"), "s", "?"));
    const auto found = tests::await(context, store.find(owner, "mgen_1", soon()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state.status, job_status::failed);
    EXPECT_EQ(server.command({"ZCARD", key("due")}), "0");
}

TEST_F(RedisRecords, EndedJobShowsWhatIsLegibleOfIt) {
    const auto held = create("mgen_1", true);
    job_state end;
    end.status = job_status::refused;
    end.refusal_reason = "artist names";
    ASSERT_TRUE(tests::await(context, store.save(held, job_state{}, end, milliseconds{0}, limits, soon())));
    server.command(tests::with_request(key("job:mgen_1"), ""));
    server.command(tests::with_field(key("job:mgen_1"), "p", "many"));
    const auto found = tests::await(context, store.find(owner, "mgen_1", soon()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state.status, job_status::refused);
    EXPECT_EQ(found->state.refusal_reason, "artist names");
}

TEST_F(RedisRecords, EndedJobsAreRememberedUpToANumber) {
    const auto ends = [&](const std::string& id) {
        job_state end;
        end.status = job_status::failed;
        const auto held = create(id, true);
        ASSERT_TRUE(
            tests::await(context, store.save(held, job_state{}, end, milliseconds{0}, limits, soon())));
    };
    for (int each = 0; each < remembered_ends + 20; ++each)
        ends("mgen_" + std::to_string(each));
    EXPECT_EQ(server.command({"ZCARD", key("ended:f")}), std::to_string(remembered_ends));
    EXPECT_EQ(tests::await(context, store.count_ends(std::chrono::hours{1}, soon()))->failed,
              static_cast<std::size_t>(remembered_ends));
    EXPECT_TRUE(tests::await(context, store.look_up("mgen_3", soon()))) << "the others are known by their id";
}

// A record of an older program, and one whose end somebody damaged.
TEST_F(RedisRecords, RecordsWithoutTheTimeOfTheirEndCanBeRead) {
    for (const char* id : {"mgen_1", "mgen_2"}) {
        const auto held = create(id, true);
        job_state end;
        end.status = job_status::succeeded;
        ASSERT_TRUE(
            tests::await(context, store.save(held, job_state{}, end, milliseconds{0}, limits, soon())));
    }
    server.command(tests::without_field(key("job:mgen_1"), "e"));
    server.command(tests::with_field(key("job:mgen_2"), "e", "yesterday"));
    for (const char* id : {"mgen_1", "mgen_2"}) {
        const auto found = tests::await(context, store.find(owner, id, soon()));
        ASSERT_TRUE(found) << id;
        EXPECT_EQ(found->state.status, job_status::succeeded) << id;
        EXPECT_FALSE(found->ended_at) << id;
    }
}

TEST_F(RedisRecords, RubbleAmongTheListsHidesNoJobFromOperators) {
    const auto held = create("mgen_1", true);
    create("mgen_2", false);
    job_state end;
    end.status = job_status::failed;
    ASSERT_TRUE(tests::await(context, store.save(held, job_state{}, end, milliseconds{0}, limits, soon())));
    create("mgen_3", true);
    server.command(tests::with_field(key("job:mgen_3"), "s", "?"));
    server.command({"ZADD", key("ended:f"), "1", "no organization", "2", "mgen_9 org_gone", "inf", "mgen_1"});
    server.command({"ZADD", key("due"), "1", "mgen_8"});
    server.command({"ZADD", key("queue:org_abc123"), "-inf", "mgen_7"});
    const auto page = tests::await(context, store.search(job_search{}, soon()));
    ASSERT_TRUE(page);
    ids found;
    for (const job& each : page->jobs)
        found.push_back(each.id);
    EXPECT_EQ(found, (ids{"mgen_2", "mgen_1"}));
    EXPECT_EQ(server.command({"ZSCORE", key("ended:f"), "mgen_9 org_gone"}), "")
        << "what has expired is taken off";
    server.command({"DEL", key("ended:f")});
    server.command({"SET", key("ended:f"), "of another type"});
    EXPECT_EQ(tests::await(context, store.search(job_search{}, soon())).error(), errc::store_unavailable);
}

TEST_F(RedisRecords, NothingIsLeftWhenAllJobsHaveExpired) {
    limits.retention = milliseconds{1};
    for (int each = 0; each < 20; ++each) {
        const auto held = create("mgen_" + std::to_string(each), true);
        job_state end;
        end.status = job_status::failed;
        end.error_message = std::string(100, 'e');
        ASSERT_TRUE(
            tests::await(context, store.save(held, job_state{}, end, milliseconds{0}, limits, soon())));
    }
    EXPECT_TRUE(tests::run_until(context, [&] {
        const auto names = server.command({"KEYS", "*"});
        return names.empty() || names == key("turn");
    })) << server.command({"KEYS", "*"});
}

// With a prompt of 200 characters, idempotency key, task, clip and track; indexes included, all of one user,
// whose lists are then too long for Redis's small encodings.
TEST_F(RedisRecords, FinishedJobTakesLessThanOneAndAHalfKilobytes) {
    constexpr int jobs = 1'000;
    const auto finish = [this](const std::string& id) {
        const auto held = create(id, true, 200);
        job_state end;
        end.status = job_status::succeeded;
        end.progress = 100;
        end.step = submission::accepted;
        end.submissions = 1;
        end.task_id = "468d0e5c-c4b7-4d09-9b45-3d7a6f0a1b2c";
        end.clip_id = "3c1f0c1e-7a0b-4f4c-8f1d-0a9b8c7d6e5f";
        end.typical = milliseconds{40'000};
        end.first_tried_at = end.accepted_at = end.music_ready_at =
            store_time{milliseconds{1'790'000'000'000}};
        end.audio = stored_audio{"m4a", "audio/mp4", 1'234'567, 31.4};
        end.credits = 10;
        end.credits_are = credit_outcome::charged;
        EXPECT_TRUE(
            tests::await(context, store.save(held, job_state{}, end, milliseconds{0}, limits, soon())));
    };
    finish("mgen_000000000000");  // the scripts themselves take memory once
    const long long before = used_memory();
    for (int each = 0; each < jobs; ++each) {
        finish("mgen_" + std::to_string(100'000'000'000 + each));
    }
    const long long each = (used_memory() - before) / jobs;
    RecordProperty("bytes_per_job", std::to_string(each));
    std::printf("[  MEASURED ] %lld bytes per finished job\n", each);
    EXPECT_LT(each, 1'536);
}

}  // namespace

}  // namespace contract
