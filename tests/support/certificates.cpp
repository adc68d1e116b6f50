#include "tests/support/certificates.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <functional>
#include <stdexcept>

namespace tests {

namespace {

struct release {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* memory) const { BIO_free(memory); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, release>;
using certificate_ptr = std::unique_ptr<X509, release>;

std::string pem(const std::function<int(BIO*)>& write) {
    const std::unique_ptr<BIO, release> memory{BIO_new(BIO_s_mem())};
    if (write(memory.get()) != 1)
        throw std::runtime_error{"cannot write PEM"};
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string text_of(X509* certificate) {
    return pem([=](BIO* to) { return PEM_write_bio_X509(to, certificate); });
}

std::string text_of(EVP_PKEY* key) {
    return pem(
        [=](BIO* to) { return PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

void extend(X509* certificate, int what, const std::string& value) {
    if (value.empty())
        return;
    const std::unique_ptr<X509_EXTENSION, release> extension{
        X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str())};
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
        throw std::runtime_error{"no such extension: " + value};
}

// Signed by `issuer` with `issuer_key`; by itself when there is no issuer.
certificate_ptr make(const certificate_wish& wish, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                     const char* constraints) {
    static long serial = 0;
    certificate_ptr made{X509_new()};
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), static_cast<long>(wish.begins.count()));
    X509_gmtime_adj(X509_getm_notAfter(made.get()), static_cast<long>(wish.ends.count()));
    X509_set_pubkey(made.get(), key);
    X509_NAME* const subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), issuer != nullptr ? X509_get_subject_name(issuer) : subject);
    extend(made.get(), NID_basic_constraints, constraints);
    extend(made.get(), NID_subject_alt_name, wish.names);
    extend(made.get(), NID_ext_key_usage, wish.purpose);
    if (X509_sign(made.get(), issuer != nullptr ? issuer_key : key, EVP_sha256()) == 0)
        throw std::runtime_error{"cannot sign"};
    return made;
}

}  // namespace

struct authority::parts {
    key_ptr key{EVP_EC_gen("P-256")};
    certificate_ptr certificate;
};

authority::authority(const std::string& name) : parts_{std::make_unique<parts>()} {
    certificate_wish wish;
    wish.common_name = name;
    wish.purpose.clear();
    parts_->certificate = make(wish, parts_->key.get(), nullptr, nullptr, "critical,CA:TRUE");
    certificate_ = text_of(parts_->certificate.get());
}

authority::~authority() = default;

identity authority::issue(const certificate_wish& wish) const {
    const key_ptr key{EVP_EC_gen("P-256")};
    const auto made =
        make(wish, key.get(), parts_->certificate.get(), parts_->key.get(), "critical,CA:FALSE");
    return {text_of(made.get()), text_of(key.get())};
}

identity authority::issue_through_a_server(const certificate_wish& wish) const {
    const key_ptr server_key{EVP_EC_gen("P-256")};
    certificate_wish server;
    server.common_name = "some server";
    const auto between =
        make(server, server_key.get(), parts_->certificate.get(), parts_->key.get(), "critical,CA:FALSE");
    const key_ptr key{EVP_EC_gen("P-256")};
    const auto made = make(wish, key.get(), between.get(), server_key.get(), "critical,CA:FALSE");
    return {text_of(made.get()) + text_of(between.get()), text_of(key.get())};
}

identity self_signed(const certificate_wish& wish) {
    const key_ptr key{EVP_EC_gen("P-256")};
    const auto made = make(wish, key.get(), nullptr, nullptr, "critical,CA:FALSE");
    return {text_of(made.get()), text_of(key.get())};
}

std::vector<bad_identity> bad_identities(const authority& trusted, const std::string& host) {
    using std::chrono::hours;
    boost::system::error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    const bool name = static_cast<bool>(not_an_address);
    const std::string right = (name ? "DNS:" : "IP:") + host;
    const std::string mismatch = name ? "hostname mismatch" : "IP address mismatch";

    certificate_wish good{.names = right};
    certificate_wish past = good;
    past.begins = -hours{48};
    past.ends = -hours{24};
    certificate_wish future = good;
    future.begins = hours{24};
    future.ends = hours{48};
    certificate_wish for_clients = good;
    for_clients.purpose = "clientAuth";
    const authority stranger{"Another authority"};
    const authority namesake;

    std::vector<bad_identity> bad{
        {"of another name", trusted.issue({.names = "DNS:other.test,IP:127.0.0.2"}), mismatch},
        {"of a longer name", trusted.issue({.names = "DNS:" + host + ".evil.test"}), mismatch},
        {"of a name above", trusted.issue({.names = "DNS:test"}), mismatch},
        {"with the name as its subject only", trusted.issue({.names = "", .common_name = host}), mismatch},
        {"expired", trusted.issue(past), "certificate has expired"},
        {"not valid yet", trusted.issue(future), "certificate is not yet valid"},
        {"for clients", trusted.issue(for_clients), "unsuitable certificate purpose"},
        {"that vouches for itself", self_signed(good), "self-signed certificate"},
        {"of another authority", stranger.issue(good), "unable to get local issuer certificate"},
        {"of another authority with the same name", namesake.issue(good), "certificate signature failure"},
        {"issued by a server", trusted.issue_through_a_server(good), "invalid CA certificate"}};
    if (name)
        bad.push_back(
            {"of a pattern within a label",
             trusted.issue({.names = "DNS:" + host.substr(0, 1) + "*" + host.substr(host.find('.'))}),
             mismatch});
    else
        bad.push_back({"with the address as a name", trusted.issue({.names = "DNS:" + host}), mismatch});
    return bad;
}

}  // namespace tests
