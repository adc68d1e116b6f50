#include "webhook_receiver.hpp"

#include "own_certificate.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace simulator_test {

namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;

namespace {

void sign_own_certificate(asio::ssl::context& tls) {
    const own_certificate own;
    SSL_CTX_use_certificate(tls.native_handle(), own.certificate.get());
    SSL_CTX_use_PrivateKey(tls.native_handle(), own.key.get());
}

received_webhook taken(const bhttp::request<bhttp::string_body>& message) {
    received_webhook hook;
    hook.target = std::string{message.target()};
    hook.body = message.body();
    for (const auto& field : message) {
        std::string name{field.name_string()};
        for (auto& c : name)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        hook.headers[name] = std::string{field.value()};
    }
    return hook;
}

}  // namespace

webhook_receiver::webhook_receiver(scheme with)
    : scheme_{with},
      acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      tls_{asio::ssl::context::tls_server} {
    if (scheme_ == https)
        sign_own_certificate(tls_);
    thread_ = std::thread{[this] { run(); }};
}

webhook_receiver::~webhook_receiver() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    boost::system::error_code ignored;
    tcp::socket wake{context_};  // lets accept() return
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
}

std::string webhook_receiver::url() const {
    return std::string{scheme_ == https ? "https" : "http"} +
           "://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook";
}

received_webhook webhook_receiver::next() {
    std::unique_lock lock{mutex_};
    if (!arrived_.wait_for(lock, std::chrono::seconds{20}, [&] { return !waiting_.empty(); })) {
        ADD_FAILURE() << "no webhook came";
        return {};
    }
    auto hook = std::move(waiting_.front());
    waiting_.pop_front();
    return hook;
}

std::size_t webhook_receiver::received() const {
    const std::lock_guard lock{mutex_};
    return received_;
}

void webhook_receiver::answer_next_with(std::vector<unsigned> statuses) {
    const std::lock_guard lock{mutex_};
    statuses_.assign(statuses.begin(), statuses.end());
}

void webhook_receiver::run() {
    for (;;) {
        boost::system::error_code ec;
        auto socket = acceptor_.accept(ec);
        {
            const std::lock_guard lock{mutex_};
            if (ending_)
                return;
        }
        if (scheme_ == http) {
            serve(socket);
            continue;
        }
        asio::ssl::stream<tcp::socket> stream{std::move(socket), tls_};
        stream.handshake(asio::ssl::stream_base::server, ec);
        if (!ec)
            serve(stream);
    }
}

template <class Stream>
void webhook_receiver::serve(Stream& stream) {
    boost::system::error_code ec;
    boost::beast::flat_buffer buffer;
    bhttp::request<bhttp::string_body> message;
    bhttp::read(stream, buffer, message, ec);
    if (ec)
        return;
    unsigned status = 200;
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(taken(message));
        ++received_;
        if (!statuses_.empty()) {
            status = statuses_.front();
            statuses_.pop_front();
        }
    }
    arrived_.notify_all();
    bhttp::response<bhttp::empty_body> answer{bhttp::int_to_status(status), 11};
    answer.keep_alive(false);
    answer.prepare_payload();
    bhttp::write(stream, answer, ec);
}

std::string hmac_hex(std::string_view key, std::string_view text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", digest[i]);
        hex += pair;
    }
    return hex;
}

}  // namespace simulator_test
