#pragma once
// Thousands of clients that keep connections open and ask for nothing worth it: idle ones, ones that send a
// header byte by byte, and ones that order much and hardly read.

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace end_to_end {

// Lets this process have that many descriptors, or as many as it may; returns how many it may have.
std::size_t allow_descriptors(std::size_t wanted);

struct crowd_size {
    std::size_t idle = 0;        // half of them fresh, half after a request
    std::size_t slow_heads = 0;  // slowloris: cut by the gateway, they come again
    std::size_t slow_readers = 0;
};

// There until it is destroyed. Throws std::runtime_error when not all of it got in.
class hostile_crowd {
public:
    // `url`: http://127.0.0.1:port. They come from 127.0.0.2 and its neighbours. `asked`: what the idle ones
    // asked for, and slow readers ask for many times: a whole request without a body.
    hostile_crowd(const std::string& url, crowd_size size, const std::string& asked);
    ~hostile_crowd();
    hostile_crowd(const hostile_crowd&) = delete;
    hostile_crowd& operator=(const hostile_crowd&) = delete;

    std::size_t cut() const noexcept { return cut_; }    // slow heads that had to come again
    std::size_t sent() const noexcept { return sent_; }  // bytes of slow heads
    std::size_t idle_cut() const;                        // idle ones that the gateway has closed

private:
    struct slow_head {
        int descriptor = -1;
        std::size_t sent = 0;
    };

    int arrive(int receive_buffer = 0);
    void be_slow();
    void send_slowly(slow_head& one);

    std::string host_;
    unsigned short port_ = 0;
    std::size_t arrivals_ = 0;
    std::vector<int> idle_;
    std::vector<slow_head> heads_;
    std::vector<int> readers_;
    std::atomic<std::size_t> cut_{0};
    std::atomic<std::size_t> sent_{0};
    std::atomic<bool> over_{false};
    std::thread slow_;
};

}  // namespace end_to_end
