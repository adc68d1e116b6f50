#pragma once
// The whole program once it is configured: threads, the two ports, signals, and the order of start and of
// drain.

#include "gateway/app/readiness.hpp"
#include "gateway/app/service_thread.hpp"
#include "gateway/http/listener.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace gateway::app {

struct server_plan {
    std::string listen;
    std::string admin;
    std::size_t threads = 1;
    http::server_settings http;
    milliseconds drain{20'000};
    http::tls_settings tls;  // of the client port
};

// Made, run and destroyed on the main thread, which serves as the first of its threads.
class server {
public:
    // Called once a thread, before any runs, with its context and its number from 0.
    using equipment = std::function<std::unique_ptr<thread_parts>(boost::asio::io_context&, std::size_t)>;
    // Called after the threads are equipped; the face serves the admin port on the first thread.
    using admin_maker = std::function<std::unique_ptr<http::handler>()>;
    // Reads the configuration again; nothing when it is not to be used (then it has said why). Runs on a
    // thread of its own.
    using reloader = std::function<std::optional<reload>()>;

    // Binds both ports; throws std::runtime_error with a sentence for the operator when that fails.
    server(server_plan plan, metrics& counts, readiness& state, const equipment& equip,
           const admin_maker& make_admin);
    ~server();

    // The effective addresses, e.g. with the port number that port 0 became.
    const std::string& client_address() const { return clients_->address(); }
    const std::string& admin_address() const { return admins_->address(); }

    // Of the client port. On the first thread.
    http::connection_counts client_connections() const { return clients_->counts(); }

    // Serves until SIGTERM or SIGINT; SIGHUP reloads. `serving` is called once clients are accepted.
    void run(reloader again, const std::function<void()>& serving);

private:
    boost::asio::io_context& first_context() { return threads_.front()->context(); }
    boost::asio::awaitable<void> watch_signals();
    boost::asio::awaitable<void> shut_down();
    boost::asio::awaitable<void> drain_one(service_thread& thread, boost::asio::steady_timer& all_done,
                                           std::size_t& left);
    boost::asio::awaitable<void> reload_all();

    server_plan plan_;
    readiness& state_;
    reloader reload_;
    std::vector<std::unique_ptr<service_thread>> threads_;
    std::unique_ptr<http::handler> admin_face_;
    std::unique_ptr<http::connection_group> admin_connections_;
    std::unique_ptr<http::listener> clients_;
    std::unique_ptr<http::listener> admins_;
    boost::asio::signal_set signals_;
    boost::asio::thread_pool files_{1};
    std::unique_ptr<task_group> duties_;
};

}  // namespace gateway::app
