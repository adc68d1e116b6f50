#pragma once
// Sockets of the bench's programs: loopback, TCP_NODELAY, non-blocking, and the epoll that watches them.

#include <sys/epoll.h>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace bench::wire {

// A file descriptor that is closed once.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) noexcept : number_{number} {}
    descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor();

    int number() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

// "127.0.0.1:8080"; also with "http://" in front. Throws std::invalid_argument for anything else.
struct endpoint {
    std::string host;
    std::uint16_t port = 0;
};
endpoint parse_endpoint(std::string_view text);

// These throw std::system_error.
descriptor listen_on(const endpoint& at);
std::uint16_t port_of(const descriptor& listening);
descriptor connect_to(const endpoint& peer, bool blocking = false);
void make_ready_for_epoll(const descriptor& accepted);

class poller {
public:
    poller();
    void add(int descriptor, std::uint32_t events, std::uint64_t tag);
    void change(int descriptor, std::uint32_t events, std::uint64_t tag);
    // Waits at most so many milliseconds; -1: for ever.
    std::span<const epoll_event> wait(int milliseconds);

private:
    static constexpr std::size_t most_events = 256;
    descriptor epoll_;
    epoll_event events_[most_events];
};

// Nanoseconds of CLOCK_MONOTONIC: the same clock in every process of the machine.
std::int64_t now_ns() noexcept;

}  // namespace bench::wire
