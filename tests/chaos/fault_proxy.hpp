#pragma once
// Stands on the way between two programs and does to their connections what networks do: delays, trickles,
// slices, cuts at any byte, silence in one direction or both, refusal. What it does may be changed while
// connections are open.
//
// It runs on a thread of its own. Every call may come from any thread and has taken effect when it returns.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chaos {

using std::chrono::milliseconds;

enum class way { to_target, to_client };

// What both ends of a cut connection see: an orderly end (unless they sent what nobody has read: then the
// system makes it a reset), or a reset that also throws away what they have not read yet.
enum class ending { fin, reset };

// Cuts connections after a number of bytes forwarded in one direction. The number is drawn evenly for each
// connection, and is counted from its beginning or from the moment the plan came into force; 0 cuts it when
// the first byte is due.
struct cut_plan {
    way direction = way::to_client;
    ending how = ending::reset;
    std::uint64_t least_bytes = 0;
    std::uint64_t most_bytes = 0;
    double share = 1;  // of the connections; the others are spared
};

struct faults {
    milliseconds latency{0};             // before each piece is passed on
    milliseconds jitter{0};              // up to so much more
    std::uint64_t bytes_per_second = 0;  // of each connection and direction; 0: no limit
    std::size_t slice = 0;  // the most bytes of one write; 0: as they come. Without a limit of bytes per
                            // second the system may put slices together again before they are read
    std::vector<cut_plan> cuts;
    std::optional<way> silent;  // half-open: nothing is forwarded in this direction until it is lifted
    bool black_hole = false;    // nothing is forwarded at all, and new connections are taken and kept waiting
    bool refuse = false;        // new connections are refused; open ones stay
};

// Where connections go: a port of the loopback, or a UNIX socket.
struct proxy_target {
    std::uint16_t port = 0;
    std::string socket = {};
};

struct proxy_counts {
    std::uint64_t connections = 0;  // accepted
    std::uint64_t unreachable = 0;  // of those, dropped because nobody listened at the target
    std::uint64_t cuts = 0;         // by a plan, or by cut_all()
    std::uint64_t bytes_to_target = 0;
    std::uint64_t bytes_to_client = 0;
};

class fault_proxy {
public:
    // Listens on a free port of 127.0.0.1. The seed decides every draw. Throws std::system_error.
    explicit fault_proxy(std::uint64_t seed);
    ~fault_proxy();
    fault_proxy(const fault_proxy&) = delete;
    fault_proxy& operator=(const fault_proxy&) = delete;

    std::uint16_t port() const noexcept;
    std::string url() const;  // "http://127.0.0.1:PORT"

    void forward_to(proxy_target target);  // for connections from now on; without one, they are reset
    void set(faults now);                  // for all connections, also those that are open
    void heal() { set({}); }
    void cut_all(ending how);

    proxy_counts counts() const;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace chaos
