#include "adapters/producer/client.hpp"

#include "adapters/producer/create_reader.hpp"
#include "adapters/producer/credits_reader.hpp"
#include "adapters/producer/download.hpp"
#include "adapters/producer/lyrics_reader.hpp"
#include "adapters/producer/prompt_composer.hpp"
#include "adapters/producer/task_reader.hpp"
#include "adapters/producer/text_cleaning.hpp"
#include "gateway/http_client/tls.hpp"
#include "gateway/http_client/url.hpp"
#include "gateway/runtime/quiet_cancellation.hpp"
#include "gateway/runtime/trace_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <stdexcept>

namespace adapters::producer {

namespace asio = boost::asio;
namespace create_answer = gateway::create_answer;
namespace task_answer = gateway::task_answer;
namespace credits_answer = gateway::credits_answer;
namespace fetch_answer = gateway::fetch_answer;
namespace http_client = gateway::http_client;
using http_client::exchange_end;
using http_client::exchange_outcome;
using http_client::resolver;
using http_client::url;
namespace lyrics_answer = gateway::lyrics_answer;

namespace {

constexpr std::chrono::seconds housekeeping_every{2};

constexpr http_client::call_terms paid{.kind = http_client::call_kind::at_most_once};
constexpr http_client::call_terms free_of_charge{.kind = http_client::call_kind::repeatable};
constexpr std::chrono::milliseconds lyrics_look_every{2'000};
constexpr std::chrono::milliseconds lyrics_look_patience{10'000};

url checked_base_url(const std::string& text) {
    auto parsed = http_client::parse_base_url(text);
    if (!parsed)
        throw std::invalid_argument("producer.base_url is not an http or https address without query: " +
                                    text);
    return std::move(*parsed);
}

host_rules checked_rules(const std::vector<std::string>& entries) {
    std::string wrong;
    auto rules = host_rules::parse(entries, &wrong);
    if (!rules)
        throw std::invalid_argument("audio.allowed_hosts has an entry that is no host, address or range: " +
                                    wrong);
    return std::move(*rules);
}

// A key read from a file often ends in a line break; inside, it could smuggle a header.
std::string checked_key(std::string key) {
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' '))
        key.pop_back();
    if (!std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; }))
        throw std::invalid_argument("producer.api_key has characters that no header can carry");
    return key;
}

// Reasons are already cleaned of what looks like a key; this removes ours whatever it looks like.
template <class Answer>
Answer without_key(Answer answer, const std::string& key) {
    std::visit(
        [&key](auto& kind) {
            if constexpr (requires { kind.reason; })
                kind.reason = without_secret(std::move(kind.reason), key);
        },
        answer);
    return answer;
}

std::string why(const exchange_outcome& outcome) {
    return outcome.end == exchange_end::timed_out ? "no answer in time" : outcome.reason;
}

// Nothing can come of the task any more.
bool has_failed(const task_answer::any& seen) {
    return std::holds_alternative<task_answer::failed>(seen) ||
           std::holds_alternative<task_answer::refused>(seen) ||
           std::holds_alternative<task_answer::lost>(seen) ||
           std::holds_alternative<task_answer::retired>(seen);
}

}  // namespace

struct client::parts {
    parts(asio::any_io_executor on, resolver& names, client_settings settings)
        : base{checked_base_url(settings.base_url)},
          key{checked_key(settings.api_key)},
          webhooks{settings.webhooks},
          calls{on, names, tls, base, settings.connections},
          downloads{on,
                    names,
                    tls,
                    checked_rules(settings.allowed_hosts),
                    download_limits{.largest = settings.largest_audio,
                                    .connect = settings.connections.connect_timeout,
                                    .chunk_patience = settings.audio_chunk_timeout},
                    user_agent} {}

    // Head and body in one piece, so that they leave in one write.
    std::string message(std::string_view method, std::string_view path, std::string_view traceparent,
                        std::string_view body) const {
        std::string out;
        out.reserve(512 + body.size());
        out.append(method).append(" ").append(base.target).append(path).append(" HTTP/1.1\r\nHost: ");
        out.append(http_client::host_field(base)).append("\r\nUser-Agent: ").append(user_agent);
        out.append("\r\nAccept: application/json\r\n");
        if (!key.empty())
            out.append("Authorization: Bearer ").append(key).append("\r\n");
        if (const std::string trace = gateway::next_traceparent(traceparent); !trace.empty())
            out.append("traceparent: ").append(trace).append("\r\n");
        if (!body.empty()) {
            out.append("Content-Type: application/json\r\nContent-Length: ");
            out.append(std::to_string(body.size())).append("\r\n");
        }
        return out.append("\r\n").append(body);
    }

    asio::awaitable<create_answer::any> create(gateway::job order, gateway::engine with,
                                               gateway::deadline by) {
        std::optional<webhook_target> announce_to;
        if (webhooks)
            announce_to = {webhooks->url_of(order.id, order.state.call), webhooks->secret_of(order.id)};
        const std::string body = compose_create_body(order, with, announce_to);
        const std::string request = message("POST", "/api/v1/producer/create", traceparent_of(order), body);
        const exchange_outcome outcome = co_await calls.call(request, paid, by);
        switch (outcome.end) {
            case exchange_end::not_delivered: co_return create_answer::not_delivered{why(outcome)};
            case exchange_end::answered: co_return read_create_answer(outcome.answer);
            case exchange_end::no_answer:
            case exchange_end::cut_answer:
            case exchange_end::timed_out: break;
        }
        co_return create_answer::unknown_outcome{why(outcome)};
    }

    asio::awaitable<task_answer::any> look(std::string task_id, std::string traceparent,
                                           gateway::deadline by) {
        const std::string path = "/api/v1/producer/task/" + http_client::escaped_segment(task_id);
        const std::string request = message("GET", path, traceparent, {});
        const exchange_outcome outcome = co_await calls.call(request, free_of_charge, by);
        if (outcome.end != exchange_end::answered)
            co_return task_answer::transient{why(outcome), std::nullopt, true};
        co_return read_task_answer(outcome.answer);
    }

    asio::awaitable<credits_answer::any> credits(gateway::deadline by) {
        const std::string request = message("GET", "/api/v1/get-credits", {}, {});
        const exchange_outcome outcome = co_await calls.call(request, free_of_charge, by);
        if (outcome.end != exchange_end::answered)
            co_return credits_answer::transient{why(outcome)};
        co_return read_credits_answer(outcome.answer);
    }

    // The call that asks may cost a credit, so it is made once, whatever becomes of its answer.
    asio::awaitable<lyrics_answer::any> write_lyrics(gateway::job order, gateway::deadline by) {
        const std::string trace = traceparent_of(order);
        const std::string body = compose_lyrics_body(order.request);
        std::string request = message("POST", "/api/v1/producer/lyrics-create", trace, body);
        exchange_outcome outcome = co_await calls.call(request, paid, by);
        if (outcome.end != exchange_end::answered)
            co_return lyrics_answer::none{why(outcome)};
        const auto taken = read_create_answer(outcome.answer);
        const auto* accepted = std::get_if<create_answer::accepted>(&taken);
        asio::steady_timer pause{co_await asio::this_coro::executor};
        while (true) {
            if (std::string lyrics = read_lyrics(outcome.answer); !lyrics.empty())
                co_return lyrics_answer::written{std::move(lyrics)};
            if (accepted == nullptr)
                co_return lyrics_answer::none{"no task and no lyrics"};
            pause.expires_after(lyrics_look_every);
            auto [stopped] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            if (stopped || by.passed())
                co_return lyrics_answer::none{"the lyrics took too long"};
            request = message(
                "GET", "/api/v1/producer/task/" + http_client::escaped_segment(accepted->task_id), trace, {});
            outcome = co_await calls.call(request, free_of_charge, by.tightened(lyrics_look_patience));
            if (outcome.end != exchange_end::answered)
                outcome.answer = {};
            else if (const auto seen = read_task_answer(outcome.answer); has_failed(seen))
                co_return lyrics_answer::none{"the task for the lyrics failed"};
        }
    }

    url base;
    std::string key;
    std::optional<webhook_signer> webhooks;
    std::string user_agent{"music-gateway/" MUSIC_GATEWAY_VERSION};
    http_client::tls_context tls;  // outlives every connection below
    http_client::caller calls;
    downloader downloads;
};

client::client(asio::any_io_executor executor, resolver& names, client_settings settings)
    : parts_{std::make_unique<parts>(std::move(executor), names, std::move(settings))} {}

client::~client() = default;

asio::awaitable<void> client::keep_ready() {
    co_await gateway::stop_throwing_when_cancelled();
    asio::steady_timer pause{co_await asio::this_coro::executor};
    while (true) {
        co_await parts_->calls.keep_house();
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        pause.expires_after(housekeeping_every);
        auto [stopped] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopped)
            co_return;
    }
}

asio::awaitable<create_answer::any> client::create(gateway::job order, gateway::engine with,
                                                   gateway::deadline by) {
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    create_answer::any answer = create_answer::unknown_outcome{"an error of our own"};
    try {
        answer = co_await parts_->create(std::move(order), std::move(with), by);
    } catch (const std::exception& bug) {
        answer = create_answer::unknown_outcome{std::string{"an error of our own: "} + bug.what()};
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return without_key(std::move(answer), parts_->key);
}

asio::awaitable<task_answer::any> client::look(std::string task_id, std::string traceparent,
                                               gateway::deadline by) {
    if (task_id.empty())
        co_return task_answer::lost{};
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    task_answer::any answer;
    try {
        answer = co_await parts_->look(std::move(task_id), std::move(traceparent), by);
    } catch (const std::exception& bug) {
        answer = task_answer::transient{std::string{"an error of our own: "} + bug.what(), std::nullopt};
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return without_key(std::move(answer), parts_->key);
}

asio::awaitable<credits_answer::any> client::credits(gateway::deadline by) {
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    credits_answer::any answer;
    try {
        answer = co_await parts_->credits(by);
    } catch (const std::exception& bug) {
        answer = credits_answer::transient{std::string{"an error of our own: "} + bug.what()};
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return without_key(std::move(answer), parts_->key);
}

asio::awaitable<lyrics_answer::any> client::write_lyrics(gateway::job order, gateway::deadline by) {
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    lyrics_answer::any answer = lyrics_answer::none{"an error of our own"};
    try {
        answer = co_await parts_->write_lyrics(std::move(order), by);
    } catch (const std::exception& bug) {
        answer = lyrics_answer::none{std::string{"an error of our own: "} + bug.what()};
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return answer;
}

asio::awaitable<fetch_answer::any> client::fetch(std::string url, gateway::audio_sink& into,
                                                 gateway::deadline by) {
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    fetch_answer::any answer;
    try {
        answer = co_await parts_->downloads.fetch(std::move(url), into, by);
    } catch (const std::exception& bug) {
        answer = fetch_answer::failed{std::string{"an error of our own: "} + bug.what()};
    }
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return without_key(std::move(answer), parts_->key);
}

http_client::caller_counters client::counters() const noexcept {
    return parts_->calls.counters();
}

}  // namespace adapters::producer
