#pragma once
// Closed-loop load: so many connections, each with one request at a time on its way, from one thread.

#include "tests/bench/load/request.hpp"
#include "tests/bench/wire/message.hpp"
#include "tests/bench/wire/socket.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bench::load {

struct plan {
    wire::endpoint target;
    std::size_t connections = 1;
    std::uint64_t requests = 0;  // so many in all; 0: by time
    double seconds = 0;          // begin no request later than this
    double patience = 30;        // for the answers that are then still out
    bool keep_ids = false;       // the "id" of each JSON answer
};

struct tally {
    std::int64_t started_ns = 0;
    std::int64_t ended_ns = 0;
    std::vector<std::uint32_t> latencies_ns;  // of the answers with a good status; at most four seconds each
    std::map<int, std::uint64_t> statuses;    // all answers
    std::map<std::string, std::uint64_t> errors;
    std::uint64_t bytes = 0;  // of bodies
    std::vector<std::string> ids;
};

class generator {
public:
    generator(plan wanted, request_maker& requests);
    tally run();

private:
    struct line {
        wire::descriptor socket;
        std::string in;
        std::size_t body_left = 0;  // of a long body, which is counted and thrown away
        std::int64_t sent_ns = 0;
        bool waiting = false;
        bool closing = false;  // the answer says that it is the connection's last
    };

    bool may_begin(std::int64_t now) const;
    void begin(std::size_t number, std::int64_t now);
    void open(std::size_t number);
    void receive(std::size_t number);
    void take(line& on, std::string_view bytes);
    void answered(line& on, int status);
    void lose(std::size_t number, const std::string& why);

    plan plan_;
    request_maker& requests_;
    wire::poller poller_;
    std::vector<line> lines_;
    std::string buffer_;
    std::uint64_t begun_ = 0;
    std::size_t out_ = 0;  // requests on their way
    tally tally_;
};

}  // namespace bench::load
