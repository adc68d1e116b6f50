#include "gateway/http_client/exchange.hpp"

#include "gateway/http_client/connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

namespace gateway::http_client {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr int most_interim_answers = 8;
constexpr std::chrono::seconds piece_patience{15};
constexpr std::chrono::seconds refusal_patience{1};  // what is left of an answer once writing has failed

exchange_outcome failed_write(std::uint64_t bytes_sent, const error_code& failed) {
    exchange_outcome out;
    out.end = end_of_failed_write(bytes_sent, failed == boost::beast::error::timeout);
    out.reason = "write: " + failed.message();
    out.cancelled = failed == asio::error::operation_aborted;
    return out;
}

exchange_outcome failed_read(bool answer_began, const error_code& failed) {
    exchange_outcome out;
    out.end = end_of_failed_read(answer_began, failed == boost::beast::error::timeout);
    out.reason = "read: " + failed.message();
    out.cancelled = failed == asio::error::operation_aborted;
    return out;
}

// A body that lasts until the connection closes, closed by a peer that does not say goodbye in TLS: whether
// it is whole is for its reader to find out.
bool closed_without_goodbye(const connection::message_parser& parser, const error_code& failed) {
    return failed == asio::ssl::error::stream_truncated && parser.is_header_done() && parser.need_eof();
}

std::string text_of(const connection::message_parser::value_type& message, http::field name) {
    const auto value = message[name];
    return {value.data(), value.size()};
}

exchange_outcome answered(connection::message_parser& parser, bool whole, bool quiet) {
    exchange_outcome out;
    out.end = exchange_end::answered;
    out.reusable = whole && quiet && parser.keep_alive();
    if (const auto length = parser.content_length())
        out.answer.content_length = *length;
    auto message = parser.release();
    out.answer.status = message.result_int();
    out.answer.content_type = text_of(message, http::field::content_type);
    out.answer.retry_after = text_of(message, http::field::retry_after);
    out.answer.etag = text_of(message, http::field::etag);
    out.answer.received_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    out.answer.body = std::move(message.body());
    return out;
}

asio::awaitable<exchange_outcome> read_answer(connection& over, answer_limits limits, deadline by) {
    for (int interim = 0; interim < most_interim_answers; ++interim) {
        connection::message_parser parser;
        parser.header_limit(limits.header_bytes);
        parser.body_limit(limits.body_bytes);
        parser.skip(limits.to_head);
        const error_code unread = co_await over.read(parser, by);
        const bool whole = !unread;
        if (!whole && !closed_without_goodbye(parser, unread))
            co_return failed_read(interim > 0 || parser.got_some() || over.has_unread_bytes(), unread);
        const unsigned status = parser.get().result_int();
        if (status >= 200)
            co_return answered(parser, whole, !over.has_unread_bytes());
        if (status == 101)
            break;
    }
    exchange_outcome out;
    out.end = exchange_end::cut_answer;
    out.reason = "read: interim answers without an end";
    co_return out;
}

struct unsent_body {
    error_code write_failed;
    error_code body_failed;

    explicit operator bool() const noexcept { return write_failed || body_failed; }
};

asio::awaitable<unsent_body> write_all(connection& over, long_body& body, deadline by) {
    for (;;) {
        const auto piece = co_await body.next();
        if (!piece)
            co_return unsent_body{{}, piece.error()};
        if (piece->empty())
            co_return unsent_body{};
        const error_code failed = co_await over.write(*piece, by.tightened(piece_patience));
        if (failed)
            co_return unsent_body{failed, {}};
    }
}

// Whether the peer may have said why it would not take more.
bool may_have_answered(const error_code& failed) {
    return failed != boost::beast::error::timeout && failed != asio::error::operation_aborted;
}

}  // namespace

exchange_end end_of_failed_write(std::uint64_t bytes_sent, bool timed_out) noexcept {
    if (bytes_sent == 0)
        return exchange_end::not_delivered;
    return timed_out ? exchange_end::timed_out : exchange_end::no_answer;
}

exchange_end end_of_failed_read(bool answer_began, bool timed_out) noexcept {
    if (timed_out)
        return exchange_end::timed_out;
    return answer_began ? exchange_end::cut_answer : exchange_end::no_answer;
}

bool worth_a_fresh_connection(exchange_end end, bool reused, bool repeatable) noexcept {
    if (!reused)
        return false;
    return end == exchange_end::not_delivered || (end == exchange_end::no_answer && repeatable);
}

asio::awaitable<exchange_outcome> exchange(connection& over, const std::string& request, answer_limits limits,
                                           deadline by, long_body* rest) {
    if (by.passed()) {  // this process slept: whoever allowed the call may have given it up
        exchange_outcome unsent;
        unsent.reason = "no time left to send it";
        co_return unsent;
    }
    const std::uint64_t before = over.bytes_written();
    const error_code unsent = co_await over.write(request, by);
    if (unsent)
        co_return failed_write(over.bytes_written() - before, unsent);
    if (rest == nullptr) {
        auto reading = read_answer(over, limits, by);
        co_return co_await std::move(reading);
    }

    const unsent_body cut = co_await write_all(over, *rest, by);
    if (cut.body_failed) {
        exchange_outcome out;
        out.end = exchange_end::no_answer;
        out.reason = "body: " + cut.body_failed.message();
        co_return out;
    }
    if (cut && !may_have_answered(cut.write_failed))
        co_return failed_write(over.bytes_written() - before, cut.write_failed);
    const deadline until = cut ? by.tightened(refusal_patience) : by;
    exchange_outcome out = co_await read_answer(over, limits, until);
    if (!cut)
        co_return out;
    out.reusable = false;
    if (out.end == exchange_end::answered)
        co_return out;
    co_return failed_write(over.bytes_written() - before, cut.write_failed);
}

}  // namespace gateway::http_client
