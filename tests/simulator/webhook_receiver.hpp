#pragma once
// A receiver of webhooks on a port of its own, in a thread of its own.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace simulator_test {

struct received_webhook {
    std::string target;
    std::string body;
    std::map<std::string, std::string> headers;  // names in lower case
};

class webhook_receiver {
public:
    enum scheme { http, https };  // https: with a self-signed certificate made on the spot

    explicit webhook_receiver(scheme with = http);
    ~webhook_receiver();
    webhook_receiver(const webhook_receiver&) = delete;
    webhook_receiver& operator=(const webhook_receiver&) = delete;

    std::string url() const;

    // The oldest one that has not been taken yet. Waits; fails the test and returns nothing in 20 s.
    received_webhook next();

    // How many have come, taken or not.
    std::size_t received() const;

    // Statuses of the next answers; 200 afterwards.
    void answer_next_with(std::vector<unsigned> statuses);

private:
    void run();
    template <class Stream>
    void serve(Stream& stream);

    scheme scheme_;
    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ssl::context tls_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<received_webhook> waiting_;
    std::size_t received_ = 0;
    std::deque<unsigned> statuses_;
    bool ending_ = false;
    std::thread thread_;
};

std::string hmac_hex(std::string_view key, std::string_view text);

}  // namespace simulator_test
