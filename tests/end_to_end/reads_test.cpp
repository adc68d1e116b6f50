// Clients that ask for the same job over and over, and what happens to it meanwhile.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;

class Reads : public Stage {
protected:
    Reads() : Stage{store_kind::redis} {}
    void SetUp() override {
        config.set("threads", "2");
        config.set("producer.max_in_flight", "100");
        for (const char* wait : {"first", "every", "up_to"})  // a look that finds nothing new is a change, too
            config.set(std::string{"producer.poll."} + wait, "1m");
        start();
        simulator->by_default(R"({"task": {"running_ms": 60000}})");
    }

    // An end of each thread: connections are handed to them in turn, and each request has its own.
    std::vector<std::string> statuses(const std::string& id) const {
        std::vector<std::string> all;
        for (int i = 0; i < 4; ++i)
            all.push_back(alice().status(id));
        return all;
    }
    int reads_from(const std::string& place) const {
        const std::string text = ask(gateway->admin(), {"GET", "/metrics"}).body;
        const std::string name = "music_gateway_job_reads_total{from=\"" + place + "\"} ";
        const auto at = text.find(name);
        return at == text.npos ? -1 : std::stoi(text.substr(at + name.size()));
    }
    bool becomes_known(const std::string& id) const {
        return eventually([&] {
            const int before = reads_from("redis");
            statuses(id);
            return reads_from("redis") == before;
        });
    }
};

TEST_F(Reads, OfAJobThatDoesNotChangeCostRedisNothing) {
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    ASSERT_TRUE(becomes_known(id));
    const int redis_before = reads_from("redis"), cache_before = reads_from("cache");
    for (int i = 0; i < 25; ++i)
        EXPECT_EQ(statuses(id), (std::vector<std::string>(4, "running")));
    // Redis is asked all the same once a minute, and while a sign of life of its own is yet to be read.
    EXPECT_LE(reads_from("redis") - redis_before, 20);
    EXPECT_GE(reads_from("cache") - cache_before, 80);
    EXPECT_EQ(as(raw_keys::bob).get(id).status, 404) << "it is still nobody else's";
}

TEST_F(Reads, ShowWhatWasDoneOverAnyOtherConnectionAtOnce) {
    for (int i = 0; i < 20; ++i) {
        const auto id = alice().created(an_order("piece " + std::to_string(i)));
        alice().wait_for(id, "running");
        ASSERT_TRUE(becomes_known(id));
        ASSERT_EQ(alice().cancel(id).status, 200);
        EXPECT_EQ(statuses(id), (std::vector<std::string>(4, "cancelled")));
    }
}

TEST_F(Reads, ShowWhatAnotherReplicaHasAnswered) {
    const auto second = another_gateway("second");
    const music_client there{second->url(), raw_keys::alice};
    for (int i = 0; i < 50; ++i) {
        const auto id = alice().created(an_order("piece " + std::to_string(i)));
        alice().wait_for(id, "running");
        ASSERT_TRUE(becomes_known(id));
        ASSERT_EQ(there.cancel(id).status, 200);
        EXPECT_EQ(statuses(id), (std::vector<std::string>(4, "cancelled"))) << i;
    }
}

TEST_F(Reads, AskRedisEachTimeWhenTheyAreToldTo) {
    config.set("store.redis.cache", "0B");
    restart_gateway();
    const auto id = alice().created(an_order());
    alice().wait_for(id, "running");
    statuses(id);
    EXPECT_EQ(reads_from("cache"), 0);
    EXPECT_EQ(redis->command({"PUBSUB", "NUMSUB", "__redis__:invalidate"}).find('2'), std::string::npos)
        << "nobody listens";
}

}  // namespace
