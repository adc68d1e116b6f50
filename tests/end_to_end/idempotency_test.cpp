// One key, one job, one paid call: whatever a client repeats, however often and whenever.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <set>
#include <thread>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Idempotency : public StageOnStore {
protected:
    void SetUp() override { start(); }

    static header_list key(const std::string& value) { return {{"Idempotency-Key", value}}; }

    void expect_replay(const http_reply& reply, const std::string& id) {
        EXPECT_EQ(reply.status, 202) << reply.body;
        EXPECT_EQ(reply.header("idempotency-replayed"), "true");
        EXPECT_EQ(text(reply.json().as_object(), "id"), id);
    }
};
ON_BOTH_STORES(Idempotency);

TEST_P(Idempotency, FiftyCreatesAtOnceWithOneKeyAreOneJobAndOnePaidCall) {
    constexpr int clients = 50;
    std::latch together{clients};
    std::mutex guard;
    std::set<std::string> ids;
    std::multiset<int> statuses;
    std::multiset<std::string> replayed;
    std::vector<std::jthread> threads;
    for (int i = 0; i < clients; ++i)
        threads.emplace_back([&] {
            together.arrive_and_wait();
            const auto reply = alice().create(an_order(), key("gen-2026-06-28-001"));
            const std::lock_guard lock{guard};
            statuses.insert(reply.status);
            replayed.insert(reply.header("idempotency-replayed"));
            ids.insert(reply.status == 202 ? text(reply.json().as_object(), "id") : reply.body);
        });
    threads.clear();
    EXPECT_EQ(statuses.count(202), static_cast<std::size_t>(clients));
    EXPECT_EQ(replayed.count("true"), static_cast<std::size_t>(clients - 1));
    ASSERT_EQ(ids.size(), 1U) << *ids.begin();
    alice().wait_for(*ids.begin(), "succeeded");
    EXPECT_EQ(simulator->count("creates_received"), 1);
    EXPECT_EQ(alice().list().json().at("jobs").as_array().size(), 1U);
}

TEST_P(Idempotency, AReplayShowsTheJobAsItIsNow) {
    const auto id = alice().created(an_order(), key("k"));
    alice().wait_for(id, "succeeded");
    const auto reply = alice().create(an_order(), key("k"));
    expect_replay(reply, id);
    const auto job = reply.json().as_object();
    EXPECT_EQ(text(job, "status"), "succeeded");
    EXPECT_EQ(play(text(job, "playback_url")).status, 200);
    EXPECT_EQ(simulator->count("creates_received"), 1);
}

TEST_P(Idempotency, TheHeaderBeatsTheBody) {
    auto order = an_order();
    order["idempotency_key"] = "from-the-body";
    const auto by_header = alice().created(order, key("from-the-header"));
    expect_replay(alice().create(an_order(), key("from-the-header")), by_header);
    const auto by_body = alice().create(order);
    ASSERT_EQ(by_body.status, 202);
    EXPECT_FALSE(by_body.has("idempotency-replayed"));
    const auto id = text(by_body.json().as_object(), "id");
    EXPECT_NE(id, by_header);
    expect_replay(alice().create(order), id);
    expect_replay(alice().create(an_order(), key("from-the-body")), id);
}

TEST_P(Idempotency, AQuotedKeyIsTheSameKey) {
    const auto id = alice().created(an_order(), key("gen 7"));
    expect_replay(alice().create(an_order(), key("\"gen 7\"")), id);
}

TEST_P(Idempotency, AnEmptyKeyIsNone) {
    const auto first = alice().created(an_order(), key(""));
    const auto second = alice().created(an_order(), key(""));
    EXPECT_NE(first, second);
    EXPECT_NE(alice().created(an_order(), key("\"\"")), first);
}

TEST_P(Idempotency, AKeyThatCannotBeOneIsRefused) {
    for (const std::string& wrong :
         {std::string(256, 'k'), std::string{"\"open"}, std::string{"tab\tinside"}}) {
        const auto reply = alice().create(an_order(), key(wrong));
        expect_error(reply, 422, "VALIDATION_ERROR", "validation_error");
        EXPECT_EQ(expect_error(reply, 422).details, (json::object{{"field", "idempotency_key"}}));
    }
    EXPECT_EQ(alice().create(an_order(), key(std::string(255, 'k'))).status, 202);
}

TEST_P(Idempotency, AnotherUserOrOrganizationHasKeysOfItsOwn) {
    const auto mine = alice().created(an_order(), key("k"));
    const auto other_user = as(raw_keys::bob).created(an_order(), key("k"));
    const auto other_organization = as(raw_keys::alice, "org_second").created(an_order(), key("k"));
    EXPECT_EQ((std::set{mine, other_user, other_organization}).size(), 3U);
    expect_replay(as(raw_keys::bob).create(an_order(), key("k")), other_user);
    expect_error(as(raw_keys::bob).get(mine), 404, "RESOURCE_NOT_FOUND", "client_error");
    expect_error(as(raw_keys::alice, "org_second").get(mine), 404, "RESOURCE_NOT_FOUND", "client_error");
}

TEST_P(Idempotency, AnotherBodyUnderTheSameKeyReturnsTheExistingJob) {
    const auto id = alice().created(an_order("one"), key("k"));
    expect_replay(alice().create(an_order("two"), key("k")), id);
}

TEST_P(Idempotency, AnotherBodyIsRefusedWhenSoConfigured) {
    config.set("idempotency.on_mismatch", "reject");
    restart_gateway();
    const auto id = alice().created(an_order("one"), key("k"));
    const auto reply = alice().create(an_order("two"), key("k"));
    expect_error(reply, 422, "VALIDATION_ERROR", "validation_error");
    EXPECT_EQ(expect_error(reply, 422).details, (json::object{{"field", "idempotency_key"}}));
    expect_replay(alice().create(an_order("one"), key("k")), id);
}

TEST_P(Idempotency, AReplayIsAnsweredWhileTheCreditGateIsShut) {
    const auto id = alice().created(an_order(), key("k"));
    alice().wait_for(id, "succeeded");
    simulator->set_credits(0);
    alice().wait_for(alice().created(an_order()), "failed");
    expect_error(alice().create(an_order()), 402, "INSUFFICIENT_CREDITS", "client_error");
    expect_replay(alice().create(an_order(), key("k")), id);
    expect_error(alice().create(an_order(), key("fresh")), 402, "INSUFFICIENT_CREDITS", "client_error");
}

TEST_P(Idempotency, AReplayIsAnsweredWhileTheAccessGateIsShut) {
    const auto id = alice().created(an_order(), key("k"));
    alice().wait_for(id, "succeeded");
    simulator->set_switches(R"({"unauthorized": true})");
    const auto stuck = alice().created(an_order());
    ASSERT_TRUE(eventually([&] { return alice().create(an_order()).status == 503; }));
    expect_replay(alice().create(an_order(), key("k")), id);
    EXPECT_EQ(alice().status(stuck), "queued");
}

TEST_P(Idempotency, AReplayIsAnsweredAfterItsEngineWasRetired) {
    const auto id = alice().created(an_order(), key("k"));
    alice().wait_for(id, "succeeded");
    simulator->set_switches(R"({"retired": true})");
    alice().wait_for(alice().created(an_order()), "failed");
    expect_error(alice().create(an_order()), 410, "ENGINE_RETIRED", "client_error");
    expect_replay(alice().create(an_order(), key("k")), id);
}

TEST_P(Idempotency, AReplayIsAnsweredBeyondTheRateOfTheKey) {
    const auto slow = as(raw_keys::slow);
    const auto id = slow.created(an_order(), key("k"));
    slow.created(an_order());
    ASSERT_EQ(slow.create(an_order()).status, 429);
    expect_replay(slow.create(an_order(), key("k")), id);
}

TEST_P(Idempotency, ARefusedOrderDoesNotUseItsKeyUp) {
    auto wrong = an_order();
    wrong["duration_seconds"] = -1;
    EXPECT_EQ(alice().create(wrong, key("k")).status, 422);
    const auto reply = alice().create(an_order(), key("k"));
    EXPECT_EQ(reply.status, 202);
    EXPECT_FALSE(reply.has("idempotency-replayed"));
}

TEST_P(Idempotency, TheKeyItselfIsNotKept) {
    const std::string marked = "key-that-nobody-stores-5d41";
    alice().wait_for(alice().created(an_order(), key(marked)), "succeeded");
    EXPECT_EQ(gateway->log().find(marked), std::string::npos);
    if (!redis)
        return;
    for (const auto& file : std::filesystem::directory_iterator(redis->folder() / "appendonlydir"))
        EXPECT_EQ(read_file(file.path()).find(marked), std::string::npos) << file.path();
}

}  // namespace
