#pragma once
// Announces finished tasks as the producer does (reference/producer-api 8), each when it is done, from a
// thread of its own over one kept connection, so that creates and polls never wait for it.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

namespace bench::upstream {

struct delivery {
    std::int64_t due_ns = 0;
    std::string url;
    std::string secret;
    std::string body;
};

class webhook_sender {
public:
    webhook_sender();
    ~webhook_sender();  // what is not due yet is dropped

    void send(delivery wanted);
    // Members without braces: delivered, refused or not delivered.
    std::string counts_json() const;

private:
    struct later {
        bool operator()(const delivery& a, const delivery& b) const { return a.due_ns > b.due_ns; }
    };

    void run();

    std::mutex lock_;
    std::condition_variable changed_;
    std::priority_queue<delivery, std::vector<delivery>, later> waiting_;
    bool stopping_ = false;
    std::atomic<std::uint64_t> delivered_ = 0;
    std::atomic<std::uint64_t> failed_ = 0;
    std::thread thread_;
};

}  // namespace bench::upstream
