#include "gateway/runtime/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <atomic>

namespace gateway {

namespace {

using buckets = prometheus::Histogram::BucketBoundaries;
template <class Instrument>
using family = prometheus::Family<Instrument>;
using counters = family<prometheus::Counter>;
using gauges = family<prometheus::Gauge>;
using histograms = family<prometheus::Histogram>;

const buckets answer_buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                             0.025,  0.05,    0.1,    0.25,  0.5,    1,     5};
const buckets own_time_buckets{0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                               0.005,    0.01,    0.025,  0.05,    0.1,    0.25,  1};
const buckets upstream_buckets{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 300};

std::atomic<unsigned> registries_made{0};

counters& counter(prometheus::Registry& into, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(into);
}
gauges& gauge(prometheus::Registry& into, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(into);
}
histograms& histogram(prometheus::Registry& into, const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(into);
}

// A series that appears with its first event shows no increase for it, so those that alerts watch are there
// from the start.
void begin_at_zero(counters& each, const char* label, std::initializer_list<const char*> values) {
    for (const char* value : values)
        each.Add({{label, value}});
}

// Looking an instrument up by its labels costs more than some requests. Each thread remembers those it has
// used: there are as many as combinations of closed sets.
struct known_counter {
    const void* family;  // of a registry that may be gone by now: only compared, with the registry's number
    unsigned registry;
    const char* first;
    const char* second;
    prometheus::Counter* count;
};

struct known_request {
    unsigned registry;
    const char* method;
    const char* route;
    unsigned status;
    prometheus::Counter* count;
    prometheus::Histogram* took;
    prometheus::Histogram* own_time;
};

struct label {
    const char* name;
    std::string_view value;
};

prometheus::Counter& remembered(counters& of, unsigned registry, label first, label second = {"", {}}) {
    thread_local std::vector<known_counter> used;
    for (const known_counter& each : used)
        if (each.family == &of && each.registry == registry && each.first == first.value.data() &&
            each.second == second.value.data())
            return *each.count;
    prometheus::Labels labels{{first.name, std::string{first.value}}};
    if (!second.value.empty())
        labels.emplace(second.name, std::string{second.value});
    prometheus::Counter& count = of.Add(labels);
    used.push_back({&of, registry, first.value.data(), second.value.data(), &count});
    return count;
}

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

void timing::observe(std::chrono::nanoseconds took) const {
    into_->Observe(seconds(took));
}

struct metrics::instruments {
    const unsigned number = ++registries_made;  // never used again, as an address may be
    prometheus::Registry registry;
    counters& requests = counter(registry, "music_gateway_requests_total", "Requests answered.");
    histograms& took = histogram(registry, "music_gateway_request_duration_seconds",
                                 "From the request read to the answer composed.");
    histograms& own_time = histogram(registry, "music_gateway_added_latency_seconds",
                                     "The same without the time spent waiting for the store.");
    histograms& store_calls = histogram(registry, "music_gateway_store_duration_seconds",
                                        "Job store calls, of requests and of the work on jobs.");
    counters& store_failures = counter(registry, "music_gateway_store_failures_total",
                                       "Job store calls that got no answer, were refused, or came too late.");
    gauges& store_links =
        gauge(registry, "music_gateway_store_links",
              "Connections to Redis that are up, of this process; 0 with the memory store.");
    counters& store_connects = counter(registry, "music_gateway_store_connects_total",
                                       "Connections to Redis that came up, of this process.");
    counters& job_reads = counter(registry, "music_gateway_job_reads_total",
                                  "Single jobs read for clients, by who knew the job.");
    histograms& upstream_calls = histogram(registry, "music_gateway_upstream_duration_seconds",
                                           "Calls to the producer; fetch is one whole audio file.");
    counters& upstream_answers =
        counter(registry, "music_gateway_upstream_answers_total",
                "Producer answers by call and reading. A look that the open circuit kept back is transient.");
    histograms& audio_work = histogram(registry, "music_gateway_audio_work_duration_seconds",
                                       "Measuring clips and making masters, with the wait for their turn.");
    counters& audio_work_failures = counter(registry, "music_gateway_audio_work_failures_total",
                                            "Audio work that failed, or was broken off.");
    counters& jobs_ended =
        counter(registry, "music_gateway_jobs_ended_total", "Jobs that reached a terminal status.");
    counters& unknown_outcomes = counter(registry, "music_gateway_unknown_outcomes_total",
                                         "Paid calls whose answer was lost, by what was done about it.");
    counters& credits = counter(registry, "music_gateway_credits_total",
                                "Credits of jobs that ended, by what became of them.");
    gauges& balance = gauge(registry, "music_gateway_credits_balance", "Credits left, as last read.");
    counters& webhooks =
        counter(registry, "music_gateway_webhooks_total", "Webhook deliveries by what they led to.");
    counters& missed_polls =
        counter(registry, "music_gateway_missed_polls_total",
                "Polls put off because they came too late for their place in the budget.");

    instruments() {
        begin_at_zero(jobs_ended, "status", {"succeeded", "failed", "refused", "cancelled"});
        begin_at_zero(unknown_outcomes, "then", {"waiting", "failed", "resubmitted", "healed"});
        begin_at_zero(credits, "outcome", {"charged", "refunded", "unknown", "settled"});
        begin_at_zero(webhooks, "outcome",
                      {"healed", "look_now", "repeated", "late", "stale", "other_task", "wrong_signature",
                       "not_readable", "unknown_token", "unknown_job", "store_unavailable"});
        missed_polls.Add({});
        store_links.Add({});
        store_connects.Add({});
        begin_at_zero(job_reads, "from", {"cache", "redis"});
    }
};

metrics::metrics() : all_{std::make_unique<instruments>()} {}
metrics::~metrics() = default;

void metrics::request(const answered_request& what) {
    thread_local std::vector<known_request> used;
    auto found = std::find_if(used.begin(), used.end(), [&](const known_request& each) {
        return each.route == what.route.data() && each.method == what.method.data() &&
               each.status == what.status && each.registry == all_->number;
    });
    if (found == used.end()) {
        const prometheus::Labels labels{{"method", std::string{what.method}},
                                        {"route", std::string{what.route}}};
        prometheus::Labels with_status = labels;
        with_status.emplace("status", std::to_string(what.status));
        used.push_back({all_->number, what.method.data(), what.route.data(), what.status,
                        &all_->requests.Add(with_status), &all_->took.Add(labels, answer_buckets),
                        &all_->own_time.Add(labels, own_time_buckets)});
        found = used.end() - 1;
    }
    found->count->Increment();
    found->took->Observe(seconds(what.took));
    found->own_time->Observe(seconds(std::max(what.took - what.waited, std::chrono::nanoseconds{0})));
}

void metrics::job_ended(std::string_view status) {
    remembered(all_->jobs_ended, all_->number, {"status", status}).Increment();
}

void metrics::upstream_answer(std::string_view call, std::string_view kind) {
    remembered(all_->upstream_answers, all_->number, {"call", call}, {"kind", kind}).Increment();
}

void metrics::unknown_outcome(std::string_view then) {
    remembered(all_->unknown_outcomes, all_->number, {"then", then}).Increment();
}

void metrics::credits(std::string_view outcome, int amount) {
    remembered(all_->credits, all_->number, {"outcome", outcome}).Increment(amount);
}

void metrics::credits_balance(double credits) {
    all_->balance.Add({}).Set(credits);
}

void metrics::webhook(std::string_view outcome) {
    remembered(all_->webhooks, all_->number, {"outcome", outcome}).Increment();
}

void metrics::missed_poll() {
    all_->missed_polls.Add({}).Increment();
}

void metrics::store_failure(std::string_view operation) {
    remembered(all_->store_failures, all_->number, {"operation", operation}).Increment();
}

void metrics::audio_work_failed(std::string_view work) {
    remembered(all_->audio_work_failures, all_->number, {"work", work}).Increment();
}

void metrics::store_link(bool up) {
    all_->store_links.Add({}).Increment(up ? 1 : -1);
    if (up)
        all_->store_connects.Add({}).Increment();
}

void metrics::job_read(std::string_view from) {
    remembered(all_->job_reads, all_->number, {"from", from}).Increment();
}

timing metrics::store_calls(std::string_view operation) {
    const prometheus::Labels labels{{"operation", std::string{operation}}};
    all_->store_failures.Add(labels);
    return timing{all_->store_calls.Add(labels, answer_buckets)};
}

timing metrics::upstream_calls(std::string_view call) {
    return timing{all_->upstream_calls.Add({{"call", std::string{call}}}, upstream_buckets)};
}

timing metrics::audio_work(std::string_view work) {
    all_->audio_work_failures.Add({{"work", std::string{work}}});  // shown from the start, at zero
    return timing{all_->audio_work.Add({{"work", std::string{work}}}, upstream_buckets)};
}

std::string metrics::text(const std::vector<reading>& now) const {
    auto families = all_->registry.Collect();
    for (const reading& each : now) {
        if (each.samples.empty())
            continue;
        const bool counts = each.what == reading::kind::counter;
        prometheus::MetricFamily made{
            each.name,
            each.help,
            counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
            {}};
        for (const reading::sample& sample : each.samples) {
            prometheus::ClientMetric metric;
            for (const auto& [name, value] : sample.labels)
                metric.label.push_back({name, value});
            (counts ? metric.counter.value : metric.gauge.value) = sample.value;
            made.metric.push_back(std::move(metric));
        }
        families.push_back(std::move(made));
    }
    return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace gateway
