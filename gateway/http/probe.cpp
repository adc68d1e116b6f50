#include "gateway/http/probe.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <sstream>

namespace gateway::http {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t largest_body = 64 * 1024;

std::string host_of(const asio::ip::tcp::endpoint& address) {
    std::ostringstream text;
    text << address;
    return text.str();
}

asio::awaitable<result<probe_answer>> ask(probe_target where, deadline by) {
    boost::beast::tcp_stream stream{co_await asio::this_coro::executor};
    stream.expires_at(by.at());
    const auto [not_connected] = co_await stream.async_connect(where.address, no_throw);
    if (not_connected)
        co_return not_connected;

    bhttp::request<bhttp::empty_body> question{bhttp::verb::get, where.path, 11};
    question.set(bhttp::field::host, host_of(where.address));
    question.set(bhttp::field::connection, "close");
    const auto [not_sent, sent] = co_await bhttp::async_write(stream, question, no_throw);
    if (not_sent)
        co_return not_sent;

    boost::beast::flat_buffer buffer;
    bhttp::response_parser<bhttp::string_body> parser;
    parser.body_limit(largest_body);
    const auto [not_read, got] = co_await bhttp::async_read(stream, buffer, parser, no_throw);
    if (not_read)
        co_return not_read;
    co_return probe_answer{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace

result<probe_answer> probe(const probe_target& where, deadline by) {
    asio::io_context context{1};
    result<probe_answer> outcome = boost::system::error_code{asio::error::operation_aborted};
    auto asking = ask(where, by);
    asio::co_spawn(context, std::move(asking), [&](std::exception_ptr failure, result<probe_answer> answer) {
        if (failure)
            std::rethrow_exception(failure);
        outcome = std::move(answer);
    });
    context.run();
    return outcome;
}

}  // namespace gateway::http
