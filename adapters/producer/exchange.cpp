#include "adapters/producer/exchange.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

namespace adapters::producer {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr int most_interim_answers = 8;

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
// it is whole is for the JSON parser to find out.
bool closed_without_goodbye(const connection::message_parser& parser, const error_code& failed) {
    return failed == asio::ssl::error::stream_truncated && parser.is_header_done() && parser.need_eof();
}

exchange_outcome answered(connection::message_parser& parser, bool whole, bool quiet) {
    exchange_outcome out;
    out.end = exchange_end::answered;
    out.reusable = whole && quiet && parser.keep_alive();
    auto message = parser.release();
    out.answer.status = message.result_int();
    const auto type = message[http::field::content_type];
    out.answer.content_type.assign(type.data(), type.size());
    const auto wait = message[http::field::retry_after];
    out.answer.retry_after.assign(wait.data(), wait.size());
    out.answer.received_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    out.answer.body = std::move(message.body());
    return out;
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

bool worth_a_fresh_connection(exchange_end end, bool reused, bool free_of_charge) noexcept {
    if (!reused)
        return false;
    return end == exchange_end::not_delivered || (end == exchange_end::no_answer && free_of_charge);
}

asio::awaitable<exchange_outcome> exchange(connection& over, const std::string& request, answer_limits limits,
                                           gateway::deadline by) {
    if (by.passed()) {  // this process slept: whoever allowed the call may have given it up
        exchange_outcome unsent;
        unsent.reason = "no time left to send it";
        co_return unsent;
    }
    const std::uint64_t before = over.bytes_written();
    const error_code unsent = co_await over.write(request, by);
    if (unsent)
        co_return failed_write(over.bytes_written() - before, unsent);

    for (int interim = 0; interim < most_interim_answers; ++interim) {
        connection::message_parser parser;
        parser.header_limit(limits.header_bytes);
        parser.body_limit(limits.body_bytes);
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

}  // namespace adapters::producer
