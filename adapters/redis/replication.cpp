#include "adapters/redis/replication.hpp"

#include "gateway/runtime/log.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;
using gateway::errc;
using gateway::result;

namespace {

constexpr std::chrono::milliseconds replicas_patience{500};
constexpr std::chrono::milliseconds server_patience{2'000};
constexpr std::int64_t probe_lives = 60'000;  // milliseconds

}  // namespace

replication::replication(asio::io_context& context, address where, connection_options options,
                         std::string prefix, int wanted)
    : link_{context, std::move(where), options},
      prefix_{std::move(prefix)},
      wanted_{wanted},
      answered_{context, deadline::never().at()} {}

asio::awaitable<result<void>> replication::confirm(const connection& over, std::uint64_t link, deadline by) {
    const std::uint64_t mine = ++asked_;
    while (confirmed_ < mine && failed_ < mine) {
        if (by.passed())
            co_return errc::deadline_exceeded;
        if (!asking_) {
            co_await ask();
            continue;
        }
        boost::system::error_code woken;  // whoever asks ends soon, and says so
        co_await answered_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    const bool same_server = over.up() && over.links() == link && over.server() == link_.server();
    if (confirmed_ >= mine && same_server)
        co_return boost::system::in_place_value;
    co_return errc::store_unavailable;
}

asio::awaitable<void> replication::ask() {
    const std::uint64_t covered = asked_;
    asking_ = true;
    bool follow = false;
    // Whoever is cancelled while asking leaves the question to the others.
    struct last_words {
        replication& of;
        const std::uint64_t& covered;
        const bool& follow;
        bool told = false;
        ~last_words() {
            of.asking_ = false;
            if (told)
                (follow ? of.confirmed_ : of.failed_) = covered;
            of.answered_.cancel();
        }
    } words{*this, covered, follow};
    follow = co_await replicas_follow();
    words.told = true;
}

asio::awaitable<bool> replication::replicas_follow() {
    const auto by = deadline::after(server_patience);
    const auto link = link_.links();
    command probe{"SET"};
    probe.add(prefix_ + "replicated").add("1").add("PX").add(probe_lives);
    const auto written = co_await link_.send(std::move(probe), by);
    if (!written || written->is_error())
        co_return false;
    command wait{"WAIT"};
    wait.add(static_cast<std::int64_t>(wanted_)).add(replicas_patience.count());
    const auto followers = co_await link_.send(std::move(wait), by);
    if (!followers || followers->what != reply::kind::integer || link_.links() != link)
        co_return false;
    if (followers->number < wanted_)
        gateway::log::warning("store_not_replicated", {{"wanted", wanted_}, {"replicas", followers->number}});
    co_return followers->number >= wanted_;
}

}  // namespace adapters::redis
