#include "connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <array>
#include <iostream>

namespace simulator {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t body_limit = 16 << 20;
constexpr std::uint32_t header_limit = 64 << 10;
constexpr std::size_t chunk_size = 64 << 10;
constexpr auto tick = std::chrono::milliseconds{50};  // of a slow body

asio::awaitable<void> pause(asio::steady_timer::duration how_long) {
    asio::steady_timer timer{co_await asio::this_coro::executor, how_long};
    co_await timer.async_wait(no_throw);
}

answer last_resort(const std::exception& failure) {
    std::cerr << "producer-simulator: " << failure.what() << std::endl;
    return html_answer(500);
}

template <class Stream>
class connection {
public:
    connection(Stream& stream, site& where) : stream_{stream}, where_{where} {}

    asio::awaitable<void> run() {
        // Not `while (co_await serve_one()) {}`: g++ 12 makes an illegal instruction of it in a class
        // template.
        for (bool more = true; more;)
            more = co_await serve_one();
    }

private:
    // Returns whether the connection can carry another request.
    asio::awaitable<bool> serve_one() {
        if (buffer_.size() == 0) {
            auto [ec, bytes] = co_await stream_.async_read_some(buffer_.prepare(8192), no_throw);
            if (ec)
                co_return false;
            buffer_.commit(bytes);
        }
        if (where_.refuses({static_cast<const char*>(buffer_.data().data()), buffer_.size()})) {
            reset();
            co_return false;
        }
        http::request_parser<http::string_body> parser;
        parser.body_limit(body_limit);
        parser.header_limit(header_limit);
        auto [ec, bytes] = co_await http::async_read(stream_, buffer_, parser, no_throw);
        if (ec == http::error::body_limit) {
            auto refusal = html_answer(413);
            co_return co_await send(std::move(refusal), false, false, false);
        }
        if (ec)
            co_return false;
        const bool http_10 = parser.get().version() < 11;
        const bool keep_alive = parser.get().keep_alive();
        const bool head_only = parser.get().method() == http::verb::head;
        auto reply = decide(parser.release());
        co_return co_await perform(std::move(reply), http_10, keep_alive, head_only);
    }

    answer decide(request&& incoming) {
        try {
            return where_.respond(std::move(incoming));
        } catch (const std::exception& failure) {
            return last_resort(failure);
        }
    }

    asio::awaitable<bool> perform(answer reply, bool http_10, bool keep_alive, bool head_only) {
        if (reply.wait_for)
            co_await reply.wait_for->wait();
        if (reply.delay.count() != 0)
            co_await pause(reply.delay);
        switch (reply.how) {
            case answer::ending::send: break;
            case answer::ending::hang: co_return co_await hang();
            case answer::ending::reset: reset(); co_return false;
            case answer::ending::reset_mid: co_return co_await send_half(reply);
        }
        co_return co_await send(std::move(reply), http_10, keep_alive, head_only);
    }

    asio::awaitable<bool> send(answer reply, bool http_10, bool keep_alive, bool head_only) {
        if (reply.stream && !reply.stream->declare_length)
            keep_alive = false;
        const auto text = wire_text(reply, http_10, keep_alive, head_only);
        auto [ec, bytes] = co_await asio::async_write(stream_, asio::buffer(text), no_throw);
        if (ec)
            co_return false;
        if (reply.stream && !head_only && !co_await send_stream(*reply.stream))
            co_return false;
        if (!keep_alive)
            co_await say_goodbye();
        co_return keep_alive;
    }

    // Waits for the peer to give up; whatever it sends meanwhile is thrown away.
    asio::awaitable<bool> hang() {
        std::array<char, 1024> scratch;
        for (;;) {
            auto [ec, bytes] = co_await stream_.async_read_some(asio::buffer(scratch), no_throw);
            if (ec)
                co_return false;
        }
    }

    asio::awaitable<bool> send_half(const answer& reply) {
        auto text = wire_text(reply, false, true, false);
        text.resize(text.size() - reply.body.size() / 2);
        co_await asio::async_write(stream_, asio::buffer(text), no_throw);
        // A reset at once could overtake the bytes and throw them away at the receiver.
        co_await pause(std::chrono::milliseconds{20});
        reset();
        co_return false;
    }

    asio::awaitable<bool> send_stream(const body_stream& stream) {
        const auto end = stream.cut_after ? std::min(*stream.cut_after, stream.length) : stream.length;
        const auto rate = stream.bytes_per_second;
        const auto per_tick = rate == 0 ? chunk_size : std::max<std::uint64_t>(rate * tick.count() / 1000, 1);
        const std::string filler(stream.bytes ? 0 : chunk_size, ' ');
        for (std::uint64_t sent = 0; sent < end;) {
            const auto size = std::min({std::uint64_t{chunk_size}, per_tick, end - sent});
            const char* from = stream.bytes ? stream.bytes->data() + stream.first + sent : filler.data();
            auto [ec, bytes] = co_await asio::async_write(stream_, asio::buffer(from, size), no_throw);
            if (ec)
                co_return false;
            sent += size;
            if (rate != 0 && sent < end)
                co_await pause(std::chrono::microseconds{size * 1'000'000 / rate});
        }
        if (!stream.cut_after)
            co_return true;
        co_await pause(std::chrono::milliseconds{20});
        reset();
        co_return false;
    }

    // A lingering close: the peer gets to read the answer before it sees the end.
    asio::awaitable<void> say_goodbye() {
        if constexpr (!std::is_same_v<Stream, tcp::socket>)
            co_await stream_.async_shutdown(no_throw);
        boost::system::error_code ignored;  // the peer may be gone already
        stream_.lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
    }

    void reset() {
        boost::system::error_code ignored;  // the peer may be gone already
        stream_.lowest_layer().set_option(asio::socket_base::linger{true, 0}, ignored);
        stream_.lowest_layer().close(ignored);
    }

    Stream& stream_;
    site& where_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace

asio::awaitable<void> serve_connection(tcp::socket socket, site& where, asio::ssl::context* tls) {
    if (!tls) {
        connection<tcp::socket> plain{socket, where};
        co_await plain.run();
        co_return;
    }
    asio::ssl::stream<tcp::socket> stream{std::move(socket), *tls};
    auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
    if (ec)
        co_return;
    connection<asio::ssl::stream<tcp::socket>> secure{stream, where};
    co_await secure.run();
}

}  // namespace simulator
