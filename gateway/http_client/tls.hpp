#pragma once
// TLS towards servers we call: certificates are always verified, against the host that was asked for, and the
// newest session ticket of each host is kept so that the next connection needs no full handshake.

#include <boost/asio/ssl/context.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace gateway::http_client {

// One per client, used on the client's thread only. Must outlive every stream made from it.
class tls_context {
public:
    // TLS 1.2 or later. Only what `certificate_authority` (a PEM file) vouches for is trusted; when it is
    // empty, the system's authorities; SSL_CERT_FILE and SSL_CERT_DIR name others. Throws
    // boost::system::system_error when the file cannot be read, or OpenSSL cannot be set up.
    explicit tls_context(const std::string& certificate_authority = {});
    ~tls_context();
    tls_context(const tls_context&) = delete;
    tls_context& operator=(const tls_context&) = delete;

    // Reads the system's authorities, once; blocks meanwhile. For whoever knows that connections will come.
    // They are 2 MiB that nobody needs who calls no server over TLS.
    void read_authorities();

    boost::asio::ssl::context& context() {
        read_authorities();
        return context_;
    }

    // Before the handshake: whom the certificate must name, server name (not for literal addresses),
    // HTTP/1.1, and a kept session. False when OpenSSL refused.
    bool prepare(SSL* stream, const std::string& host);

private:
    static int on_new_session(SSL* stream, SSL_SESSION* session);

    struct free_session {
        void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
    };

    boost::asio::ssl::context context_;
    bool has_authorities_ = false;
    std::map<std::string, std::unique_ptr<SSL_SESSION, free_session>, std::less<>> sessions_;
};

}  // namespace gateway::http_client
