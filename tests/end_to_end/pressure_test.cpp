// More orders than upstream takes, an upstream that is away, and jobs that break whoever touches them:
// everybody else is served all the same.
#include "tests/support/redis_record.hpp"
#include "tests/support/stage.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace end_to_end;
namespace json = boost::json;

class Pressure : public StageOnStore {
protected:
    std::vector<std::string> order(const music_client& client, int count, const std::string& what) const {
        std::vector<std::string> ids;
        for (int each = 0; each < count; ++each)
            ids.push_back(client.created(an_order(what + " " + std::to_string(each))));
        return ids;
    }
    // The place of the first task whose sound speaks of `what`, in the order of acceptance.
    std::size_t place_of(const std::string& what) const {
        const auto tasks = simulator->state().at("tasks").as_array();
        for (std::size_t at = 0; at < tasks.size(); ++at)
            if (json::serialize(tasks[at]).find(what) != std::string::npos)
                return at;
        return tasks.size();
    }
    std::int64_t metric(const std::string& line_start) const {
        const auto text = ask(gateway->admin(), {"GET", "/metrics"}).body;
        const auto at = text.find("\n" + line_start + " ");
        return at == std::string::npos ? 0 : std::stoll(text.substr(at + line_start.size() + 2));
    }
    bool circuit_is_open() const { return metric(R"(music_gateway_gate_shut{gate="circuit"})") == 1; }
    std::int64_t ended_as(const std::vector<std::string>& ids, const std::string& status) const {
        return std::count_if(ids.begin(), ids.end(),
                             [&](const std::string& id) { return alice().status(id) == status; });
    }
};

TEST_P(Pressure, ManyJobsOfOneOrganizationDelayAnothersByNoMoreThanATurn) {
    config.set("producer.max_in_flight", "2");
    start();
    simulator->by_default(R"({"task": {"pending_ms": 0, "running_ms": 100}})");
    order(alice(), 150, "flood");
    const auto before = simulator->count("creates_accepted");
    const auto single = as(raw_keys::carol, "org_other").created(an_order("single"));
    as(raw_keys::carol, "org_other").wait_for(single, "succeeded");
    // Those in flight or just being claimed, and one turn of the other.
    EXPECT_LE(static_cast<std::int64_t>(place_of("single")), before + 2 * 2 + 1);
    EXPECT_LT(simulator->count("creates_accepted"), 150) << "or nobody had to wait";
    EXPECT_LE(simulator->count("max_concurrent_seen"), 2);
}

TEST_P(Pressure, AnOrganizationsShareLeavesSlotsToOthers) {
    config.set("producer.max_in_flight", "3").set("limits.in_flight_per_organization", "2");
    start();
    simulator->by_default(R"({"task": {"running_ms": 60000}})");
    order(alice(), 10, "flood");
    ASSERT_TRUE(eventually([&] { return simulator->count("creates_accepted") == 2; }));
    const auto single = as(raw_keys::carol, "org_other").created(an_order("single"));
    as(raw_keys::carol, "org_other").wait_for(single, "running");
    EXPECT_EQ(simulator->count("creates_accepted"), 3);
}

TEST_P(Pressure, AnUpstreamThatIsGoneIsLeftAloneAndNothingIsLost) {
    start();
    simulator->stop();
    const auto ids = order(alice(), 30, "patient");
    ASSERT_TRUE(eventually([&] { return circuit_is_open(); }));
    const auto tried = metric(R"(music_gateway_upstream_answers_total{call="create",kind="not_delivered"})");
    EXPECT_LE(tried, 40) << "not every job has to run into it again and again";
    simulator->restart();
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("creates_accepted"), 30);
    EXPECT_EQ(simulator->count("most_tasks_per_key"), 1);
    EXPECT_TRUE(eventually([&] { return !circuit_is_open(); }));
}

TEST_P(Pressure, AnUpstreamThatHangsCostsAFewJobsAndNotTheQueue) {
    config.set("producer.max_in_flight", "3").set("producer.create_timeout", "500ms");
    start();
    simulator->by_default(R"({"create": {"answer": "hang"}})");
    const auto ids = order(alice(), 40, "patient");
    ASSERT_TRUE(eventually([&] { return circuit_is_open(); }));
    simulator->by_default("{}");
    for (const auto& id : ids)
        alice().wait_for_end(id);
    EXPECT_LE(ended_as(ids, "failed"), 12);
    EXPECT_EQ(ended_as(ids, "failed") + ended_as(ids, "succeeded"), 40);
}

TEST_P(Pressure, ATaskThatNeverAnswersSenseFailsAndHoldsUpNobody) {
    config.set("producer.poll.deadline", "3s");
    start();
    std::string nonsense;
    for (int each = 0; each < 200; ++each)
        nonsense += std::string{each == 0 ? "" : ", "} + R"({"kind": "not_json"})";
    simulator->rule(R"({"sound_contains": "poison"})", R"({"poll": {"faults": [)" + nonsense + "]}}");
    const auto bad = alice().created(an_order("poison"));
    for (const auto& id : order(alice(), 5, "fine"))
        alice().wait_for(id, "succeeded");
    alice().wait_for(bad, "failed");
}

ON_BOTH_STORES(Pressure);

class PressureOnRedis : public Pressure {};

TEST_P(PressureOnRedis, TwoGatewaysTogetherKeepTheLimitOfTasksInFlight) {
    config.set("producer.max_in_flight", "3");
    start();
    const auto other = another_gateway("other");
    const music_client there{other->url(), raw_keys::alice};
    auto ids = order(alice(), 20, "here");
    for (const auto& id : order(there, 20, "there"))
        ids.push_back(id);
    for (const auto& id : ids)
        alice().wait_for(id, "succeeded");
    EXPECT_EQ(simulator->count("max_concurrent_seen"), 3);
    EXPECT_EQ(simulator->count("creates_accepted"), 40);
}

TEST_P(PressureOnRedis, ADamagedRecordFailsAndHoldsUpNobody) {
    start();
    simulator->by_default(R"({"task": {"running_ms": 1000}})");
    const auto ids = order(alice(), 6, "fine");
    for (const auto& id : ids)
        alice().wait_for(id, "running");
    redis->command(tests::with_field("mg:{jobs}:job:" + ids[0], "st", "?"));
    redis->command(tests::with_field("mg:{jobs}:job:" + ids[1], "ac", "yesterday"));
    redis->command(tests::with_request("mg:{jobs}:job:" + ids[2], "\xFF{"));
    for (int each = 0; each < 3; ++each)
        EXPECT_TRUE(eventually([&] {
            const auto reply = alice().get(ids[each]);
            return reply.status == 200 && text(reply.json().as_object(), "status") == "failed" &&
                   !text(reply.json().as_object(), "error_message").empty();
        })) << each;
    for (int each = 3; each < 6; ++each)
        alice().wait_for(ids[each], "succeeded");
    alice().wait_for(alice().created(an_order("after")), "succeeded");
    EXPECT_EQ(alice().list().status, 200);
}

INSTANTIATE_TEST_SUITE_P(Store, PressureOnRedis, testing::Values(store_kind::redis), name_of_store);

}  // namespace
