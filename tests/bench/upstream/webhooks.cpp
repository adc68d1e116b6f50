#include "tests/bench/upstream/webhooks.hpp"

#include "tests/bench/wire/message.hpp"
#include "tests/bench/wire/socket.hpp"

#include <openssl/hmac.h>
#include <sys/socket.h>
#include <chrono>
#include <optional>
#include <string_view>

namespace bench::upstream {

namespace {

std::string hex_hmac(std::string_view key, std::string_view text) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &length);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < length; ++i)
        hex.append({digits[mac[i] >> 4], digits[mac[i] & 15]});
    return hex;
}

std::string message_of(const delivery& wanted, std::string_view host, std::string_view path,
                       std::uint64_t number) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::string timestamp =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
    const std::string id = "evt_bench_" + std::to_string(number);
    return "POST " + std::string{path} + " HTTP/1.1\r\nHost: " + std::string{host} +
           "\r\nContent-Type: application/json\r\nX-Webhook-Id: " + id + "\r\nIdempotency-Key: " + id +
           "\r\nX-Webhook-Event: song.completed\r\nX-Webhook-Timestamp: " + timestamp +
           "\r\nX-Webhook-Signature: sha256=" + hex_hmac(wanted.secret, timestamp + "." + wanted.body) +
           "\r\nContent-Length: " + std::to_string(wanted.body.size()) + "\r\n\r\n" + wanted.body;
}

// One connection, kept from delivery to delivery. Everything blocks, with a limit.
class line {
public:
    // The status of the answer; 0 when none came.
    int post(const delivery& wanted, std::uint64_t number) {
        constexpr std::string_view scheme = "http://";
        const std::size_t path = wanted.url.find('/', scheme.size());
        if (!wanted.url.starts_with(scheme) || path == wanted.url.npos)
            return 0;
        const std::string host = wanted.url.substr(scheme.size(), path - scheme.size());
        const std::string request = message_of(wanted, host, wanted.url.substr(path), number);
        for (int attempt = 0; attempt < 2; ++attempt) {
            if (!socket_)
                open(host);
            if (const int status = exchange(request))
                return status;
            socket_ = {};  // it had been closed meanwhile: once more over a new one
        }
        return 0;
    }

private:
    void open(const std::string& host) {
        constexpr timeval patience{10, 0};
        socket_ = wire::connect_to(wire::parse_endpoint(host), true);
        ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }

    int exchange(const std::string& request) {
        if (::send(socket_.number(), request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size()))
            return 0;
        std::string answer;
        char piece[4096];
        for (;;) {
            const ssize_t got = ::recv(socket_.number(), piece, sizeof piece, 0);
            if (got <= 0)
                return 0;
            answer.append(piece, static_cast<std::size_t>(got));
            const auto found = wire::find_message(answer);
            if (found && answer.size() >= found->size())
                return wire::status_of(found->head);
        }
    }

    wire::descriptor socket_;
};

}  // namespace

webhook_sender::webhook_sender() : thread_{[this] { run(); }} {}

webhook_sender::~webhook_sender() {
    {
        const std::scoped_lock hold{lock_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void webhook_sender::send(delivery wanted) {
    bool is_next = false;
    {
        const std::scoped_lock hold{lock_};
        is_next = waiting_.empty() || wanted.due_ns < waiting_.top().due_ns;
        waiting_.push(std::move(wanted));
    }
    if (is_next)
        changed_.notify_one();
}

void webhook_sender::run() {
    line over;
    std::unique_lock hold{lock_};
    while (!stopping_) {
        if (waiting_.empty()) {
            changed_.wait(hold);
            continue;
        }
        const std::int64_t early = waiting_.top().due_ns - wire::now_ns();
        if (early > 0) {
            changed_.wait_for(hold, std::chrono::nanoseconds{early});
            continue;
        }
        const delivery next = waiting_.top();
        waiting_.pop();
        hold.unlock();
        int status = 0;
        try {
            status = over.post(next, delivered_ + failed_);
        } catch (const std::exception&) {
            // The receiver is not there: counted below.
        }
        (status >= 200 && status < 300 ? delivered_ : failed_)++;
        hold.lock();
    }
}

std::string webhook_sender::counts_json() const {
    return "\"webhooks_delivered\":" + std::to_string(delivered_) +
           ",\"webhooks_failed\":" + std::to_string(failed_);
}

}  // namespace bench::upstream
