// How a connection answers: the second half of each request.
#include "gateway/http/connection.hpp"

#include "gateway/http/routes.hpp"
#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>

namespace gateway::http {

namespace asio = boost::asio;

namespace {

// Head and body up to this go out as one buffer; beyond it copying costs more than a second entry in the same
// write.
constexpr std::size_t joined_bytes = 16 * 1024;

// How long a TLS client may take to say goodbye in its turn.
constexpr std::chrono::milliseconds farewell_time{250};

// Of what a client still sends after our last answer, read at a time.
constexpr std::size_t discarded_at_once = 16 * 1024;

}  // namespace

asio::awaitable<bool> connection::answer(record& about, response& reply, bool keep) {
    const auto composed = clock::now() - about.since;
    ++answered_;
    keep = keep && !reply.close && !shared_.draining && may_answer_more();
    head_facts facts;
    facts.request_id = about.request_id;
    facts.date = shared_.date.now();
    facts.length = reply.stream ? reply.stream_bytes : reply.body.size();
    facts.connection = !keep            ? connection_header::close
                       : about.http_1_0 ? connection_header::keep_alive
                                        : connection_header::none;
    std::string head;
    head.reserve(512);
    append_head(head, reply, facts);

    const bool streams = reply.stream && !about.head_only && has_body(reply.status);
    bool sent = false;
    if (streams) {
        sent = co_await answer_stream(about, reply, head);
    } else {
        two_buffers bytes = whole(about, reply, head);
        const auto done = write_at_once(bytes);
        if (done)
            sent = *done;
        else
            sent = co_await write_rest(bytes);
    }
    account(about, reply, composed);
    if (!sent)
        owed_input_ = false;  // nobody there to be polite to
    const bool more = sent && keep;
    co_return more;
}

bool connection::may_answer_more() const noexcept {
    const std::size_t most = shared_.settings.requests_per_connection;
    return most == 0 || answered_ < most;
}

// The answer as it goes out. It refers to `reply` and `head`.
two_buffers connection::whole(record& about, const response& reply, std::string& head) {
    asio::const_buffer body;
    if (!about.head_only && has_body(reply.status) && !reply.stream) {
        about.sent = reply.body.size();
        if (head.size() + reply.body.size() <= joined_bytes)
            head += reply.body;
        else
            body = asio::buffer(reply.body);
    }
    return {asio::buffer(head), body};
}

// The length is announced, so whatever goes wrong from here on can only cut the connection.
asio::awaitable<bool> connection::answer_stream(record& about, response& reply, std::string& head) {
    std::exception_ptr failure;
    try {
        while (about.sent < reply.stream_bytes) {
            auto next = reply.stream->next();
            const result<std::string> piece = co_await std::move(next);
            if (!piece || piece->empty() || piece->size() > reply.stream_bytes - about.sent) {
                const std::string reason = !piece           ? piece.error().message()
                                           : piece->empty() ? "shorter than announced"
                                                            : "longer than announced";
                log::warning("stream_cut", {{"request_id", about.request_id}, {"reason", reason}});
                co_return false;
            }
            const two_buffers bytes{asio::buffer(head), asio::buffer(*piece)};
            if (!co_await write(bytes))
                co_return false;
            about.sent += piece->size();
            head.clear();  // it went out with the first piece
        }
        if (head.empty())
            co_return true;
        const two_buffers bytes{asio::buffer(head), asio::const_buffer{}};
        co_return co_await write(bytes);
    } catch (...) {
        failure = std::current_exception();
    }
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() == asio::cancellation_type::none) {
        const std::string reason = text_of(failure);
        log::error("stream_failed", {{"request_id", about.request_id}, {"reason", reason}});
    }
    co_return false;
}

asio::awaitable<bool> connection::write(two_buffers bytes) {
    const auto done = write_at_once(bytes);
    if (done)
        co_return *done;
    co_return co_await write_rest(bytes);
}

// Whether the client is still there, when that is all; nothing when `bytes` are left.
std::optional<bool> connection::write_at_once(two_buffers& bytes) {
    const auto written = stream_.write_now(bytes);
    if (!written)
        return false;
    if (*written == asio::buffer_size(bytes))
        return true;
    const std::size_t of_first = std::min(*written, bytes[0].size());
    bytes[0] += of_first;
    bytes[1] += *written - of_first;
    return std::nullopt;
}

asio::awaitable<bool> connection::write_rest(two_buffers bytes) {
    limit_in(shared_.settings.write_timeout);
    const auto failure = co_await stream_.write(bytes);
    unlimited();
    co_return !failure;
}

// A close while the client's bytes lie unread would reset the connection, and the reset can overtake our last
// answer.
asio::awaitable<void> connection::linger() {
    limit_in(stream_.is_encrypted() ? std::min(shared_.settings.linger_time, farewell_time)
                                    : shared_.settings.linger_time);
    co_await stream_.finish_writing();
    if (!owed_input_ && buffer_.size() == 0 && !stream_.has_unread())
        co_return;
    limit_in(shared_.settings.linger_time);
    buffer_.consume(buffer_.size());
    std::size_t discarded = 0;
    while (discarded < shared_.settings.linger_bytes && clock::now() < limit_) {
        const auto [failure, bytes] = co_await stream_.discard_some(buffer_.prepare(discarded_at_once));
        if (failure)
            co_return;
        discarded += bytes;
    }
}

void connection::account(const record& about, const response& reply, clock::duration composed) const {
    using std::chrono::duration_cast, std::chrono::microseconds;
    shared_.counts.request({to_string(about.method), reply.route, reply.status, composed, about.waited.sum});
    if (!log::enabled(log::level::info))
        return;
    static const request_notes nothing;
    const request_notes& notes = reply.notes ? *reply.notes : nothing;
    // Never the query, /media signatures are in it, nor a path that is a secret itself.
    log::info("request", {{"method", about.method_name},
                          {"path", reply.path_is_secret ? reply.route : std::string_view{about.path}},
                          {"route", reply.route},
                          {"status", reply.status},
                          {"bytes", about.sent},
                          {"microseconds", duration_cast<microseconds>(clock::now() - about.since).count()},
                          {"store_microseconds", duration_cast<microseconds>(about.waited.sum).count()},
                          {"request_id", about.request_id},
                          {"trace_id", notes.trace_id},
                          {"organization", notes.organization},
                          {"job_id", notes.job_id},
                          {"peer", peer_}});
}

}  // namespace gateway::http
