#pragma once
// One connection through the fault proxy: two streams, and a pump for each direction.

#include "tests/chaos/fault_proxy.hpp"
#include "tests/chaos/proxy_socket.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <memory>
#include <random>
#include <span>

namespace chaos {

// What the proxy and all of its links share; touched on the proxy's thread alone.
struct proxied_state {
    proxy_target target;
    faults now;
    std::uint64_t edition = 0;  // of `now`
    std::mt19937_64 random;
    proxy_counts counts;
};

class proxied_link : public std::enable_shared_from_this<proxied_link> {
public:
    proxied_link(proxied_state& shared, stream_socket client);

    // Forwards until both directions have ended, or cut() was called. Keeps the link alive meanwhile.
    static boost::asio::awaitable<void> run(std::shared_ptr<proxied_link> self);
    void cut(ending how);

private:
    // One direction of the link.
    struct lane {
        lane(way towards, stream_socket& source, stream_socket& sink, const stream_socket::executor_type& on)
            : direction{towards}, from{source}, to{sink}, pause{on} {}

        way direction;
        stream_socket& from;
        stream_socket& to;
        boost::asio::steady_timer pause;
        std::uint64_t edition = ~std::uint64_t{0};  // of the faults that `left` was drawn for
        std::optional<std::uint64_t> left;          // bytes until the cut
        ending how = ending::reset;
    };

    static boost::asio::awaitable<void> pump(std::shared_ptr<proxied_link> self, lane& along);
    boost::asio::awaitable<void> hold_back(lane& along);
    boost::asio::awaitable<bool> pass_on(lane& along, std::span<const char> bytes);
    boost::asio::awaitable<void> wait(lane& along, std::chrono::microseconds time);
    void draw_cut(lane& along);
    bool is_held(way direction) const;
    void close(ending how);

    proxied_state& shared_;
    stream_socket client_;
    stream_socket target_;
    lane up_;
    lane down_;
    bool over_ = false;
};

}  // namespace chaos
