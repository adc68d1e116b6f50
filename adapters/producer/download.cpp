#include "adapters/producer/download.hpp"

#include "gateway/http_client/connection.hpp"

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace adapters::producer {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace fetch_answer = gateway::fetch_answer;
using boost::system::error_code;
using gateway::http_client::addresses;
using gateway::http_client::connection;
using gateway::http_client::follow;
using gateway::http_client::host_field;
using gateway::http_client::parse_url;
using gateway::http_client::resolver;
using gateway::http_client::tls_context;

namespace {

constexpr std::uint32_t largest_head = 16 * 1024;

std::string request_for(const url& from, const std::string& user_agent) {
    return "GET " + from.target + " HTTP/1.1\r\nHost: " + host_field(from) + "\r\nUser-Agent: " + user_agent +
           "\r\nAccept: audio/*, */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n";
}

bool is_encoded(const http::response_header<>& head) {
    const auto encoding = head[http::field::content_encoding];
    return !encoding.empty() && !boost::beast::iequals(encoding, "identity");
}

std::string why(const error_code& failed) {
    if (failed == boost::beast::error::timeout)
        return "timed out";
    if (failed == http::error::body_limit)
        return "larger than allowed";
    if (failed == http::error::partial_message || failed == asio::ssl::error::stream_truncated)
        return "cut short";
    return failed.message();
}

}  // namespace

// Either an end of the whole fetch, or the next place to go.
struct downloader::hop {
    fetch_answer::any end;
    std::string location;  // not empty: a redirect

    hop(fetch_answer::any answer) : end{std::move(answer)} {}
    static hop failed(std::string reason) { return hop{fetch_answer::failed{std::move(reason)}}; }
    static hop redirected(std::string to) {
        hop out = failed("redirected");
        out.location = std::move(to);
        return out;
    }
};

download_step after_head(unsigned status) noexcept {
    switch (status) {
        case 200: return download_step::take_body;
        case 301:
        case 302:
        case 303:
        case 307:
        case 308: return download_step::redirect;
        case 403:
        case 404: return download_step::not_there_yet;
        default: return download_step::give_up;  // 410 is gone for good; the rest makes no sense here
    }
}

bool keeps_secrecy(const url& from, const url& to, const host_rules& rules) {
    return !from.tls || to.tls || rules.names(to);
}

downloader::downloader(asio::any_io_executor executor, resolver& names, tls_context& tls, host_rules rules,
                       download_limits limits, std::string user_agent)
    : executor_{std::move(executor)},
      names_{names},
      tls_{tls},
      rules_{std::move(rules)},
      limits_{limits},
      user_agent_{std::move(user_agent)} {}

asio::awaitable<fetch_answer::any> downloader::fetch(std::string address, gateway::audio_sink& into,
                                                     gateway::deadline by) {
    auto next = parse_url(address);
    for (unsigned followed = 0; next; ++followed) {
        const url here = *next;
        auto stepping = fetch_once(here, into, by);
        hop ended = co_await std::move(stepping);
        if (ended.location.empty())
            co_return std::move(ended.end);
        if (followed == limits_.redirects)
            co_return fetch_answer::failed{"too many redirects"};
        next = follow(here, ended.location);
        if (next && !keeps_secrecy(here, *next, rules_))
            co_return fetch_answer::failed{"redirected from https to http"};
    }
    co_return fetch_answer::failed{"not an http address"};
}

// Resolves once, judges every address, and connects to one that passed. No second look-up can smuggle in
// another.
asio::awaitable<downloader::hop> downloader::fetch_once(url from, gateway::audio_sink& into,
                                                        gateway::deadline by) {
    if (!rules_.may_resolve(from))
        co_return hop{fetch_answer::forbidden_host{from.host}};
    const auto found = co_await names_.resolve(from.host, by);
    if (!found)
        co_return hop::failed("resolve: " + found.error().message());
    addresses permitted;
    std::copy_if(found->begin(), found->end(), std::back_inserter(permitted),
                 [&](const asio::ip::address& each) { return rules_.permits(from, each); });
    if (permitted.empty())
        co_return hop{fetch_answer::forbidden_host{from.host}};

    std::string reason;
    for (const auto& each : permitted) {
        connection over{executor_, from.tls ? &tls_ : nullptr, from.host};
        const asio::ip::tcp::endpoint peer{each, from.port};
        const auto unopened = co_await over.open(peer, by.tightened(limits_.connect));
        if (!unopened) {
            auto moving = transfer(over, from, into, by);
            co_return co_await std::move(moving);
        }
        reason = unopened->reason;
        if (by.passed() || unopened->error == asio::error::operation_aborted)
            break;
    }
    co_return hop::failed(std::move(reason));
}

asio::awaitable<downloader::hop> downloader::transfer(connection& over, url from, gateway::audio_sink& into,
                                                      gateway::deadline by) {
    const std::string request = request_for(from, user_agent_);
    const error_code unsent = co_await over.write(request, by.tightened(limits_.chunk_patience));
    if (unsent)
        co_return hop::failed("write: " + why(unsent));

    connection::stream_parser parser;
    parser.header_limit(largest_head);
    parser.body_limit(limits_.largest);
    const error_code headless = co_await over.read_header(parser, by.tightened(limits_.chunk_patience));
    if (headless)
        co_return hop::failed("head: " + why(headless));
    const unsigned status = parser.get().result_int();
    switch (after_head(status)) {
        case download_step::not_there_yet: co_return hop{fetch_answer::not_there_yet{}};
        case download_step::give_up: co_return hop::failed("HTTP " + std::to_string(status));
        case download_step::redirect: {
            const auto location = parser.get()[http::field::location];
            if (location.empty())
                co_return hop::failed("a redirect to nowhere");
            co_return hop::redirected(std::string{location.data(), location.size()});
        }
        case download_step::take_body: break;
    }
    if (is_encoded(parser.get()))
        co_return hop::failed("compressed, which was not asked for");

    std::uint64_t total = 0;
    while (!parser.is_done()) {
        std::string chunk(limits_.chunk, '\0');
        parser.get().body().data = chunk.data();
        parser.get().body().size = chunk.size();
        parser.get().body().more = true;
        const error_code unread = co_await over.read_body(parser, by.tightened(limits_.chunk_patience));
        if (unread && unread != http::error::need_buffer)
            co_return hop::failed("body: " + why(unread));
        chunk.resize(chunk.size() - parser.get().body().size);
        total += chunk.size();
        if (chunk.empty())
            continue;
        const auto written = co_await into.write(std::move(chunk));
        if (!written)
            co_return hop::failed("archive: " + written.error().message());
        if (by.passed())
            co_return hop::failed("timed out");
    }
    if (total == 0)  // not written yet, as far as one can see
        co_return hop{fetch_answer::not_there_yet{}};
    co_return hop{fetch_answer::fetched{}};
}

}  // namespace adapters::producer
