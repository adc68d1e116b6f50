// What Prometheus reads.
#include "gateway/runtime/metrics.hpp"
#include "gateway/runtime/process_facts.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace {

using namespace gateway;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// The value of that very series; nothing when it is not there.
std::optional<double> value(const std::string& text, const std::string& series) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(series + " "))
            return std::stod(line.substr(series.size() + 1));
    return std::nullopt;
}

constexpr std::string_view get{"GET"}, post{"POST"}, route{"/v1/things"};

TEST(Metrics, RequestsAreCountedByMethodRouteAndStatus) {
    metrics counts;
    counts.request({get, route, 200, milliseconds{2}, milliseconds{1}});
    counts.request({get, route, 200, milliseconds{2}, milliseconds{1}});
    counts.request({get, route, 404, milliseconds{2}, milliseconds{1}});
    counts.request({post, route, 200, milliseconds{2}, milliseconds{1}});
    const std::string text = counts.text();
    const std::string family{"music_gateway_requests_total"};
    EXPECT_EQ(value(text, family + R"({method="GET",route="/v1/things",status="200"})"), 2);
    EXPECT_EQ(value(text, family + R"({method="GET",route="/v1/things",status="404"})"), 1);
    EXPECT_EQ(value(text, family + R"({method="POST",route="/v1/things",status="200"})"), 1);
}

TEST(Metrics, AddedLatencyIsWhatTheStoreDidNotTake) {
    metrics counts;
    counts.request({get, route, 200, microseconds{5'060}, microseconds{5'000}});
    const std::string text = counts.text();
    const std::string added{
        R"(music_gateway_added_latency_seconds_bucket{method="GET",route="/v1/things",le=)"};
    EXPECT_EQ(value(text, added + R"("5e-05"})"), 0);
    EXPECT_EQ(value(text, added + R"("0.0001"})"), 1);
    EXPECT_EQ(value(text, R"(music_gateway_request_duration_seconds_sum{method="GET",route="/v1/things"})"),
              0.00506);
}

TEST(Metrics, AWaitThatSeemsLongerThanTheRequestAddsNothing) {
    metrics counts;
    counts.request({get, route, 200, milliseconds{1}, milliseconds{2}});
    EXPECT_EQ(
        value(counts.text(), R"(music_gateway_added_latency_seconds_sum{method="GET",route="/v1/things"})"),
        0);
}

TEST(Metrics, EachRegistryHasItsOwnNumbersThoughThreadsRememberInstruments) {
    for (int each = 0; each < 3; ++each) {
        metrics counts;
        counts.job_ended("succeeded");
        counts.upstream_answer("create", "accepted");
        counts.upstream_answer("create", "throttled");
        counts.request({get, route, 200, milliseconds{1}, milliseconds{0}});
        const std::string text = counts.text();
        EXPECT_EQ(value(text, R"(music_gateway_jobs_ended_total{status="succeeded"})"), 1);
        EXPECT_EQ(value(text, R"(music_gateway_upstream_answers_total{call="create",kind="accepted"})"), 1);
        EXPECT_EQ(value(text, R"(music_gateway_upstream_answers_total{call="create",kind="throttled"})"), 1);
        EXPECT_EQ(
            value(text, R"(music_gateway_requests_total{method="GET",route="/v1/things",status="200"})"), 1);
    }
}

TEST(Metrics, ThreadsAddToTheSameNumbers) {
    metrics counts;
    constexpr int each_adds = 1'000;
    const auto add = [&] {
        for (int i = 0; i < each_adds; ++i)
            counts.unknown_outcome("waiting");
    };
    std::thread other{add};
    add();
    other.join();
    EXPECT_EQ(value(counts.text(), R"(music_gateway_unknown_outcomes_total{then="waiting"})"), 2 * each_adds);
}

TEST(Metrics, WhatAlertsWatchIsThereBeforeItHappens) {
    const std::string text = metrics{}.text();
    EXPECT_EQ(value(text, R"(music_gateway_unknown_outcomes_total{then="waiting"})"), 0);
    EXPECT_EQ(value(text, R"(music_gateway_webhooks_total{outcome="wrong_signature"})"), 0);
    EXPECT_EQ(value(text, R"(music_gateway_jobs_ended_total{status="failed"})"), 0);
    EXPECT_EQ(value(text, R"(music_gateway_credits_total{outcome="charged"})"), 0);
}

TEST(Metrics, LinksAreCountedUpAndDown) {
    metrics counts;
    counts.store_link(true);
    counts.store_link(true);
    counts.store_link(false);
    EXPECT_EQ(value(counts.text(), "music_gateway_store_links"), 1);
    EXPECT_EQ(value(counts.text(), "music_gateway_store_connects_total"), 2);
}

TEST(Metrics, JobReadsAreCountedByWhoKnewTheJob) {
    metrics counts;
    counts.job_read("cache");
    counts.job_read("cache");
    EXPECT_EQ(value(counts.text(), R"(music_gateway_job_reads_total{from="cache"})"), 2);
    EXPECT_EQ(value(counts.text(), R"(music_gateway_job_reads_total{from="redis"})"), 0);
}

TEST(Metrics, TimingsGoToTheirOwnSeries) {
    metrics counts;
    const timing saves = counts.store_calls("save"), claims = counts.store_calls("claim");
    saves.observe(milliseconds{3});
    saves.observe(milliseconds{3});
    claims.observe(milliseconds{3});
    const std::string text = counts.text();
    EXPECT_EQ(value(text, R"(music_gateway_store_duration_seconds_count{operation="save"})"), 2);
    EXPECT_EQ(value(text, R"(music_gateway_store_duration_seconds_count{operation="claim"})"), 1);
    EXPECT_EQ(value(text, R"(music_gateway_store_failures_total{operation="save"})"), 0)
        << "there from the start";
}

TEST(Metrics, ReadingsOfTheMomentAreWrittenAndEmptyOnesLeftOut) {
    const std::vector<reading> now{
        {"some_gauge", "Help.", reading::kind::gauge, {{{{"name", "a \"b\"\n"}}, 1.5}}},
        {"some_total", "Help.", reading::kind::counter, {{{}, 7}}},
        {"nothing_known", "Help.", reading::kind::gauge, {}},
    };
    const std::string text = metrics{}.text(now);
    EXPECT_EQ(value(text, R"(some_gauge{name="a \"b\"\n"})"), 1.5);
    EXPECT_EQ(value(text, "some_total"), 7);
    EXPECT_NE(text.find("# TYPE some_total counter"), std::string::npos);
    EXPECT_EQ(text.find("nothing_known"), std::string::npos);
}

double fact(const std::string& name) {
    for (const reading& each : process_facts())
        if (each.name == name)
            return each.samples.at(0).value;
    ADD_FAILURE() << name << " is missing";
    return -1;
}

TEST(ProcessFacts, AreThoseOfThisProcess) {
    EXPECT_GT(fact("process_resident_memory_bytes"), 1e6);
    EXPECT_GT(fact("process_virtual_memory_bytes"), fact("process_resident_memory_bytes"));
    EXPECT_GE(fact("process_cpu_seconds_total"), 0);
    EXPECT_GE(fact("process_threads"), 1);
    const double before = fact("process_open_fds");
    const std::unique_ptr<FILE, int (*)(FILE*)> one{std::fopen("/dev/null", "r"), std::fclose};
    EXPECT_EQ(fact("process_open_fds"), before + 1);
    EXPECT_GT(fact("process_max_fds"), before);
    const double now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    EXPECT_LT(fact("process_start_time_seconds"), now + 1);
    EXPECT_GT(fact("process_start_time_seconds"), now - 3'600);
}

}  // namespace
