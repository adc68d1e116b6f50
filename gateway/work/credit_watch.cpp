#include "gateway/work/credit_watch.hpp"

#include "gateway/runtime/log.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

constexpr milliseconds store_patience{5'000};

// With credits for the cheapest engine there is something to sell again.
int enough_credits(const std::vector<engine>& engines) {
    int least = 10;
    for (const engine& each : engines)
        least = &each == &engines.front() ? each.credits : std::min(least, each.credits);
    return least;
}

}  // namespace

asio::awaitable<void> credit_watch::run() {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        co_await check();
        timer.expires_after(policy_->credits_check_every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> credit_watch::check() {
    const auto answer = co_await backend_.credits(deadline::after(policy_->poll_timeout));
    if (const auto* denied = std::get_if<credits_answer::access_denied>(&answer)) {
        log::error("credits_denied", {{"reason", denied->reason}});
        co_return;
    }
    const auto* balance = std::get_if<credits_answer::balance>(&answer);
    if (!balance) {
        log::warning("credits_unknown", {{"reason", std::get<credits_answer::transient>(answer).reason}});
        co_return;
    }
    counts_.credits_balance(balance->credits);
    gates_.saw_balance(balance->credits, service::gate_view::clock::now());
    const gates shut = gates_.at(service::gate_view::clock::now());
    if (shut.credits_shut_for && balance->credits >= enough_credits(policy_->engines)) {
        gate_change change = open_credits{};
        co_await open(std::move(change), "credits");
    }
    if (shut.access_retry_in) {
        gate_change change = open_access{};
        co_await open(std::move(change), "access");
    }
}

asio::awaitable<void> credit_watch::open(gate_change gate, const char* name) {
    auto changed = co_await store_.change_gates(std::move(gate), deadline::after(store_patience));
    if (!changed) {
        log::warning("gate_not_opened", {{"gate", name}, {"reason", changed.error().message()}});
        co_return;
    }
    gates_.update(std::move(*changed), service::gate_view::clock::now());
    log::info("gate_opened", {{"gate", name}});
}

}  // namespace gateway::work
