#include "gateway/app/measured_workshop.hpp"

namespace gateway::app {

namespace asio = boost::asio;

namespace {

// Counts what is broken off by a cancellation as failed: nothing came of it.
class stopwatch {
public:
    stopwatch(timing& into, metrics& counts, std::string_view work)
        : into_{into}, counts_{counts}, work_{work} {}
    stopwatch(const stopwatch&) = delete;
    stopwatch& operator=(const stopwatch&) = delete;
    ~stopwatch() {
        into_.observe(deadline::clock::now() - began_);
        if (!succeeded_)
            counts_.audio_work_failed(work_);
    }
    void succeeded(bool now) { succeeded_ = now; }

private:
    timing& into_;
    metrics& counts_;
    std::string_view work_;
    deadline::clock::time_point began_ = deadline::clock::now();
    bool succeeded_ = false;
};

template <class Made>
asio::awaitable<result<Made>> measured(timing& into, metrics& counts, std::string_view work,
                                       asio::awaitable<result<Made>> begun) {
    stopwatch watch{into, counts, work};
    auto made = co_await std::move(begun);
    watch.succeeded(made.has_value());
    co_return made;
}

}  // namespace

measured_workshop::measured_workshop(audio_workshop& inner, metrics& counts)
    : inner_{inner},
      counts_{counts},
      make_{counts.audio_work("master")},
      measure_{counts.audio_work("measure")} {}

asio::awaitable<result<stored_audio>> measured_workshop::make(master_order order, deadline by) {
    return measured(make_, counts_, "master", inner_.make(std::move(order), by));
}

asio::awaitable<result<measured_audio>> measured_workshop::measure(archived_audio of, deadline by) {
    return measured(measure_, counts_, "measure", inner_.measure(std::move(of), by));
}

}  // namespace gateway::app
