#pragma once
// One thread of the gateway: its event loop, what main made to run on it, and the order in which that starts
// and ends.

#include "gateway/http/connection_group.hpp"
#include "gateway/runtime/task_group.hpp"
#include "gateway/work/worker.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace gateway::app {

// What a reload (SIGHUP) changes.
struct reload {
    service::policy_ptr clients;
    work::work_policy_ptr work;
    http::tls_settings tls;         // of the client port
    std::string certificate_until;  // its end, for the log; empty without TLS
};

// What main puts on a thread: adapters and use cases, made for that thread's io_context and destroyed after
// it ran dry.
class thread_parts {
public:
    virtual ~thread_parts() = default;

    virtual http::handler& face() = 0;
    virtual work::worker& worker() = 0;
    // Coroutines that run until they are cancelled. Called once.
    virtual std::vector<boost::asio::awaitable<void>> background() = 0;
    virtual void use(const reload& changed) = 0;
    // The last thing before the loop ends: links to servers are closed.
    virtual boost::asio::awaitable<void> close() = 0;
};

// Members are used on the context's own thread, unless they say otherwise.
class service_thread {
public:
    service_thread();
    service_thread(const service_thread&) = delete;
    service_thread& operator=(const service_thread&) = delete;

    boost::asio::io_context& context() noexcept { return context_; }

    // Before run(): hands over the parts and the port they serve.
    void equip(std::unique_ptr<thread_parts> parts, const http::server_settings& settings, metrics& counts,
               http::tls_settings tls);
    http::connection_group& connections() { return *connections_; }

    // Starts the background coroutines and the worker. Before run(), or on the thread.
    void start();

    // Runs the loop until release(); blocks the calling thread, which becomes this thread.
    void run();

    // Requests are answered and connections closed, jobs handed back, links closed; all within `patience` and
    // a little.
    boost::asio::awaitable<void> drain(milliseconds patience);

    // Lets run() return once nothing is left to do. Any thread.
    void release();

    // Any thread.
    void post_reload(reload changed);

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
    std::unique_ptr<thread_parts> parts_;
    std::unique_ptr<http::connection_group> connections_;
    task_group background_;
    task_group work_;
};

}  // namespace gateway::app
