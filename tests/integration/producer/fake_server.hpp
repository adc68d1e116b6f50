#pragma once
// A far side that misbehaves on command: each connection is served by a plain blocking function on a thread
// of its own.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tests {

// One accepted connection. All calls block; none throws: a peer that left ends reads with empty texts.
class peer {
public:
    explicit peer(boost::asio::ip::tcp::socket socket) : socket_{std::move(socket)} {}

    bool shake_hands(boost::asio::ssl::context& context);
    std::string read_request();  // head and body; empty when the client left
    void send(const std::string& bytes);
    void answer(int status, const std::string& body, const std::string& more_headers = "");
    void wait_for_close();  // until the client leaves
    void close() noexcept;
    void reset() noexcept;  // a TCP reset instead of an orderly end
    bool resumed() noexcept;
    void abort() noexcept;  // from another thread: ends a blocking read

private:
    std::string read_some();

    boost::asio::ip::tcp::socket socket_;
    std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    std::string unread_;
    std::mutex closing_;  // abort() comes from another thread than close() and reset()
};

class fake_server {
public:
    // `connection` counts from 1.
    using behaviour = std::function<void(peer& client, int connection)>;

    explicit fake_server(behaviour serve);
    ~fake_server();
    fake_server(const fake_server&) = delete;
    fake_server& operator=(const fake_server&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    int connections() const { return connections_; }

private:
    void accept_all();

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    behaviour serve_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0};
    std::mutex guard_;
    std::list<peer> peers_;
    std::vector<std::thread> workers_;
    std::thread acceptor_thread_;
};

}  // namespace tests
