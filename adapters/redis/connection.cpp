#include "adapters/redis/connection.hpp"

#include "adapters/redis/connection_link.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <boost/asio/co_spawn.hpp>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;
using gateway::errc;
using gateway::result;

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

std::chrono::steady_clock::time_point connection::heard_at() const noexcept {
    return link_->heard_at;
}

bool connection::has_seen_all() const noexcept {
    return link_->bytes && !link_->bytes->has_unread();
}

void connection::tell(command what) {
    if (!link_->refusal(deadline::never()))
        link_->give({&what, 1});
}

asio::awaitable<result<reply>> connection::send(command what, deadline by) {
    const auto link = link_;  // outlives this connection if need be
    if (link->first_attempt)
        co_await link->first_attempt_over(by);
    if (const auto refused = link->refusal(by))
        co_return refused;
    const auto mine = link->give({&what, 1});
    if (const auto failed = co_await link->answered(mine, by))
        co_return failed;
    co_return std::move(mine->answers.front());
}

asio::awaitable<result<std::vector<reply>>> connection::send_together(std::vector<command> all, deadline by) {
    const auto link = link_;
    if (link->first_attempt)
        co_await link->first_attempt_over(by);
    if (const auto refused = link->refusal(by))
        co_return refused;
    if (all.empty())
        co_return std::vector<reply>{};  // no reply would ever end the waiting, nor a deadline
    const auto mine = link->give(all);
    if (const auto failed = co_await link->answered(mine, by))
        co_return failed;
    co_return std::move(mine->answers);
}

std::string connection::server() const {
    return link_->server_text();
}

const address& connection::where() const noexcept {
    return link_->where;
}

asio::awaitable<result<void>> connection::ready(deadline by) {
    co_return co_await ready_again(0, by);
}

asio::awaitable<result<void>> connection::ready_again(std::uint64_t seen, deadline by) {
    const auto link = link_;
    while (!link->up || link->links <= seen) {
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
