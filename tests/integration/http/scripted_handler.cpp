#include "tests/integration/http/scripted_handler.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <thread>

namespace gateway::http::testing {

namespace asio = boost::asio;

namespace {

constexpr std::size_t piece_bytes = 16 * 1024;

class scripted_stream final : public body_stream {
public:
    scripted_stream(scripted_handler& owner, std::string path, std::uint64_t bytes)
        : owner_{owner}, path_{std::move(path)}, left_{bytes} {
        ++owner_.living_streams;
    }
    ~scripted_stream() override { --owner_.living_streams; }

    asio::awaitable<result<std::string>> next() override {
        if (path_ != "/stream" && sent_ > 0)
            co_return stop();
        const auto bytes = path_ == "/stream" ? std::min<std::uint64_t>(left_, piece_bytes) : 10;
        left_ -= bytes;
        sent_ += bytes;
        ++owner_.pieces;
        co_return std::string(bytes, 's');
    }

private:
    result<std::string> stop() const {
        if (path_ == "/stream-throws")
            throw std::runtime_error("a bug in a stream");
        if (path_ == "/stream-ends-early")
            return std::string{};
        if (path_ == "/stream-overruns")
            return std::string(100'000, 's');
        return boost::system::error_code{asio::error::connection_reset};
    }

    scripted_handler& owner_;
    const std::string path_;
    std::uint64_t left_;
    std::uint64_t sent_ = 0;
};

asio::awaitable<void> nap() {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{1}};
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

asio::awaitable<response> scripted_handler::handle(request incoming) {
    ++requests;
    budget_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(incoming.by.at() - deadline::clock::now())
            .count();
    response reply;
    reply.route = "/scripted";
    reply.content_type = "text/plain";
    if (incoming.path == "/throw")
        throw std::runtime_error("a bug in a handler");
    if (incoming.path == "/wait" || incoming.path == "/forever") {
        ++waiting;
        while (!released || incoming.path == "/forever")
            co_await nap();
    }
    if (incoming.path == "/busy")
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    if (incoming.path.starts_with("/stream")) {
        reply.stream_bytes = incoming.path == "/stream" ? std::stoull(incoming.query) : 100'000;
        reply.stream = std::make_unique<scripted_stream>(*this, incoming.path, reply.stream_bytes);
        co_return reply;
    }
    if (incoming.body_is == request::body_state::too_large)
        reply.status = 413;
    reply.close = incoming.path == "/close";
    if (incoming.path == "/big")
        reply.body = std::string(std::stoul(incoming.query), 'b');
    else if (incoming.path == "/peer")
        reply.body = incoming.peer + " " + incoming.request_id;
    else
        reply.body = incoming.method_name + " " + incoming.path + "?" + incoming.query + "|" + incoming.body;
    co_return reply;
}

response scripted_handler::refuse(refusal_kind kind, const std::string& request_id) {
    response reply;
    reply.content_type = "application/json";
    reply.body =
        R"({"refused":)" + std::to_string(status_of(kind)) + R"(,"trace_id":")" + request_id + R"("})";
    return reply;
}

}  // namespace gateway::http::testing
