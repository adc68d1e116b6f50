// What /metrics says beyond what was counted: the store, the gates, the limits.
#include "gateway/app/metrics_page.hpp"
#include "tests/support/await.hpp"
#include "tests/unit/service/scripted_store.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace gateway;
namespace asio = boost::asio;

class MetricsPage : public testing::Test {
protected:
    asio::io_context context{1};
    scripted_store store;
    metrics counts;
    app::readiness state;
    service::gate_view gates;
    work::circuits upstream;
    std::shared_ptr<service::policy> rules = std::make_shared<service::policy>(std::vector<api_key>{}, true);
    http::connection_counts clients{2, 5, 1};
    app::metrics_page page{{.store = store,
                            .counts = counts,
                            .state = state,
                            .gates = gates,
                            .upstream = upstream,
                            .rules = [this] { return rules; },
                            .clients = [this] { return clients; },
                            .version = "1.2.3",
                            .store_kind = "redis"}};

    void SetUp() override {
        engine studio;
        studio.engine_key = "studio";
        studio.model = "FUZZ-2.0";
        rules->engines.push_back(studio);
        rules->limits.max_in_flight = 7;
        store.seen = {.queued = 3,
                      .pausing = 2,
                      .submitting = 1,
                      .running = 4,
                      .oldest_wait = milliseconds{12'500},
                      .look_lag = milliseconds{250}};
    }

    std::string text() { return tests::await(context, page.text()); }
    static bool says(const std::string& text, const std::string& line) {
        return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
    }
};

TEST_F(MetricsPage, TellsOfTheStoresContents) {
    const std::string page = text();
    EXPECT_TRUE(says(page, "music_gateway_store_up 1"));
    EXPECT_TRUE(says(page, R"(music_gateway_jobs{status="queued"} 3)"));
    EXPECT_TRUE(says(page, R"(music_gateway_jobs{status="waiting"} 2)"));
    EXPECT_TRUE(says(page, R"(music_gateway_jobs{status="submitting"} 1)"));
    EXPECT_TRUE(says(page, R"(music_gateway_jobs{status="running"} 4)"));
    EXPECT_TRUE(says(page, "music_gateway_oldest_queued_job_age_seconds 12.5"));
    EXPECT_TRUE(says(page, "music_gateway_poll_lag_seconds 0.25"));
    EXPECT_TRUE(says(page, "music_gateway_in_flight_limit 7"));
}

TEST_F(MetricsPage, AsksTheStoreOnceASecondHoweverManyScrape) {
    for (int each = 0; each < 5; ++each)
        text();
    EXPECT_EQ(std::count(store.calls.begin(), store.calls.end(), "overview"), 1);
}

TEST_F(MetricsPage, LeavesOutWhatAStoreThatIsAwayWouldKnow) {
    store.failure = errc::store_unavailable;
    const std::string page = text();
    EXPECT_TRUE(says(page, "music_gateway_store_up 0"));
    EXPECT_EQ(page.find("music_gateway_jobs{"), std::string::npos);
    EXPECT_TRUE(says(page, R"(music_gateway_gate_shut{gate="credits"} 0)")) << "the rest is still told";
    text();
    EXPECT_EQ(std::count(store.calls.begin(), store.calls.end(), "overview"), 1)
        << "nor is every scrape held up";
}

TEST_F(MetricsPage, ShowsTheGatesAsThisProcessKnowsThemNow) {
    gateway::gates shut;
    shut.credits_shut_for = milliseconds{5};
    shut.access_retry_in = milliseconds{-5};
    shut.throttled_for = milliseconds{60'000};
    shut.retired = {retirement_key("studio", "FUZZ-2.0"), retirement_key("gone", "OLD")};
    gates.update(shut, service::gate_view::clock::now());
    const std::string page = text();
    for (const char* gate : {"credits", "access", "throttle", "retired"})
        EXPECT_TRUE(says(page, "music_gateway_gate_shut{gate=\"" + std::string{gate} + "\"} 1")) << gate;
    EXPECT_TRUE(says(page, R"(music_gateway_gate_shut{gate="circuit"} 0)"));
    EXPECT_TRUE(says(page, R"(music_gateway_engine_retired{engine="studio"} 1)"));
    EXPECT_EQ(page.find("gone"), std::string::npos) << "only configured engines";
}

TEST_F(MetricsPage, AThrottleEndsByItself) {
    gateway::gates throttled;
    throttled.throttled_for = milliseconds{60'000};
    gates.update(throttled, service::gate_view::clock::now() - std::chrono::minutes{2});
    EXPECT_TRUE(says(text(), R"(music_gateway_gate_shut{gate="throttle"} 0)"));
}

TEST_F(MetricsPage, AnOpenCircuitIsAShutGate) {
    const auto now = work::circuit::clock::now();
    for (int each = 0; each < 10; ++each)
        upstream.creates.failed("job " + std::to_string(each), now);
    EXPECT_TRUE(says(text(), R"(music_gateway_gate_shut{gate="circuit"} 1)"));
}

TEST_F(MetricsPage, SaysWhatRunsAndWhoIsConnected) {
    const std::string page = text();
    EXPECT_TRUE(says(page, R"(music_gateway_build_info{version="1.2.3",store="redis"} 1)"));
    EXPECT_TRUE(says(page, "music_gateway_client_connections 2"));
    EXPECT_TRUE(says(page, "music_gateway_client_connections_accepted_total 5"));
    EXPECT_TRUE(says(page, "music_gateway_client_connections_refused_total 1"));
    EXPECT_TRUE(says(page, R"(music_gateway_engine_credits{engine="studio"} 10)"));
    EXPECT_NE(page.find("process_resident_memory_bytes "), std::string::npos);
}

}  // namespace
