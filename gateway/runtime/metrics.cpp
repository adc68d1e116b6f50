#include "gateway/runtime/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <atomic>
#include <vector>

namespace gateway {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries latency_buckets{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

std::atomic<unsigned> registries_made{0};

}  // namespace

struct metrics::instruments {
    const unsigned number = ++registries_made;  // never used again, as an address may be
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests =
        BuildCounter().Name("music_gateway_requests_total").Help("Requests answered.").Register(registry);
    prometheus::Family<prometheus::Histogram>& latency =
        BuildHistogram()
            .Name("music_gateway_request_duration_seconds")
            .Help("From the request read to the answer composed.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& ended = BuildCounter()
                                                         .Name("music_gateway_jobs_ended_total")
                                                         .Help("Jobs that reached a terminal status.")
                                                         .Register(registry);
    prometheus::Family<prometheus::Counter>& upstream = BuildCounter()
                                                            .Name("music_gateway_upstream_answers_total")
                                                            .Help("Producer answers by call and reading.")
                                                            .Register(registry);
    prometheus::Family<prometheus::Counter>& unknown =
        BuildCounter()
            .Name("music_gateway_unknown_outcomes_total")
            .Help("Paid calls whose answer was lost, by what was done about it.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& credits =
        BuildCounter()
            .Name("music_gateway_credits_total")
            .Help("Credits of jobs that ended, by what became of them.")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& webhooks = BuildCounter()
                                                            .Name("music_gateway_webhooks_total")
                                                            .Help("Webhook deliveries by what they led to.")
                                                            .Register(registry);
    prometheus::Family<prometheus::Counter>& missed_polls =
        BuildCounter()
            .Name("music_gateway_missed_polls_total")
            .Help("Polls put off because they came too late for their place in the budget.")
            .Register(registry);
    prometheus::Family<prometheus::Gauge>& balance = BuildGauge()
                                                         .Name("music_gateway_credits_balance")
                                                         .Help("Credits left, as last read.")
                                                         .Register(registry);
    prometheus::Family<prometheus::Gauge>& gates = BuildGauge()
                                                       .Name("music_gateway_gate_shut")
                                                       .Help("1 while the gate refuses creates.")
                                                       .Register(registry);
    prometheus::Family<prometheus::Counter>& store_failures = BuildCounter()
                                                                  .Name("music_gateway_store_failures_total")
                                                                  .Help("Job store calls that failed.")
                                                                  .Register(registry);
};

metrics::metrics() : all_{std::make_unique<instruments>()} {}
metrics::~metrics() = default;

namespace {

// Looking an instrument up by its labels costs more than some requests. Each thread remembers those it has
// used: there are as many as routes and statuses.
struct known_request {
    unsigned registry;
    const char* route;  // static storage, so its address is enough
    unsigned status;
    prometheus::Counter* count;
    prometheus::Histogram* latency;
};

}  // namespace

void metrics::request(std::string_view route, unsigned status, std::chrono::nanoseconds took) {
    thread_local std::vector<known_request> used;
    auto found = std::find_if(used.begin(), used.end(), [&](const known_request& each) {
        return each.route == route.data() && each.status == status && each.registry == all_->number;
    });
    if (found == used.end()) {
        const std::string name{route};
        used.push_back({all_->number, route.data(), status,
                        &all_->requests.Add({{"route", name}, {"status", std::to_string(status)}}),
                        &all_->latency.Add({{"route", name}}, latency_buckets)});
        found = used.end() - 1;
    }
    found->count->Increment();
    found->latency->Observe(std::chrono::duration<double>(took).count());
}

void metrics::job_ended(std::string_view status) {
    all_->ended.Add({{"status", std::string{status}}}).Increment();
}

void metrics::upstream_answer(std::string_view call, std::string_view kind) {
    all_->upstream.Add({{"call", std::string{call}}, {"kind", std::string{kind}}}).Increment();
}

void metrics::unknown_outcome(std::string_view then) {
    all_->unknown.Add({{"then", std::string{then}}}).Increment();
}

void metrics::credits_balance(double credits) {
    all_->balance.Add({}).Set(credits);
}

void metrics::credits(std::string_view outcome, int amount) {
    all_->credits.Add({{"outcome", std::string{outcome}}}).Increment(amount);
}

void metrics::webhook(std::string_view outcome) {
    all_->webhooks.Add({{"outcome", std::string{outcome}}}).Increment();
}

void metrics::missed_poll() {
    all_->missed_polls.Add({}).Increment();
}

void metrics::gate(std::string_view name, bool shut) {
    all_->gates.Add({{"gate", std::string{name}}}).Set(shut ? 1 : 0);
}

void metrics::store_failure(std::string_view operation) {
    all_->store_failures.Add({{"operation", std::string{operation}}}).Increment();
}

std::string metrics::text() const {
    return prometheus::TextSerializer{}.Serialize(all_->registry.Collect());
}

}  // namespace gateway
