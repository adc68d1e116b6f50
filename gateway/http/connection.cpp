#include "gateway/http/connection.hpp"

#include "gateway/runtime/failure.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/random_id.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>

namespace gateway::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t small_read =
    4 * 1024;  // a whole request, nearly always; what an idle connection may keep
constexpr std::size_t large_read = 16 * 1024;  // while a body comes

constexpr std::string_view go_ahead{"HTTP/1.1 100 Continue\r\n\r\n"};

std::string_view view(const boost::beast::flat_buffer& buffer) {
    const auto data = buffer.cdata();
    return {static_cast<const char*>(data.data()), data.size()};
}

std::string new_request_id() {
    return random_id("req_", 12);
}

}  // namespace

connection::connection(byte_stream::socket accepted, asio::ssl::context* tls, std::string peer,
                       std::optional<client_origin> origin, serving& shared)
    : stream_{std::move(accepted), tls},
      peer_{std::move(peer)},
      origin_{origin},
      shared_{shared},
      buffer_{shared.settings.header_bytes + large_read} {}

void connection::drain() noexcept {
    if (idle_)
        stream_.cancel();  // wakes it with operation_aborted
}

void connection::rest() {
    if (idle_ && !stream_.is_encrypted() && buffer_.size() == 0)
        buffer_.shrink_to_fit();  // to nothing; over TLS a read may be going on into it
}

asio::awaitable<void> connection::run() {
    // Not `while (co_await serve_one()) {}`: g++ 12 lays the frame of that out wrongly, and `this` is lost.
    bool more = co_await greet();
    if (!more)
        co_return;
    more = co_await wait_for_request();
    while (more) {
        more = co_await serve_one();
        if (more)
            more = co_await wait_for_request();
    }
    co_await linger();
}

asio::awaitable<void> connection::turn_away() {
    const bool greeted = co_await greet();
    if (!greeted)
        co_return;
    record about;
    about.request_id = new_request_id();
    about.since = clock::now();
    owed_input_ = true;
    response reply = refusal(refusal_kind::too_many_connections, about.request_id);
    co_await answer(about, reply, false);
    co_await linger();
}

asio::awaitable<bool> connection::greet() {
    if (!stream_.is_encrypted())
        co_return true;
    limit_in(shared_.settings.request_timeout);
    idle_ = true;
    const auto failure = co_await stream_.handshake();
    idle_ = false;
    co_return !failure;
}

// Whether the connection can carry another request. Its frame is large: it does not exist while there is
// none.
asio::awaitable<bool> connection::serve_one() {
    limit_in(shared_.settings.request_timeout);
    request_reader reader{shared_.settings};
    got outcome = got::bytes;
    if (!feed(reader))
        outcome = co_await read_request(reader);
    unlimited();  // the handler's time belongs to its own deadline
    if (outcome == got::nothing)
        co_return false;
    if (outcome == got::timeout)
        co_return co_await refuse(refusal_kind::request_timeout, reader);
    if (reader.now() == request_reader::state::refused)
        co_return co_await refuse(reader.refusal(), reader);
    if (reader.expected() == request_reader::expectation::unknown)
        co_return co_await refuse(refusal_kind::expectation_failed, reader);

    bool keep = reader.keeps_alive();
    if (reader.now() == request_reader::state::too_large) {
        keep = false;
        owed_input_ = true;
    }
    request incoming = reader.take();
    record about = record_of(incoming, reader);
    incoming.peer = peer_;
    incoming.origin = origin_;
    incoming.request_id = about.request_id;
    incoming.by = deadline::after(shared_.settings.handle_budget).counting(about.waited);

    response reply = co_await ask(incoming, about.request_id);
    co_return co_await answer(about, reply, keep);
}

connection::record connection::record_of(const request& incoming, const request_reader& reader) {
    record about;
    if (log::enabled(log::level::info)) {
        about.method_name = incoming.method_name;
        about.path = incoming.path;
    }
    about.method = incoming.method;
    about.request_id = new_request_id();
    about.since = clock::now();
    about.head_only = incoming.method == method::head;
    about.http_1_0 = reader.is_http_1_0();
    return about;
}

// False when nobody is owed an answer: the client left, was idle for too long, or we are draining.
asio::awaitable<bool> connection::wait_for_request() {
    if (a_request_has_begun()) {
        if (answered_ > 0)
            co_await let_others_go_first();
        co_return true;
    }
    if (buffer_.capacity() > small_read)
        buffer_.shrink_to_fit();  // to nothing: ten thousand idle connections must not keep their largest
                                  // request
    limit_in(shared_.settings.idle_timeout);
    // A request that already arrived when the drain began is still answered.
    while (!shared_.draining || stream_.has_unread()) {
        idle_ = !shared_.draining;
        auto filling = stream_.is_encrypted() ? fill(small_read) : fill_when_readable();
        const got outcome = co_await std::move(filling);
        idle_ = false;
        if (outcome == got::bytes && a_request_has_begun())
            co_return true;
        if (outcome == got::timeout || (outcome == got::nothing && !shared_.draining))
            co_return false;
    }
    co_return false;
}

// An empty line between requests is nobody's (RFC 9112 section 2.2): whoever sends one behind a body is not
// waiting for an answer, and no time for a request begins.
bool connection::a_request_has_begun() {
    std::string_view bytes = view(buffer_);
    while (bytes.starts_with("\r\n"))
        bytes.remove_prefix(2);
    if (bytes.empty())
        buffer_.consume(buffer_.size());
    return buffer_.size() > 0;
}

// Requests that came in one go could be answered in one go, without a suspension: hundreds in a row, and
// clients that send only one would wait for them all.
asio::awaitable<void> connection::let_others_go_first() {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
}

// Whether what is there already is all that has to be read: a whole request came in one piece, nearly always.
bool connection::feed(request_reader& reader) {
    if (buffer_.size() > 0)
        buffer_.consume(reader.feed(view(buffer_)));
    return reader.now() != request_reader::state::header && reader.now() != request_reader::state::body;
}

// Reads on until the request is complete, refused, or not worth reading further.
asio::awaitable<connection::got> connection::read_request(request_reader& reader) {
    const got header = co_await read_while(reader, request_reader::state::header);
    if (header != got::bytes || reader.now() != request_reader::state::body)
        co_return header;
    if (reader.expected() == request_reader::expectation::unknown)
        co_return got::bytes;
    if (reader.expected() == request_reader::expectation::go_ahead && buffer_.size() == 0) {
        const two_buffers bytes{asio::buffer(go_ahead), asio::const_buffer{}};
        const auto until = limit_;  // the client's total time goes on
        if (!co_await write(bytes))
            co_return got::nothing;
        limit_ = until;
    }
    feed(reader);
    co_return co_await read_while(reader, request_reader::state::body);
}

asio::awaitable<connection::got> connection::read_while(request_reader& reader,
                                                        request_reader::state during) {
    const bool large = during == request_reader::state::body;
    while (reader.now() == during) {
        const got outcome = co_await fill(large ? large_read : small_read);
        if (outcome != got::bytes)
            co_return outcome;
        feed(reader);
    }
    co_return got::bytes;
}

asio::awaitable<connection::got> connection::fill(std::size_t most) {
    const auto space = buffer_.prepare(std::min(most, buffer_.max_size() - buffer_.size()));
    const auto [failure, bytes] = co_await stream_.read_some(space);
    if (!failure) {
        buffer_.commit(bytes);
        co_return got::bytes;
    }
    co_return clock::now() >= limit_ ? got::timeout : got::nothing;
}

// As fill(), for a wait that may be long: no space is held meanwhile. A read that waits would be no cheaper:
// what Asio 1.81 spares it of epoll_ctl, it spends on a first attempt in vain.
asio::awaitable<connection::got> connection::fill_when_readable() {
    for (;;) {
        const auto [failure] = co_await stream_.wait_until_readable();
        const auto bytes =
            failure ? result<std::size_t>{failure} : stream_.read_now(buffer_.prepare(small_read));
        if (!bytes)
            co_return clock::now() >= limit_ ? got::timeout : got::nothing;
        if (*bytes == 0)
            continue;
        buffer_.commit(*bytes);
        co_return got::bytes;
    }
}

// The last-resort catch: a handler that throws is a bug, which the log learns everything of and the client
// nothing.
asio::awaitable<response> connection::ask(request& incoming, const std::string& request_id) {
    std::exception_ptr failure;
    try {
        auto work = shared_.face.handle(std::move(incoming));
        response reply = co_await std::move(work);
        co_return reply;
    } catch (...) {
        failure = std::current_exception();
    }
    // Cancelled because the drain time is over: not a bug, and the next suspension ends this coroutine.
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() == asio::cancellation_type::none) {
        const std::string reason = text_of(failure);
        log::error("handler_failed", {{"request_id", request_id}, {"reason", reason}});
    }
    co_return refusal(refusal_kind::internal_error, request_id);
}

response connection::refusal(refusal_kind kind, const std::string& request_id) {
    response reply = shared_.face.refuse(kind, request_id);
    reply.status = status_of(kind);
    reply.stream.reset();
    reply.close = reply.close || kind != refusal_kind::internal_error;
    return reply;
}

asio::awaitable<bool> connection::refuse(refusal_kind kind, request_reader& reader) {
    const request understood = reader.take();
    record about = record_of(understood, reader);
    owed_input_ = true;
    response reply = refusal(kind, about.request_id);
    co_return co_await answer(about, reply, false);
}

}  // namespace gateway::http
