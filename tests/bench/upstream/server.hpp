#pragma once
// A single-threaded HTTP server that answers each request at once. One read, one write per batch of requests.

#include "tests/bench/wire/socket.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bench::upstream {

class server {
public:
    // Appends a whole response to `out`.
    using answer = std::function<void(std::string_view head, std::string_view body, std::string& out)>;

    server(const wire::endpoint& at, answer to_request);

    std::uint16_t port() const { return wire::port_of(listening_); }
    // Until `stopped` becomes true, which a signal handler may do.
    void run(const std::atomic<bool>& stopped);

private:
    struct connection {
        wire::descriptor socket;
        std::string in;
        std::string out;
        bool waits_to_write = false;
    };

    void accept_all();
    bool serve(connection& peer);  // false: it is over
    bool read_all(connection& peer);
    void answer_all(connection& peer);
    bool flush(connection& peer);

    wire::descriptor listening_;
    answer answer_;
    wire::poller poller_;
    std::unordered_map<int, std::unique_ptr<connection>> connections_;
};

}  // namespace bench::upstream
