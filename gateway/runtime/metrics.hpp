#pragma once
// What the gateway counts. One registry for the process; prometheus-cpp's instruments are thread-safe, so any
// thread may add.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
class Histogram;
}

namespace gateway {

// One histogram of durations, looked up once by whoever keeps it. Lives as long as the metrics it is from.
class timing {
public:
    void observe(std::chrono::nanoseconds took) const;

private:
    friend class metrics;
    explicit timing(prometheus::Histogram& into) : into_{&into} {}
    prometheus::Histogram* into_;
};

// An answered request. Method and route are texts of closed sets, in static storage.
struct answered_request {
    std::string_view method;
    std::string_view route;
    unsigned status = 0;
    std::chrono::nanoseconds took{0};    // from the request read to the answer composed
    std::chrono::nanoseconds waited{0};  // of that: for the store
};

// A family whose values are known only when somebody asks: what the store holds, what the system says of the
// process.
struct reading {
    enum class kind { gauge, counter };
    struct sample {
        std::vector<std::pair<std::string, std::string>> labels;
        double value = 0;
    };
    std::string name;
    std::string help;
    kind what = kind::gauge;
    std::vector<sample> samples;
};

class metrics {
public:
    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    // Label values are from closed sets (methods, route patterns, status numbers, our own enumerators), never
    // from clients, and have static storage: each thread remembers the instruments it has used by their
    // addresses.
    void request(const answered_request& what);
    void job_ended(std::string_view status);
    void upstream_answer(std::string_view call, std::string_view kind);
    void unknown_outcome(std::string_view then);  // "waiting", "failed", "resubmitted", "healed"
    // What jobs cost: "charged", "refunded", "unknown" when they ended, and "settled" for what was unknown
    // then and came to light later (it is then counted as what it turned out to be, too).
    void credits(std::string_view outcome, int amount);
    void credits_balance(double credits);
    void webhook(std::string_view outcome);
    void missed_poll();  // not made, because it came too late for its place in the budget
    void store_failure(std::string_view operation);
    void store_link(bool up);              // one came up, or went down
    void job_read(std::string_view from);  // "cache", "redis"

    timing store_calls(std::string_view operation);
    timing upstream_calls(std::string_view call);
    timing audio_work(std::string_view work);  // "measure", "master"; with its wait for a turn
    void audio_work_failed(std::string_view work);

    // Prometheus text format 0.0.4. Of `now` families without samples are left out.
    std::string text(const std::vector<reading>& now = {}) const;

private:
    struct instruments;
    std::unique_ptr<instruments> all_;
};

}  // namespace gateway
