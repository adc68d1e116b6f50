#pragma once
// What the gateway counts. One registry for the process; prometheus-cpp's counters are atomics, so any thread
// may add.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace gateway {

class metrics {
public:
    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    // Label values are from closed sets (route patterns, status numbers, our own enumerators), never from
    // clients. `route` has static storage.
    void request(std::string_view route, unsigned status, std::chrono::nanoseconds took);
    void job_ended(std::string_view status);
    void upstream_answer(std::string_view call, std::string_view kind);
    void unknown_outcome(std::string_view then);  // "waiting", "failed", "resubmitted"
    void credits_balance(double credits);
    // What jobs cost: "charged", "refunded", "unknown" when they ended, and "settled" for what was unknown
    // then and came to light later (it is then counted as what it turned out to be, too).
    void credits(std::string_view outcome, int amount);
    void webhook(std::string_view outcome);
    void missed_poll();  // not made, because it came too late for its place in the budget
    void gate(std::string_view name, bool shut);
    void store_failure(std::string_view operation);

    // Prometheus text format 0.0.4.
    std::string text() const;

private:
    struct instruments;
    std::unique_ptr<instruments> all_;
};

}  // namespace gateway
