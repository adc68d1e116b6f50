#include "gateway/http/tls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509err.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string_view>
#include <utility>

namespace gateway::http {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

namespace {

constexpr std::size_t largest_file = 1024 * 1024;  // a chain of a hundred certificates has some 200 KB

// A client that offers h2 first must learn that we speak HTTP/1.1 only.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned offered_length, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int outcome = SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_length);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// An encrypted key is refused. OpenSSL's own way is to ask for the password at the terminal, and to wait.
int no_password(char*, int, int, void*) {
    return 0;
}

// The content of a file, wiped when it is no longer needed: it may be a private key.
class file_content {
public:
    explicit file_content(const std::string& path) {
        std::ifstream file{path, std::ios::binary};
        bytes_.resize(largest_file + 1);
        file.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
        const int error = errno;
        size_ = static_cast<std::size_t>(file.gcount());
        if (!file.is_open() || file.bad())
            trouble_ = std::strerror(error);
        else if (size_ > largest_file)
            trouble_ = "too large";
        else if (size_ == 0)
            trouble_ = "empty, or not a file";
    }
    ~file_content() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }
    file_content(const file_content&) = delete;
    file_content& operator=(const file_content&) = delete;

    const std::string& trouble() const noexcept { return trouble_; }
    std::string_view text() const noexcept { return {bytes_.data(), size_}; }
    asio::const_buffer buffer() const noexcept { return asio::buffer(bytes_.data(), size_); }

private:
    std::string bytes_;
    std::size_t size_ = 0;
    std::string trouble_;
};

tls_settings make_settings() {
    auto made = std::make_shared<ssl::context>(ssl::context::tls_server);
    made->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                      ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression);
    SSL_CTX* const native = made->native_handle();
    SSL_CTX_set_default_passwd_cb(native, no_password);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    // A connection that idles gives its TLS buffers back.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    return made;
}

std::string named(const char* what, const std::string& file, const std::string& trouble) {
    return std::string{what} + " '" + file + "': " + trouble;
}

std::string end_of(const X509* certificate) {
    std::tm moment{};
    std::array<char, sizeof "9999-12-31T23:59:59Z"> text{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &moment) != 1)
        return {};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &moment)};
}

bool is_mismatch(const boost::system::error_code& failure) {
    const auto packed = static_cast<unsigned long>(failure.value());
    return failure.category() == asio::error::get_ssl_category() && ERR_GET_LIB(packed) == ERR_LIB_X509 &&
           ERR_GET_REASON(packed) == X509_R_KEY_VALUES_MISMATCH;
}

sha256_digest digest_of(const file_content& certificate, const file_content& key) {
    sha256_builder both;
    both.add(certificate.text());
    both.add({"\0", 1});  // which no PEM file holds: nothing can move from one to the other unnoticed
    both.add(key.text());
    return both.finish();
}

}  // namespace

server_certificate::server_certificate(std::string certificate_file, std::string private_key_file)
    : certificate_file_{std::move(certificate_file)}, private_key_file_{std::move(private_key_file)} {}

std::string server_certificate::read() {
    const file_content certificate{certificate_file_};
    if (!certificate.trouble().empty())
        return named("tls.certificate", certificate_file_, certificate.trouble());
    const file_content key{private_key_file_};
    if (!key.trouble().empty())
        return named("tls.private_key", private_key_file_, key.trouble());
    const sha256_digest digest = digest_of(certificate, key);
    if (settings_ && digest == made_of_)
        return {};

    auto made = make_settings();
    boost::system::error_code failure;
    made->use_certificate_chain(certificate.buffer(), failure);
    if (failure)
        return named("tls.certificate", certificate_file_, failure.message());
    // With the certificate there, OpenSSL takes no key that does not fit; one of another kind only the check
    // finds.
    made->use_private_key(key.buffer(), ssl::context::pem, failure);
    if (failure ? is_mismatch(failure) : SSL_CTX_check_private_key(made->native_handle()) != 1)
        return named("tls.private_key", private_key_file_,
                     "does not belong to the certificate '" + certificate_file_ + "'");
    if (failure)
        return named("tls.private_key", private_key_file_, failure.message());
    valid_until_ = end_of(SSL_CTX_get0_certificate(made->native_handle()));
    settings_ = std::move(made);
    made_of_ = digest;
    return {};
}

}  // namespace gateway::http
