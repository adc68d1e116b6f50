#pragma once
// Name resolution that can be given up. Asio's own resolver has one thread per context and cannot be
// cancelled, so one dead name server would stall every lookup and the shutdown with it.

#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gateway::http_client {

using addresses = std::vector<boost::asio::ip::address>;

// One for the whole process, shared by all threads' clients. The threads that look up own nothing of an
// io_context, so they may outlive it, and this object: destruction never waits for a name server.
class resolver {
public:
    // Runs on a resolver thread and may block. An empty answer is an error's job.
    using lookup_function = std::function<gateway::result<addresses>(const std::string& host)>;

    // At least one thread. The default asks the system (getaddrinfo).
    explicit resolver(unsigned threads = 2);
    resolver(unsigned threads, lookup_function look_up);
    ~resolver();
    resolver(const resolver&) = delete;
    resolver& operator=(const resolver&) = delete;

    // The addresses of `host` in the order to try them; a literal address is its own. asio::error::timed_out
    // at the deadline; the lookup itself may then still be running, and holds its thread until the system
    // gives up. Any thread.
    boost::asio::awaitable<gateway::result<addresses>> resolve(std::string host, gateway::deadline by);

private:
    struct shared;
    std::shared_ptr<shared> shared_;
};

}  // namespace gateway::http_client
