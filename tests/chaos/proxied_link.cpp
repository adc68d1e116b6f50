#include "tests/chaos/proxied_link.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace chaos {

namespace asio = boost::asio;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds between_looks{10};  // at whether a fault was lifted

}  // namespace

proxied_link::proxied_link(proxied_state& shared, stream_socket client)
    : shared_{shared},
      client_{std::move(client)},
      target_{client_.get_executor()},
      up_{way::to_target, client_, target_, client_.get_executor()},
      down_{way::to_client, target_, client_, client_.get_executor()} {}

asio::awaitable<void> proxied_link::run(std::shared_ptr<proxied_link> self) {
    while (self->shared_.now.black_hole && !self->over_)
        co_await self->wait(self->up_, between_looks);
    if (self->over_)
        co_return;
    proxy_target target = self->shared_.target;
    const bool there = co_await connect(self->target_, std::move(target));
    if (!there) {
        ++self->shared_.counts.unreachable;
        self->close(ending::reset);
        co_return;
    }
    asio::co_spawn(self->client_.get_executor(), pump(self, self->down_), asio::detached);
    co_await pump(self, self->up_);
}

void proxied_link::cut(ending how) {
    if (over_)
        return;
    ++shared_.counts.cuts;
    close(how);
}

asio::awaitable<void> proxied_link::pump(std::shared_ptr<proxied_link> self, lane& along) {
    std::array<char, 16 * 1024> buffer;
    while (!self->over_) {
        const auto [failed, got] = co_await along.from.async_read_some(asio::buffer(buffer), no_throw);
        if (self->over_)
            co_return;
        if (failed == asio::error::eof) {
            co_await self->hold_back(along);
            boost::system::error_code gone_already;
            along.to.shutdown(stream_socket::shutdown_send, gone_already);
            co_return;
        }
        if (failed)
            co_return self->close(ending::reset);
        co_await self->hold_back(along);
        const bool passed = co_await self->pass_on(along, std::span{buffer}.first(got));
        if (!passed)
            co_return;
    }
}

bool proxied_link::is_held(way direction) const {
    return !over_ && (shared_.now.black_hole || shared_.now.silent == direction);
}

// Latency first, then silence, for as long as it lasts.
asio::awaitable<void> proxied_link::hold_back(lane& along) {
    milliseconds time = shared_.now.latency;
    if (shared_.now.jitter.count() > 0) {
        std::uniform_int_distribution<milliseconds::rep> further{0, shared_.now.jitter.count()};
        time += milliseconds{further(shared_.random)};
    }
    if (time.count() > 0)
        co_await wait(along, time);
    while (is_held(along.direction))
        co_await wait(along, between_looks);
}

// False when the link ended on the way.
asio::awaitable<bool> proxied_link::pass_on(lane& along, std::span<const char> bytes) {
    while (!bytes.empty() && !over_) {
        draw_cut(along);
        std::size_t size = bytes.size();
        if (shared_.now.slice > 0)
            size = std::min(size, shared_.now.slice);
        if (along.left)
            size = static_cast<std::size_t>(std::min<std::uint64_t>(size, *along.left));
        if (size > 0) {
            const auto piece = asio::buffer(bytes.data(), size);
            const auto [failed, sent] = co_await asio::async_write(along.to, piece, no_throw);
            if (failed) {
                close(ending::reset);
                co_return false;
            }
            (along.direction == way::to_target ? shared_.counts.bytes_to_target
                                               : shared_.counts.bytes_to_client) += sent;
        }
        bytes = bytes.subspan(size);
        if (along.left) {
            *along.left -= size;
            if (*along.left == 0) {
                cut(along.how);
                co_return false;
            }
        }
        if (shared_.now.bytes_per_second > 0)
            co_await wait(along, std::chrono::microseconds{1'000'000 * size / shared_.now.bytes_per_second});
    }
    co_return !over_;
}

asio::awaitable<void> proxied_link::wait(lane& along, std::chrono::microseconds time) {
    along.pause.expires_after(time);
    co_await along.pause.async_wait(no_throw);
}

void proxied_link::draw_cut(lane& along) {
    if (along.edition == shared_.edition)
        return;
    along.edition = shared_.edition;
    along.left.reset();
    for (const cut_plan& plan : shared_.now.cuts) {
        if (plan.direction != along.direction || !std::bernoulli_distribution{plan.share}(shared_.random))
            continue;
        std::uniform_int_distribution<std::uint64_t> bytes{plan.least_bytes, plan.most_bytes};
        along.left = bytes(shared_.random);
        along.how = plan.how;
        return;
    }
}

void proxied_link::close(ending how) {
    over_ = true;
    boost::system::error_code ignored;  // whichever side is gone already
    for (stream_socket* each : {&client_, &target_}) {
        if (!each->is_open())
            continue;
        if (how == ending::reset)
            each->set_option(asio::socket_base::linger{true, 0}, ignored);
        each->close(ignored);
    }
    up_.pause.cancel();
    down_.pause.cancel();
}

}  // namespace chaos
