#include "gateway/app/server.hpp"

#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>

namespace gateway::app {

namespace asio = boost::asio;

namespace {

// What drain leaves of its time for closing links and ending threads.
constexpr milliseconds closing_time{1'000};
constexpr milliseconds admin_patience{500};

std::vector<std::unique_ptr<service_thread>> make_threads(std::size_t count) {
    std::vector<std::unique_ptr<service_thread>> threads;
    for (std::size_t i = 0; i < count; ++i)
        threads.push_back(std::make_unique<service_thread>());
    return threads;
}

asio::awaitable<std::optional<reload>> read_again(const server::reloader& again) {
    co_return again();
}

}  // namespace

server::server(server_plan plan, metrics& counts, readiness& state, const equipment& equip,
               const admin_maker& make_admin)
    : plan_{std::move(plan)},
      state_{state},
      threads_{make_threads(plan_.threads)},
      signals_{first_context()} {
    std::vector<http::connection_group*> groups;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        threads_[i]->equip(equip(threads_[i]->context(), i), plan_.http, counts, plan_.tls);
        groups.push_back(&threads_[i]->connections());
    }
    admin_face_ = make_admin();
    admin_connections_ =
        std::make_unique<http::connection_group>(first_context(), *admin_face_, plan_.http, counts);
    clients_ = std::make_unique<http::listener>(first_context(), plan_.listen, plan_.http, std::move(groups));
    http::server_settings for_admins = plan_.http;
    for_admins.connections_per_address =
        0;  // a limit of clients; those who look after us come from one place
    admins_ = std::make_unique<http::listener>(first_context(), plan_.admin, for_admins,
                                               std::vector{admin_connections_.get()});
    duties_ = std::make_unique<task_group>(first_context(), log_failure_as("server_task_failed"));
}

server::~server() = default;

void server::run(reloader again, const std::function<void()>& serving) {
    reload_ = std::move(again);
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.add(SIGHUP);
    for (auto& thread : threads_)
        thread->start();
    duties_->spawn(watch_signals());
    clients_->start();
    admins_->start();
    serving();

    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads_.size(); ++i)
        others.emplace_back([&thread = *threads_[i]] { thread.run(); });
    threads_.front()->run();
    for (std::thread& each : others)
        each.join();
}

asio::awaitable<void> server::watch_signals() {
    for (;;) {
        const auto [failed, signal] = co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (failed)
            co_return;
        if (signal != SIGHUP)
            break;
        co_await reload_all();
    }
    log::info("draining", {{"drain_ms", plan_.drain.count()}});
    co_await shut_down();
}

asio::awaitable<void> server::reload_all() {
    auto reading = asio::co_spawn(files_, read_again(reload_), asio::use_awaitable);
    std::optional<reload> changed = co_await std::move(reading);
    if (!changed)
        co_return;
    for (auto& thread : threads_)
        thread->post_reload(*changed);
    log::info("reloaded", {{"engines", changed->clients->engines.size()},
                           {"keys", changed->clients->keys.size()},
                           {"certificate_until", changed->certificate_until}});
}

asio::awaitable<void> server::shut_down() {
    state_.set_draining();
    co_await clients_->stop();
    std::size_t left = threads_.size();
    asio::steady_timer all_done{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    for (auto& thread : threads_)
        duties_->spawn(drain_one(*thread, all_done, left));
    while (left > 0)
        co_await all_done.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await admins_->stop();
    co_await admin_connections_->drain(admin_patience);
    for (auto& thread : threads_)
        thread->release();
}

// Runs on the first thread, and the drain itself on its own.
asio::awaitable<void> server::drain_one(service_thread& thread, asio::steady_timer& all_done,
                                        std::size_t& left) {
    const milliseconds patience = std::max(milliseconds{0}, plan_.drain - closing_time);
    auto drained = asio::co_spawn(thread.context(), thread.drain(patience), asio::use_awaitable);
    co_await std::move(drained);
    if (--left == 0)
        all_done.cancel();
}

}  // namespace gateway::app
