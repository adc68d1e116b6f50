#pragma once
// The store's overview for whoever asks often (scrapes, each by several servers): the store is asked at most
// once a second, and never on a client's way.

#include "gateway/domain/job_store.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace gateway::app {

// Used on one thread; the store outlives it.
class overview_cache {
public:
    explicit overview_cache(job_store& store) : store_{store} {}

    // As the store answered within the last second, its failures too, so that a store that is away does not
    // hold up every scrape. Fails as job_store::overview.
    boost::asio::awaitable<result<store_overview>> latest() {
        if (clock::now() >= fresh_until_) {
            auto seen = co_await store_.overview(deadline::after(patience));
            seen_ = std::move(seen);
            fresh_until_ = clock::now() + std::chrono::seconds{1};
        }
        co_return seen_;
    }

private:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds patience{500};

    job_store& store_;
    result<store_overview> seen_{make_error_code(errc::store_unavailable)};
    clock::time_point fresh_until_{};
};

}  // namespace gateway::app
