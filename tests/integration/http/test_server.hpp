#pragma once
// The real listener and connection groups on loopback, with threads of their own.

#include "gateway/http/listener.hpp"
#include "tests/integration/http/raw_client.hpp"
#include "tests/integration/http/scripted_handler.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace gateway::http::testing {

// Waits for `condition`, at most ten seconds.
bool eventually(const std::function<bool()>& condition);

struct server_options {
    server_settings settings{};
    std::size_t threads = 1;
    std::string address = "127.0.0.1:0";
    tls_settings tls;
};

class test_server {
public:
    explicit test_server(server_options options = {});
    ~test_server();  // drains with a second of patience, if nobody did

    raw_client connect(int receive_buffer = 0) const { return raw_client{address_, receive_buffer}; }
    raw_client connect_from(const std::string& own) const { return raw_client{address_, 0, own}; }
    const std::string& address() const { return address_; }
    std::size_t open() const { return listener_->open(); }
    // On every thread, once this returns.
    void use(const tls_settings& next);
    scripted_handler& script() { return script_; }
    gateway::metrics& counts() { return counts_; }

    // Stops accepting, then drains every thread. Once only. The future says whether all ended in time.
    std::future<bool> drain(std::chrono::milliseconds patience);

private:
    struct worker {
        boost::asio::io_context context{1};
        std::optional<connection_group> group;
        std::thread thread;
    };

    bool drain_now(std::chrono::milliseconds patience);

    scripted_handler script_;
    gateway::metrics counts_;
    std::vector<std::unique_ptr<worker>> workers_;
    std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guards_;
    std::optional<listener> listener_;
    std::string address_;
    bool drained_ = false;
};

}  // namespace gateway::http::testing
