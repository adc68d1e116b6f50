#pragma once
// HTTPS for our own listener, with a certificate that may be replaced while it serves.

#include "gateway/runtime/digest.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace gateway::http {

// What new connections are made with. The context never changes, so that all threads may share it;
// connections keep what they need of it when everybody else has let go. Null: plain HTTP.
using tls_settings = std::shared_ptr<boost::asio::ssl::context>;

// A certificate chain and its private key, in PEM files. One thread at a time.
class server_certificate {
public:
    server_certificate(std::string certificate_file, std::string private_key_file);

    // Reads both files; blocks. Empty when they can be used. Else a sentence for the operator, which names
    // the file that can't be read or holds no such thing, or says that the two don't belong together; then
    // settings() stay as they were.
    std::string read();

    // TLS 1.2 and later, as the files were when they were last read. The same object again when they hold the
    // same again, so that clients can resume their sessions; with a new certificate they can't, and shake
    // hands in full. Null before the first read.
    const tls_settings& settings() const noexcept { return settings_; }

    // Until when the certificate is valid: "2027-01-31T23:59:59Z". Empty before the first read.
    const std::string& valid_until() const noexcept { return valid_until_; }

private:
    std::string certificate_file_;
    std::string private_key_file_;
    tls_settings settings_;
    sha256_digest made_of_{};
    std::string valid_until_;
};

}  // namespace gateway::http
