#include "gateway/app/service_thread.hpp"

#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>

namespace gateway::app {

namespace asio = boost::asio;

namespace {

constexpr milliseconds background_patience{2'000};

}  // namespace

service_thread::service_thread()
    : keep_running_{context_.get_executor()},
      background_{context_, log_failure_as("background_failed")},
      work_{context_, log_failure_as("worker_failed")} {}

void service_thread::equip(std::unique_ptr<thread_parts> parts, const http::server_settings& settings,
                           metrics& counts, http::tls_settings tls) {
    parts_ = std::move(parts);
    connections_ =
        std::make_unique<http::connection_group>(context_, parts_->face(), settings, counts, std::move(tls));
}

void service_thread::start() {
    for (auto& task : parts_->background())
        background_.spawn(std::move(task));
    work_.spawn(parts_->worker().run());
}

void service_thread::run() {
    context_.run();
}

// Requests end first or meanwhile; the worker stops claiming at once. Background links stay up until both are
// done, since both write to the store to the end.
asio::awaitable<void> service_thread::drain(milliseconds patience) {
    using namespace asio::experimental::awaitable_operators;
    const auto by = deadline::after(patience);
    auto requests = connections_->drain(patience);
    auto jobs = parts_->worker().drain();
    const bool all_answered = co_await (std::move(requests) && std::move(jobs));
    if (!all_answered)
        log::warning("connections_cut", {{"patience_ms", patience.count()}});
    // The last requests may have started jobs; only now nobody can.
    const auto left = std::chrono::floor<milliseconds>(by.at() - deadline::clock::now());
    co_await parts_->worker().finish(std::max(milliseconds{0}, left));
    co_await work_.join(background_patience);
    work_.cancel();
    background_.cancel();
    co_await background_.join(background_patience);
    co_await parts_->close();
}

void service_thread::release() {
    asio::post(context_, [this] { keep_running_.reset(); });
}

void service_thread::post_reload(reload changed) {
    asio::post(context_, [this, changed = std::move(changed)] {
        parts_->use(changed);
        connections_->use(changed.tls);
    });
}

}  // namespace gateway::app
