#include "gateway/http/tls.hpp"

#include <openssl/ssl.h>

#include <stdexcept>
#include <string_view>

namespace gateway::http {

namespace ssl = boost::asio::ssl;

namespace {

// A client that offers h2 first must learn that we speak HTTP/1.1 only.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned offered_length, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int outcome = SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_length);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void check(const boost::system::error_code& failure, const std::string& what, const std::string& file) {
    if (failure)
        throw std::runtime_error(what + " '" + file + "': " + failure.message());
}

}  // namespace

std::unique_ptr<ssl::context> server_tls(const std::string& certificate, const std::string& private_key) {
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                         ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression);
    boost::system::error_code failure;
    context->use_certificate_chain_file(certificate, failure);
    check(failure, "certificate", certificate);
    context->use_private_key_file(private_key, ssl::context::pem, failure);
    check(failure, "private key", private_key);
    if (SSL_CTX_check_private_key(context->native_handle()) != 1)
        throw std::runtime_error("private key '" + private_key + "' does not belong to certificate '" +
                                 certificate + "'");
    SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_protocol, nullptr);
    // A connection that idles gives its TLS buffers back.
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

}  // namespace gateway::http
