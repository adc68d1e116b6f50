#include "adapters/s3/bucket_link.hpp"

#include "gateway/runtime/digest.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace adapters::s3 {

namespace asio = boost::asio;
namespace http_client = gateway::http_client;
using http_client::exchange_end;

namespace {

link_settings completed(link_settings settings) {
    if (!settings.now)
        settings.now = [] {
            return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        };
    return settings;
}

}  // namespace

bucket_link::bucket_link(asio::any_io_executor executor, http_client::resolver& names, link_settings settings)
    : executor_{std::move(executor)},
      settings_{completed(std::move(settings))},
      signer_{settings_.keys, settings_.region},
      tls_{settings_.certificate_authority},
      calls_{executor_, names, tls_, settings_.place.server(), settings_.connections} {}

// Made anew for each attempt: the signature holds for a quarter of an hour only.
std::string bucket_link::head_of(const operation& what) {
    request_parts parts;
    parts.method = what.method;
    parts.path = settings_.place.path_of(what.key);
    parts.query = what.query;
    parts.headers = what.headers;
    parts.headers.emplace_back("host", settings_.place.host());
    parts.payload_hash = what.rest != nullptr ? what.rest_hash : gateway::to_hex(gateway::sha256(what.body));
    const std::string authorization = signer_.authorize(parts, settings_.now());

    std::string head = what.method + " " + parts.path;
    if (const std::string query = query_text(what.query); !query.empty())
        head += "?" + query;
    head += " HTTP/1.1\r\n";
    for (const auto& [name, value] : parts.headers)
        head.append(name).append(": ").append(value).append("\r\n");
    head += "User-Agent: music-gateway\r\nAuthorization: " + authorization + "\r\n";
    const std::uint64_t length = what.rest != nullptr ? what.rest_size : what.body.size();
    if (length > 0 || what.method == "PUT" || what.method == "POST")
        head += "Content-Length: " + std::to_string(length) + "\r\n";
    return head + "\r\n" + what.body;
}

asio::awaitable<reply> bucket_link::attempt(const operation& what, gateway::deadline by) {
    const std::string request = head_of(what);
    http_client::call_terms terms;
    terms.limits.body_bytes = what.most_answer;
    terms.limits.to_head = what.method == "HEAD";
    terms.rest = what.rest;
    const bool takes_long = what.rest != nullptr || what.error_in_success;
    const auto until = by.tightened(takes_long ? settings_.long_attempt_timeout : settings_.attempt_timeout);
    http_client::exchange_outcome outcome = co_await calls_.call(request, terms, until);
    if (outcome.end == exchange_end::answered)
        co_return read_reply(std::move(outcome.answer), what.error_in_success);
    reply out;
    out.trouble = outcome.end == exchange_end::timed_out ? "no answer in time" : std::move(outcome.reason);
    out.cancelled = outcome.cancelled;
    co_return out;
}

asio::awaitable<reply> bucket_link::perform(const operation& what, gateway::deadline by) {
    asio::steady_timer pause{executor_};
    reply out;
    for (int made = 1;; ++made) {
        out = co_await attempt(what, by);
        out.attempts = made;
        const auto state = co_await asio::this_coro::cancellation_state;
        out.cancelled = out.cancelled || state.cancelled() != asio::cancellation_type::none;
        // A store that repeats what it was sent would have it in our log.
        if (signer_.keys().stand_in(out.trouble))
            out.trouble = "HTTP " + std::to_string(out.answer.status);
        const bool answered = out.answer.status != 0;
        const bool again = !answered || worth_another_try(out.answer.status, out.code);
        if (out.ok() || out.cancelled || !again || made >= settings_.attempts)
            co_return out;
        const auto wait = settings_.between_attempts.wait(static_cast<unsigned>(made));
        if (by.tightened(wait).at() >= by.at())
            co_return out;
        pause.expires_after(wait);
        const auto [stopped] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopped) {
            out.cancelled = true;
            co_return out;
        }
    }
}

std::string bucket_link::presigned(const bucket_place& place, std::string_view key, name_values query,
                                   std::chrono::seconds ttl) {
    constexpr std::chrono::seconds shortest{1};
    constexpr std::chrono::days longest{7};
    request_parts parts;
    parts.method = "GET";
    parts.path = place.path_of(key);
    parts.query = std::move(query);
    parts.headers.emplace_back("host", place.host());
    const auto life = std::clamp<std::chrono::seconds>(ttl, shortest, longest);
    return signer_.presigned_query(std::move(parts), settings_.now(), life);
}

}  // namespace adapters::s3
