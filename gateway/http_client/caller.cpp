#include "gateway/http_client/caller.hpp"

#include "gateway/http_client/connection.hpp"

#include <boost/asio/this_coro.hpp>

namespace gateway::http_client {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds background_lookup{10};

exchange_outcome not_delivered(std::string reason, bool cancelled = false) {
    exchange_outcome out;
    out.end = exchange_end::not_delivered;
    out.reason = std::move(reason);
    out.cancelled = cancelled;
    return out;
}

asio::awaitable<bool> cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

struct caller::opened {
    held over;
    exchange_outcome failure;
};

caller::caller(asio::any_io_executor executor, resolver& names, tls_context& tls, url base,
               caller_settings settings)
    : executor_{std::move(executor)},
      names_{names},
      tls_{tls},
      base_{std::move(base)},
      settings_{settings},
      shelf_{settings.idle_connections, std::max(settings.idle_for_once, settings.idle_for_repeatable)} {
    if (base_.tls)
        tls_.read_authorities();
}

caller::~caller() = default;

asio::awaitable<exchange_outcome> caller::call(const std::string& request, call_terms terms, deadline by) {
    const bool repeatable = terms.kind == call_kind::repeatable;
    if (held idle = take_idle(terms.kind)) {
        ++counters_.reused;
        exchange_outcome first = co_await perform(std::move(idle), request, terms, by);
        if (first.cancelled || !worth_a_fresh_connection(first.end, true, repeatable) || by.passed())
            co_return first;
        ++counters_.repeated;
    }
    opened fresh = co_await open(by);
    if (!fresh.over)
        co_return std::move(fresh.failure);
    co_return co_await perform(std::move(fresh.over), request, terms, by);
}

// The newest idle connection that is still alive. Those the peer has left are thrown away here, before a byte
// is risked.
caller::held caller::take_idle(call_kind kind) {
    const auto patience =
        kind == call_kind::at_most_once ? settings_.idle_for_once : settings_.idle_for_repeatable;
    while (auto idle = shelf_.take(clock::now(), patience)) {
        if ((*idle)->usable())
            return std::move(*idle);
        ++counters_.found_closed;
    }
    return nullptr;
}

asio::awaitable<void> caller::look_up(gateway::deadline by) {
    auto found = co_await names_.resolve(base_.host, by);
    if (!found) {
        book_.lookup_failed(clock::now());
        co_return;
    }
    book_.learned(std::move(*found), clock::now());
    ++counters_.looked_up;
}

asio::awaitable<caller::opened> caller::open(gateway::deadline by) {
    opened out;
    if (by.passed()) {
        out.failure = not_delivered("timed out before connecting");
        co_return out;
    }
    if (book_.must_look(clock::now()))
        co_await look_up(by);
    const addresses candidates = book_.known();  // a copy: the book may change while we wait
    out.failure = not_delivered("resolve: the host has no address");
    for (const auto& each : candidates) {
        const bool stop = co_await cancelled();
        if (stop || by.passed()) {
            out.failure.cancelled = stop;
            co_return out;
        }
        auto over = std::make_unique<connection>(executor_, base_.tls ? &tls_ : nullptr, base_.host);
        const asio::ip::tcp::endpoint peer{each, base_.port};
        auto unopened = co_await over->open(peer, by.tightened(settings_.connect_timeout));
        if (!unopened) {
            ++counters_.opened;
            counters_.tls_resumed += over->tls_resumed() ? 1 : 0;
            book_.connected(each);
            out.over = std::move(over);
            co_return out;
        }
        out.failure =
            not_delivered(std::move(unopened->reason), unopened->error == asio::error::operation_aborted);
    }
    if (!out.failure.cancelled)
        book_.connect_failed();
    co_return out;
}

// The connection returns to the shelf only after a complete exchange that allows another; in all other cases
// it closes here.
asio::awaitable<exchange_outcome> caller::perform(held over, const std::string& request, call_terms terms,
                                                  deadline by) {
    if (terms.rest != nullptr)
        terms.rest->rewind();
    exchange_outcome outcome = co_await exchange(*over, request, terms.limits, by, terms.rest);
    if (outcome.end == exchange_end::answered && outcome.reusable)
        shelf_.put(std::move(over), clock::now());
    co_return outcome;
}

asio::awaitable<void> caller::keep_house() {
    shelf_.expire(clock::now());
    if (book_.should_look(clock::now()))
        co_await look_up(gateway::deadline::after(background_lookup));
}

}  // namespace gateway::http_client
