#include "tests/end_to_end/hostile_crowd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace end_to_end {

namespace {

constexpr std::size_t addresses = 40;           // 127.0.0.2 and its neighbours share the ports
constexpr int answers_wanted = 50;              // by a slow reader: more than any buffer on the way holds
constexpr int small_buffer = 2048;              // its own
constexpr std::chrono::milliseconds turn{500};  // in which a slow one sends, or reads, a byte

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

void send_all(int to, const std::string& bytes) {
    if (::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
        fail("send");
}

void wait_for_answer(int from) {
    pollfd wanted{from, POLLIN, 0};
    if (::poll(&wanted, 1, 30'000) != 1)
        throw std::runtime_error{"one of the crowd got no answer"};
    char bytes[65536];
    if (::recv(from, bytes, sizeof bytes, 0) < 12 || std::memcmp(bytes, "HTTP/1.1 200", 12) != 0)
        throw std::runtime_error{"one of the crowd was not served"};
}

bool has_ended(int one) {
    char byte = 0;
    const auto got = ::recv(one, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN);
}

}  // namespace

std::size_t allow_descriptors(std::size_t wanted) {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    if (now.rlim_cur < wanted) {
        now.rlim_max = std::max<rlim_t>(now.rlim_max, wanted);
        now.rlim_cur = wanted;
        if (::setrlimit(RLIMIT_NOFILE, &now) != 0) {
            ::getrlimit(RLIMIT_NOFILE, &now);
            now.rlim_cur = now.rlim_max;
            ::setrlimit(RLIMIT_NOFILE, &now);
        }
    }
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
}

hostile_crowd::hostile_crowd(const std::string& url, crowd_size size, const std::string& asked) {
    const auto colon = url.rfind(':');
    host_ = url.substr(url.find("//") + 2, colon - url.find("//") - 2);
    port_ = static_cast<unsigned short>(std::stoi(url.substr(colon + 1)));
    for (std::size_t each = 0; each < size.idle; ++each) {
        idle_.push_back(arrive());
        if (each % 2 == 1) {
            send_all(idle_.back(), asked);
            wait_for_answer(idle_.back());
        }
    }
    std::string order;
    for (int each = 0; each < answers_wanted; ++each)
        order += asked;
    for (std::size_t each = 0; each < size.slow_readers; ++each) {
        readers_.push_back(arrive(small_buffer));
        send_all(readers_.back(), order);
    }
    for (std::size_t each = 0; each < size.slow_heads; ++each)
        heads_.push_back({arrive()});
    slow_ = std::thread{[this] { be_slow(); }};
}

hostile_crowd::~hostile_crowd() {
    over_ = true;
    if (slow_.joinable())
        slow_.join();
    for (const auto* all : {&idle_, &readers_})
        for (const int each : *all)
            ::close(each);
    for (const slow_head& each : heads_)
        ::close(each.descriptor);
}

std::size_t hostile_crowd::idle_cut() const {
    return static_cast<std::size_t>(std::count_if(idle_.begin(), idle_.end(), [](int each) {
        char bytes[65536];  // the rest of an answer may lie there
        while (::recv(each, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
        }
        return has_ended(each);
    }));
}

int hostile_crowd::arrive(int receive_buffer) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0)
        fail("socket");
    const int on = 1;
    ::setsockopt(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (receive_buffer > 0)
        ::setsockopt(made, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(0x7f000002U + static_cast<std::uint32_t>(arrivals_++ % addresses));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    ::inet_pton(AF_INET, host_.c_str(), &to.sin_addr);
    if (::bind(made, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0 ||
        ::connect(made, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
        ::close(made);
        fail("connect");
    }
    return made;
}

// One byte of one after the other, so that the work is spread over the whole turn.
void hostile_crowd::be_slow() {
    constexpr int slices = 50;
    for (int slice = 0; !over_; slice = (slice + 1) % slices) {
        const auto until = std::chrono::steady_clock::now() + turn / slices;
        for (std::size_t each = static_cast<std::size_t>(slice); each < heads_.size(); each += slices)
            send_slowly(heads_[each]);
        for (std::size_t each = static_cast<std::size_t>(slice); each < readers_.size(); each += slices) {
            char byte = 0;
            (void)!::recv(readers_[each], &byte, 1, MSG_DONTWAIT);
        }
        std::this_thread::sleep_until(until);
    }
}

// Never the whole of it: one field that goes on and on.
void hostile_crowd::send_slowly(slow_head& one) {
    static const std::string begin{"GET / HTTP/1.1\r\nHost: music.test\r\nX-Slow: "};
    const char next = one.sent < begin.size() ? begin[one.sent] : 'x';
    if (!has_ended(one.descriptor) && ::send(one.descriptor, &next, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) {
        ++one.sent;
        ++sent_;
        return;
    }
    ::close(one.descriptor);
    one = {};
    ++cut_;
    try {
        one.descriptor = arrive();
    } catch (const std::runtime_error&) {  // once more in the next turn
    }
}

}  // namespace end_to_end
