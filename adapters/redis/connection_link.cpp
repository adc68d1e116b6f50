#include "adapters/redis/connection_link.hpp"

#include "adapters/redis/handshake.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <boost/asio/redirect_error.hpp>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;
using gateway::errc;
using gateway::result;

namespace {

constexpr std::size_t most_held_back = 8;  // commands
// What a replica answers to a write. Servers before 7.0 wrap a script's error into one of their own.
bool is_from_a_replica(const reply& answer) {
    return answer.is_error() &&
           (answer.error_code() == "READONLY" ||
            answer.text.find("-READONLY You can't write against a read only replica") != std::string::npos);
}

// What a subscriber is sent beside the replies to its commands.
bool is_message(const reply& answer) {
    return answer.is_array_of(3) && answer.items[0].is_text() && answer.items[0].text == "message";
}

}  // namespace

// Until somebody cancels the timer.
asio::awaitable<result<void>> signalled(asio::steady_timer& timer) {
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return boost::system::in_place_value;
}

asio::awaitable<void> connection::link::run() {
    using namespace asio::experimental::awaitable_operators;
    const auto self = shared_from_this();
    unsigned failures = 0;
    while (!stopping) {
        auto attempt = co_await (open() || signalled(stopped));
        if (stopping)
            break;
        const std::string objection = std::get<0>(std::move(attempt));
        first_attempt = false;
        if (objection.empty()) {
            const auto since = deadline::clock::now();
            co_await use();
            // A server that greets and then hangs up is no better than one that does not answer.
            if (deadline::clock::now() - since >= options.retry.most)
                failures = 0;
        } else {
            drop(objection);
            changed.cancel();  // who waited for the first attempt
        }
        if (stopping)
            break;
        ++failures;
        gateway::log::warning("store_unreachable", {{"store", to_string(where)}, {"reason", trouble}});
        pause.expires_after(options.retry.wait(failures));
        boost::system::error_code woken;
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    drop("closed");
}

// Finds the server, connects, and says who we are. Empty when that went well.
asio::awaitable<std::string> connection::link::open() {
    if (where.is_behind_sentinels()) {
        const auto named = co_await group.primary();
        if (!named)
            co_return named.error();
        server = *named;
    }
    const auto by = deadline::after(options.connect_timeout);
    auto connected = co_await open_stream(server, by);
    if (!connected)
        co_return connected.error().message();
    bytes = std::move(*connected);
    commands.clear();
    co_return co_await introduce(*bytes, server, by);
}

// From an open link to its end.
asio::awaitable<void> connection::link::use() {
    using namespace asio::experimental::awaitable_operators;
    set_up(true);
    writing = false;
    trouble.clear();
    ++links;
    unanswered = 0;
    gateway::log::info("store_connected", {{"store", to_string(where)}, {"server", server_text()}});
    changed.cancel();
    co_await (read_replies() || write_commands() || follow_primary() || end_overdue());
    drop(trouble);
}

std::string connection::link::server_text() const {
    return where.is_behind_sentinels() ? to_string(place{server.host, server.port}) : to_string(where);
}

// The four loops of an open link. Each ends only by cutting it, or because another one has.

asio::awaitable<void> connection::link::read_replies() {
    reply_reader reader{options.most_reply_bytes};
    std::vector<char> buffer(std::size_t{64} << 10);
    while (up) {
        const auto got = co_await bytes->read_some(asio::buffer(buffer));
        if (!got)
            co_return cut(got.error().message());
        reader.feed({buffer.data(), *got});
        const char* const objection = deliver_all(reader);
        heard_at = deadline::clock::now();
        commands.resume_answered();
        if (objection != nullptr)
            co_return cut(objection);
    }
}

// What is wrong with them, or null.
const char* connection::link::deliver_all(reply_reader& replies) {
    while (auto answer = replies.next()) {
        const bool replica = is_from_a_replica(*answer);
        unanswered = 0;
        if (options.when_message && is_message(*answer)) {
            if (up)  // otherwise whoever set the function may be gone
                options.when_message(answer->items[2]);
            continue;
        }
        if (!commands.deliver(std::move(*answer)))
            return "the server sent a reply that nobody asked for";  // we have lost count
        if (replica)
            return "the server has become a replica";
    }
    return replies.failed() ? "the server sent what is no reply, or one too large" : nullptr;
}

asio::awaitable<void> connection::link::write_commands() {
    std::string batch;
    while (up) {
        co_await commands.take_unwritten(batch);
        if (batch.empty())
            continue;
        writing = true;
        held_back = 0;
        const auto written = co_await bytes->write(asio::buffer(batch));
        writing = false;
        if (!written)
            co_return cut(written.error().message());
    }
}

// Without an answer the link stays as it is: sentinels that are away are no reason to stop working.
asio::awaitable<void> connection::link::follow_primary() {
    asio::steady_timer next{executor, deadline::never().at()};
    while (up) {
        if (where.is_behind_sentinels())
            next.expires_after(options.look_every);
        boost::system::error_code woken;
        co_await next.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        if (!up)
            co_return;
        const auto named = co_await group.primary();
        if (named && (named->host != server.host || named->port != server.port))
            co_return cut("the sentinels name another primary");
    }
}

asio::awaitable<void> connection::link::end_overdue() {
    while (up)
        co_await commands.end_overdue();
}

void connection::link::set_up(bool now) {
    if (now != up && options.when_up_or_down)
        options.when_up_or_down(now);
    up = now;
}

// The link is of no use from now on, whatever its loops still wait for: commands fail at once.
void connection::link::cut(std::string why) {
    if (!up)
        return;  // the first to notice knows why
    set_up(false);
    trouble = std::move(why);
    bytes->close();
    commands.wake_all();
    commands.fail();
}

// Once nothing uses the stream any more.
void connection::link::drop(std::string why) {
    set_up(false);
    trouble = std::move(why);
    if (bytes)
        bytes->close();
    bytes.reset();
    commands.clear();
}

// Ends what the background coroutine may be waiting for; it does the rest.
void connection::link::stop() {
    stopping = true;
    set_up(false);
    if (bytes)
        bytes->close();
    pause.cancel();
    commands.wake_all();
    stopped.cancel();
    changed.cancel();
    commands.fail();
}

void connection::link::note_timeout(deadline::clock::duration waited) {
    if (!up || waited < options.patience)
        return;
    if (++unanswered >= options.timeouts_before_drop)
        cut("the server keeps silent");
}

// Writes at once when nothing else is under way: nobody gains by waiting for company. Otherwise commands
// travel together, a few: the server must not idle while this thread makes more. What is left the loop
// writes.
std::shared_ptr<waiter> connection::link::give(std::span<const command> together) {
    auto mine = commands.give(together);
    held_back += together.size();
    if (!writing && (commands.unanswered() == together.size() || held_back >= most_held_back)) {
        held_back = 0;
        commands.written(bytes->write_now(asio::buffer(commands.unwritten())));
    }
    if (!commands.unwritten().empty())
        commands.wake_writer();
    return mine;
}

// A process that has just started is asked while it still connects; that is not yet a server that is away.
asio::awaitable<void> connection::link::first_attempt_over(deadline by) {
    while (first_attempt && !stopping && !by.passed()) {
        auto change = signalled(changed);
        co_await gateway::with_deadline(std::move(change), by);
    }
}

// Why no command may be given now.
boost::system::error_code connection::link::refusal(deadline by) const {
    if (by.passed())
        return errc::deadline_exceeded;
    if (!up || commands.unanswered() >= options.most_pending ||
        commands.unwritten().size() >= options.most_outgoing_bytes)
        return errc::store_unavailable;
    return {};
}

asio::awaitable<boost::system::error_code> connection::link::answered(std::shared_ptr<waiter> mine,
                                                                      deadline by) {
    const auto given_at = deadline::clock::now();
    co_await commands.ended(mine, by.tightened(options.command_timeout));
    switch (mine->how()) {
        case waiter::end::answered: co_return boost::system::error_code{};
        case waiter::end::cancelled: co_return errc::deadline_exceeded;
        case waiter::end::overdue: {
            const bool own_time = by.passed();
            note_timeout(deadline::clock::now() - given_at);
            co_return own_time ? errc::deadline_exceeded : errc::store_unavailable;
        }
        case waiter::end::none:
        case waiter::end::failed: break;
    }
    co_return errc::store_unavailable;
}

}  // namespace adapters::redis
