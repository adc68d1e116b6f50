#include "webhook_sender.hpp"

#include "url.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace simulator {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_at_once = 64;
constexpr std::chrono::seconds attempt_limit{10};

std::string request_text(const webhook_message& message, const url& to) {
    std::string text = "POST " + to.target + " HTTP/1.1\r\nHost: " + to.authority +
                       "\r\nUser-Agent: aimusicapi-webhook/1\r\nContent-Type: application/json\r\n";
    for (const auto& [name, value] : signed_headers(message, unix_milliseconds() / 1000))
        text.append(name).append(": ").append(value).append("\r\n");
    text.append("Content-Length: ").append(std::to_string(message.body.size()));
    text.append("\r\nConnection: close\r\n\r\n").append(message.body);
    return text;
}

struct exchange_result {
    unsigned status = 0;
    boost::system::error_code error;
};

template <class Stream>
asio::awaitable<exchange_result> post_to(Stream& stream, const std::string& request) {
    auto [write_error, written] = co_await asio::async_write(stream, asio::buffer(request), no_throw);
    if (write_error)
        co_return exchange_result{0, write_error};
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(1 << 20);
    // The status is all that counts; how the body ends does not.
    auto [read_error, received] = co_await http::async_read_header(stream, buffer, parser, no_throw);
    if (read_error)
        co_return exchange_result{0, read_error};
    co_return exchange_result{parser.get().result_int(), {}};
}

asio::awaitable<exchange_result> deliver(std::string request, url to, asio::ssl::context& tls) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::resolver resolver{executor};
    auto [resolve_error, places] = co_await resolver.async_resolve(to.host, to.port, no_throw);
    if (resolve_error)
        co_return exchange_result{0, resolve_error};
    tcp::socket socket{executor};
    auto [connect_error, place] = co_await asio::async_connect(socket, places, no_throw);
    if (connect_error)
        co_return exchange_result{0, connect_error};
    boost::system::error_code ignored;  // without it the delivery is merely slower
    socket.set_option(tcp::no_delay{true}, ignored);
    if (!to.secure)
        co_return co_await post_to(socket, request);

    asio::ssl::stream<tcp::socket> stream{std::move(socket), tls};
    SSL_set_tlsext_host_name(stream.native_handle(), to.host.c_str());
    auto [handshake_error] = co_await stream.async_handshake(asio::ssl::stream_base::client, no_throw);
    if (handshake_error)
        co_return exchange_result{0, handshake_error};
    co_return co_await post_to(stream, request);
}

}  // namespace

webhook_sender::webhook_sender(asio::io_context& context, task_group& running, schedule& later)
    : context_{context}, running_{running}, later_{later}, tls_{asio::ssl::context::tls_client} {
    tls_.set_verify_mode(asio::ssl::verify_none);  // receivers in tests sign their own certificates
}

void webhook_sender::send(webhook_delivery what) {
    waiting_.push_back(std::move(what));
    if (workers_ >= most_at_once)
        return;
    ++workers_;
    running_.spawn(work());
}

void webhook_sender::clear() {
    for (auto& delivery : waiting_)
        if (delivery.attempted)
            delivery.attempted->open();
    waiting_.clear();
    records_.clear();
    ++generation_;
}

asio::awaitable<void> webhook_sender::work() {
    while (!waiting_.empty()) {
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        const auto generation = generation_;
        auto result = co_await attempt(next.message);
        if (next.attempted)
            next.attempted->open();
        if (generation == generation_)
            settle(std::move(next), std::move(result));
    }
    --workers_;
}

asio::awaitable<webhook_sender::outcome> webhook_sender::attempt(const webhook_message& message) {
    auto to = parse_url(message.url);
    if (!to)
        co_return outcome{0, "not an address"};
    auto request = request_text(message, *to);
    asio::steady_timer timer{context_, attempt_limit};
    auto delivery = deliver(std::move(request), std::move(*to), tls_);
    auto expiry = timer.async_wait(no_throw);
    auto first = co_await (std::move(delivery) || std::move(expiry));
    if (first.index() == 1)
        co_return outcome{0, "no answer within 10 s"};
    const auto& got = std::get<0>(first);
    co_return outcome{got.status, got.error ? got.error.message() : std::string{}};
}

void webhook_sender::settle(webhook_delivery done, outcome result) {
    const bool taken = result.status >= 200 && result.status < 300;
    records_.push_back({done.message.event_id, done.message.task_id, done.message.event, done.message.url,
                        done.message.mode, done.attempt, unix_milliseconds(), result.status,
                        std::move(result.error)});
    if (taken || --done.attempts_left == 0)
        return;
    ++done.attempt;
    done.attempted.reset();
    const auto pause = done.retry;
    later_.after(pause, [this, again = std::move(done)]() mutable { send(std::move(again)); });
}

}  // namespace simulator
