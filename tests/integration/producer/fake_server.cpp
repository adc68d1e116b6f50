#include "fake_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <charconv>

#include <sys/socket.h>

namespace tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

bool peer::shake_hands(asio::ssl::context& context) {
    tls_ = std::make_unique<asio::ssl::stream<tcp::socket&>>(socket_, context);
    error_code failed;
    tls_->handshake(asio::ssl::stream_base::server, failed);
    return !failed;
}

std::string peer::read_some() {
    std::array<char, 4096> bytes{};
    error_code failed;
    const std::size_t count =
        tls_ ? tls_->read_some(asio::buffer(bytes), failed) : socket_.read_some(asio::buffer(bytes), failed);
    return failed ? std::string{} : std::string{bytes.data(), count};
}

std::string peer::read_request() {
    std::size_t wanted = std::string::npos;
    while (true) {
        if (const auto end = unread_.find("\r\n\r\n"); end != std::string::npos) {
            wanted = end + 4;
            if (const auto field = unread_.find("Content-Length: "); field < end) {
                std::size_t length = 0;
                std::from_chars(unread_.data() + field + 16, unread_.data() + end, length);
                wanted += length;
            }
        }
        if (unread_.size() >= wanted && wanted != std::string::npos)
            break;
        const std::string more = read_some();
        if (more.empty())
            return {};
        unread_ += more;
    }
    std::string request = unread_.substr(0, wanted);
    unread_.erase(0, wanted);
    return request;
}

void peer::send(const std::string& bytes) {
    error_code gone;
    if (tls_)
        asio::write(*tls_, asio::buffer(bytes), gone);
    else
        asio::write(socket_, asio::buffer(bytes), gone);
}

void peer::answer(int status, const std::string& body, const std::string& more_headers) {
    send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body);
}

void peer::wait_for_close() {
    while (!read_some().empty()) {
    }
}

void peer::close() noexcept {
    const std::lock_guard hold{closing_};
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void peer::reset() noexcept {
    const std::lock_guard hold{closing_};
    error_code ignored;
    socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_.close(ignored);
}

bool peer::resumed() noexcept {
    return tls_ && SSL_session_reused(tls_->native_handle()) == 1;
}

void peer::abort() noexcept {
    const std::lock_guard hold{closing_};
    if (socket_.is_open())
        ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

fake_server::fake_server(behaviour serve)
    : acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()},
      serve_{std::move(serve)},
      acceptor_thread_{[this] { accept_all(); }} {}

void fake_server::accept_all() {
    while (true) {
        error_code failed;
        tcp::socket socket{context_};
        acceptor_.accept(socket, failed);
        if (stopping_ || failed)
            return;
        const std::lock_guard hold{guard_};
        const int number = ++connections_;
        peer& client = peers_.emplace_back(std::move(socket));
        workers_.emplace_back([this, &client, number] {
            serve_(client, number);
            client.abort();
        });
    }
}

fake_server::~fake_server() {
    stopping_ = true;
    error_code ignored;
    tcp::socket waker{context_};
    waker.connect(tcp::endpoint{asio::ip::address_v4::loopback(), port_}, ignored);
    acceptor_thread_.join();
    {
        const std::lock_guard hold{guard_};
        for (auto& each : peers_)
            each.abort();
    }
    for (auto& worker : workers_)
        worker.join();
}

}  // namespace tests
