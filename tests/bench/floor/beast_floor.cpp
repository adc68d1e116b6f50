// The floor for reads: a bare Beast server that answers every GET with the same bytes. What the gateway's get
// costs beyond this is what the gateway does: authenticate, ask the store, write the job.
//   beast-floor --threads N --body FILE
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> serve(tcp::socket socket, const std::string& body) {
    socket.set_option(tcp::no_delay{true});
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request<http::empty_body> request;
        const auto [unread, bytes] = co_await http::async_read(socket, buffer, request, as_tuple);
        if (unread)
            co_return;
        http::response<http::string_body> response{http::status::ok, 11};
        response.set(http::field::content_type, "application/json");
        response.set("x-request-id", "req_000000000000");
        response.body() = body;
        response.prepare_payload();
        const auto [unwritten, written] = co_await http::async_write(socket, response, as_tuple);
        if (unwritten)
            co_return;
    }
}

// One acceptor hands sockets round-robin to threads with a context each, as the gateway does.
asio::awaitable<void> accept(tcp::acceptor& acceptor,
                             std::vector<std::unique_ptr<asio::io_context>>& contexts,
                             const std::string& body) {
    for (std::size_t next = 0;; ++next) {
        asio::io_context& context = *contexts[next % contexts.size()];
        auto [failure, socket] = co_await acceptor.async_accept(context, as_tuple);
        if (!failure)
            asio::co_spawn(context, serve(std::move(socket), body), asio::detached);
    }
}

void run(std::size_t threads, const std::string& body) {
    std::vector<std::unique_ptr<asio::io_context>> contexts;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
    for (std::size_t i = 0; i < threads; ++i) {
        contexts.push_back(std::make_unique<asio::io_context>(1));
        guards.push_back(asio::make_work_guard(*contexts.back()));
    }
    tcp::acceptor acceptor{*contexts[0], {asio::ip::make_address("127.0.0.1"), 0}};
    asio::co_spawn(*contexts[0], accept(acceptor, contexts, body), asio::detached);
    std::cout << "beast-floor: listening on http://127.0.0.1:" << acceptor.local_endpoint().port()
              << std::endl;
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i)
        others.emplace_back([&context = *contexts[i]] { context.run(); });
    contexts[0]->run();
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5 || std::string_view{arguments[1]} != "--threads" ||
        std::string_view{arguments[3]} != "--body") {
        std::cerr << "beast-floor --threads N --body FILE\n";
        return 2;
    }
    std::ifstream file{arguments[4], std::ios::binary};
    run(std::stoul(arguments[2]), {std::istreambuf_iterator<char>{file}, {}});
}
