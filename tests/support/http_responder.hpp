#pragma once
// A small HTTP server inside a test: each request goes to a function, whose reply is sent back.

#include "tests/support/http_client.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace end_to_end {

class http_responder {
public:
    // Called on a thread of its own for each request, so for several at a time. When it throws, the
    // connection ends without an answer.
    using answer_to = std::function<http_reply(const http_request&)>;

    // Listens on a free port of the loopback. Throws std::system_error when it cannot.
    explicit http_responder(answer_to how);
    ~http_responder();  // waits for the answers that are on their way
    http_responder(const http_responder&) = delete;
    http_responder& operator=(const http_responder&) = delete;

    const std::string& url() const noexcept { return url_; }

private:
    struct visit {
        std::jthread thread;
        std::atomic<bool> over = false;
    };
    void accept_all();
    void serve(int socket) const;

    answer_to how_;
    std::string url_;
    int listener_ = -1;
    std::list<visit> visits_;  // of the accepting thread, until it has ended
    std::jthread accepting_;
};

}  // namespace end_to_end
