#pragma once
// How many connections of a listener are open, in all and from each address, and whether there is room for
// one more.

#include "gateway/domain/client_origin.hpp"

#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace gateway::http {

// Nothing for UNIX sockets.
std::optional<client_origin> origin_of(const sockaddr_storage& address);

struct seat_limits {
    std::size_t served = 0;
    std::size_t turned_away = 0;  // at once, beside those served: they are told 503
    std::size_t per_address = 0;  // of those served; 0: no limit
};

class seat;

// One thread takes seats, any thread gives them back. The table of addresses knows only those that have a
// connection served right now: it is as bounded as these are, whatever addresses clients have or pretend.
class seats : public std::enable_shared_from_this<seats> {
public:
    explicit seats(seat_limits limits) : limits_{limits} {}

    // A seat to be served on, or one to be turned away on, or none. `from` is not looked at without a limit
    // for addresses.
    std::optional<seat> take(const sockaddr_storage& from);

    std::size_t open() const noexcept { return served_ + turned_away_; }

private:
    friend class seat;

    bool has_room_for(const client_origin& from);
    void free(bool served, const std::optional<client_origin>& from) noexcept;

    const seat_limits limits_;
    std::atomic<std::size_t> served_{0};
    std::atomic<std::size_t> turned_away_{0};
    std::mutex guard_;
    std::map<client_origin, std::size_t>
        by_origin_;  // a tree: a client that picks its addresses can't make it slow
};

// Counts one open connection for as long as it lives. Any thread.
class seat {
public:
    seat(seat&& other) noexcept = default;
    seat& operator=(seat&&) = delete;
    ~seat() {
        if (of_)
            of_->free(served_, from_);
    }

    bool is_served() const noexcept { return served_; }

private:
    friend class seats;
    seat(std::shared_ptr<seats> of, bool served, std::optional<client_origin> from)
        : of_{std::move(of)}, served_{served}, from_{from} {}

    std::shared_ptr<seats> of_;  // connections may outlive the listener
    bool served_;
    std::optional<client_origin> from_;  // when it is counted there
};

}  // namespace gateway::http
