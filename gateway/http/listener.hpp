#pragma once
// The one acceptor of a port: takes connections and hands them round-robin to the threads that serve them.

#include "gateway/http/accepted_socket.hpp"
#include "gateway/http/connection_group.hpp"
#include "gateway/http/listen_address.hpp"
#include "gateway/http/server_settings.hpp"
#include "gateway/runtime/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>
#include <vector>

namespace gateway::http {

// Of one listener, since it was made.
struct connection_counts {
    std::size_t open = 0;  // now, over all threads
    std::uint64_t accepted = 0;
    std::uint64_t turned_away = 0;  // answered 503, or closed without a word: over a limit
};

// To be used on the context's own thread. The groups must outlive it.
class listener {
public:
    // Binds at once; throws std::runtime_error when that fails (see bind_address). Clients that connect wait
    // for start().
    listener(boost::asio::io_context& context, const std::string& address, const server_settings& settings,
             std::vector<connection_group*> groups);
    ~listener();
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    void start();

    // Stops accepting and waits for the accept loop. Connections already in the backlog are handed over
    // first. Then drain the groups.
    boost::asio::awaitable<void> stop();

    // The effective address: "127.0.0.1:41234", "[::1]:8080" or "unix:/path".
    const std::string& address() const noexcept { return bound_.shown; }

    // Open connections of this listener over all threads. Any thread.
    std::size_t open() const noexcept { return seats_->open(); }

    connection_counts counts() const noexcept { return {open(), accepted_, turned_away_}; }

private:
    enum class taken { all, some, out_of_descriptors };

    boost::asio::awaitable<void> accept_all();
    taken accept_waiting();
    void hand_over(int descriptor, const sockaddr_storage& from);
    void close();

    std::vector<connection_group*> groups_;
    std::size_t next_ = 0;
    std::shared_ptr<seats> seats_;
    bound_address bound_;
    std::uint64_t accepted_ = 0;
    std::uint64_t turned_away_ = 0;
    bool exhausted_ = false;  // said so in the log already
    boost::asio::steady_timer pause_;
    task_group tasks_;
};

}  // namespace gateway::http
