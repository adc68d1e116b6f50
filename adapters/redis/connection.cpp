#include "adapters/redis/connection.hpp"

#include "adapters/redis/stream.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include <array>
#include <deque>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;
using gateway::errc;
using gateway::result;

namespace {

// Who waits for one reply. Shared by the waiting coroutine and the pipeline; whichever is left last lets go
// of it.
struct waiter {
    explicit waiter(const asio::any_io_executor& executor) : wake{executor} {}
    asio::steady_timer wake;
    bool done = false;
    result<reply> answer{errc::store_unavailable};
};

}  // namespace

struct connection::link : std::enable_shared_from_this<link> {
    link(asio::io_context& context, address place, connection_options settings)
        : where{std::move(place)},
          options{settings},
          executor{context.get_executor()},
          outgoing_ready{context},
          pause{context},
          changed{context, deadline::never().at()},
          stopped{context, deadline::never().at()} {}

    const address where;
    const connection_options options;
    const asio::any_io_executor executor;

    std::unique_ptr<stream> bytes;  // while connected
    bool up = false;
    bool first_attempt = true;  // still under way
    bool stopping = false;
    bool ended = false;  // the background coroutine
    std::uint64_t links = 0;
    int unanswered = 0;                         // time-outs since the last reply
    std::string trouble = "not connected yet";  // of the last attempt, or why the link went down
    std::string objection;                      // of the server, to the present attempt

    std::string outgoing;                         // commands not yet given to the socket
    std::deque<std::shared_ptr<waiter>> pending;  // in the order of their commands
    asio::steady_timer outgoing_ready;            // cancelled when there is something to write
    asio::steady_timer pause;                     // between attempts
    asio::steady_timer changed;  // never expires; cancelled after each attempt, and at the end for good
    asio::steady_timer stopped;  // never expires; cancelled by stop()

    asio::awaitable<void> run();
    asio::awaitable<result<void>> open();
    asio::awaitable<result<reply>> greet(command what, reply_reader& reader);
    asio::awaitable<result<void>> read_replies();
    asio::awaitable<result<void>> write_commands();
    void deliver(reply answer);
    void fail_pending();
    void drop(std::string why);
    void stop();
    void note_timeout(deadline::clock::duration waited);
};

namespace {

// Until somebody cancels the timer.
asio::awaitable<result<void>> signalled(asio::steady_timer& timer) {
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_return boost::system::in_place_value;
}

}  // namespace

// ---- the background coroutine

asio::awaitable<void> connection::link::run() {
    using namespace asio::experimental::awaitable_operators;
    const auto self = shared_from_this();
    unsigned failures = 0;
    while (!stopping) {
        const auto attempt = co_await (open() || signalled(stopped));
        if (stopping)
            break;
        const auto opened = std::get<0>(attempt);
        first_attempt = false;
        if (opened) {
            failures = 0;
            up = true;
            ++links;
            unanswered = 0;
            gateway::log::info("store_connected", {{"store", to_string(where)}});
            changed.cancel();
            auto first = co_await (read_replies() || write_commands());
            up = false;
            const auto failure = first.index() == 0 ? std::get<0>(first).error() : std::get<1>(first).error();
            drop(failure.message());
        } else {
            drop(objection.empty() ? opened.error().message() : objection);
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

// Connects and says who we are. PING comes last: a server that is loading, or wants a password, says so now
// rather than to the first command.
asio::awaitable<result<void>> connection::link::open() {
    const auto by = deadline::after(options.connect_timeout);
    objection.clear();
    auto connected = co_await open_stream(where, by);
    if (!connected)
        co_return connected.error();
    bytes = std::move(*connected);
    outgoing.clear();

    std::vector<command> greeting;
    if (!where.password.empty()) {
        command auth{"AUTH"};
        if (!where.user.empty())
            auth.add(where.user);
        auth.add(where.password);
        greeting.push_back(std::move(auth));
    }
    if (where.database != 0)
        greeting.push_back(std::move(command{"SELECT"}.add(where.database)));
    greeting.push_back(command{"PING"});

    reply_reader reader{std::size_t{64} << 10};
    for (command& each : greeting) {
        auto exchange = greet(std::move(each), reader);
        const auto answer = co_await gateway::with_deadline(std::move(exchange), by);
        if (!answer)
            co_return answer.error();
        if (answer->is_error()) {
            // The code alone: what follows it may quote what was sent.
            objection = "the server answered " + std::string{answer->error_code()};
            co_return errc::store_unavailable;
        }
    }
    co_return boost::system::in_place_value;
}

asio::awaitable<result<reply>> connection::link::greet(command what, reply_reader& reader) {
    const std::string text = what.formatted();
    const auto written = co_await bytes->write(asio::buffer(text));
    if (!written)
        co_return written.error();
    std::array<char, 1024> buffer;
    while (true) {
        auto answer = reader.next();
        if (answer)
            co_return std::move(*answer);
        const auto got = co_await bytes->read_some(asio::buffer(buffer));
        if (!got)
            co_return got.error();
        if (!reader.feed({buffer.data(), *got}))
            co_return boost::system::error_code{asio::error::invalid_argument};
    }
}

// Both loops end only by failing.
asio::awaitable<result<void>> connection::link::read_replies() {
    reply_reader reader{options.most_reply_bytes};
    std::vector<char> buffer(std::size_t{64} << 10);
    while (true) {
        const auto got = co_await bytes->read_some(asio::buffer(buffer));
        if (!got)
            co_return got.error();
        reader.feed({buffer.data(), *got});
        while (auto answer = reader.next()) {
            if (pending.empty())
                co_return errc::store_unavailable;  // a reply that nobody asked for: we have lost count
            deliver(std::move(*answer));
        }
        if (reader.failed())
            co_return errc::store_unavailable;
    }
}

// Sleeps through one turn of the loop before each write, so that what all ready coroutines ask for travels
// together.
asio::awaitable<result<void>> connection::link::write_commands() {
    std::string batch;
    while (true) {
        if (outgoing.empty()) {
            outgoing_ready.expires_at(deadline::never().at());
            boost::system::error_code woken;
            co_await outgoing_ready.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        }
        batch.clear();
        batch.swap(outgoing);
        if (batch.empty())
            continue;
        const auto written = co_await bytes->write(asio::buffer(batch));
        if (!written)
            co_return written.error();
    }
}

void connection::link::deliver(reply answer) {
    unanswered = 0;
    const auto first = std::move(pending.front());
    pending.pop_front();
    first->answer = std::move(answer);
    first->done = true;
    first->wake.cancel();
}

void connection::link::fail_pending() {
    for (const auto& each : std::exchange(pending, {})) {
        each->done = true;  // with store_unavailable
        each->wake.cancel();
    }
}

void connection::link::drop(std::string why) {
    up = false;
    trouble = std::move(why);
    if (bytes)
        bytes->close();
    bytes.reset();
    outgoing.clear();
    fail_pending();
}

// Ends what the background coroutine may be waiting for; it does the rest.
void connection::link::stop() {
    stopping = true;
    up = false;
    if (bytes)
        bytes->close();
    pause.cancel();
    outgoing_ready.cancel();
    stopped.cancel();
    changed.cancel();
    fail_pending();
}

void connection::link::note_timeout(deadline::clock::duration waited) {
    if (!up || waited < options.patience)
        return;
    if (++unanswered >= options.timeouts_before_drop) {
        up = false;  // from now on commands fail at once
        bytes->close();
    }
}

// ---- the face of it

connection::connection(asio::io_context& context, address where, connection_options options)
    : link_{std::make_shared<link>(context, std::move(where), options)} {
    asio::co_spawn(context, link_->run(), [link = link_](std::exception_ptr failure) {
        link->ended = true;
        if (failure) {  // a bug, or no memory: readiness will show the link down
            gateway::log::error("store_connection_failed", {{"store", to_string(link->where)}});
            link->stop();
        }
        link->changed.cancel();
    });
}

connection::~connection() {
    link_->stop();
}

bool connection::up() const noexcept {
    return link_->up;
}

std::string connection::trouble() const {
    return link_->up ? std::string{} : link_->trouble;
}

std::uint64_t connection::links() const noexcept {
    return link_->links;
}

asio::awaitable<result<reply>> connection::send(command what, deadline by) {
    const auto link = link_;  // outlives this connection if need be
    // A process that has just started is asked while it still connects; that is not yet a server that is
    // away.
    while (link->first_attempt && !link->stopping && !by.passed()) {
        auto change = signalled(link->changed);
        co_await gateway::with_deadline(std::move(change), by);
    }
    if (by.passed())
        co_return errc::deadline_exceeded;
    if (!link->up || link->pending.size() >= link->options.most_pending ||
        link->outgoing.size() >= link->options.most_outgoing_bytes)
        co_return errc::store_unavailable;

    const auto mine = std::make_shared<waiter>(link->executor);
    const auto sent_at = deadline::clock::now();
    link->outgoing += what.formatted();
    link->pending.push_back(mine);
    link->outgoing_ready.cancel();

    mine->wake.expires_at(by.tightened(link->options.command_timeout).at());
    boost::system::error_code woken;
    co_await mine->wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (mine->done)
        co_return std::move(mine->answer);
    const bool own_time = by.passed();
    if (!woken)
        link->note_timeout(deadline::clock::now() - sent_at);
    co_return own_time || woken ? errc::deadline_exceeded : errc::store_unavailable;
}

asio::awaitable<result<void>> connection::ready(deadline by) {
    const auto link = link_;
    while (!link->up) {
        if (by.passed())
            co_return errc::deadline_exceeded;
        if (link->stopping)
            co_return errc::store_unavailable;
        auto change = signalled(link->changed);
        co_await gateway::with_deadline(std::move(change), by);
    }
    co_return boost::system::in_place_value;
}

asio::awaitable<bool> connection::close(std::chrono::milliseconds patience) {
    const auto link = link_;
    link->stop();
    const auto by = deadline::after(patience);
    while (!link->ended && !by.passed()) {
        auto change = signalled(link->changed);
        co_await gateway::with_deadline(std::move(change), by);
    }
    co_return link->ended;
}

}  // namespace adapters::redis
