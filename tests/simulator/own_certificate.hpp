#pragma once
// A self-signed certificate made on the spot, for tests of the TLS sides.

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace simulator_test {

struct openssl_release {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

struct own_certificate {
    own_certificate();

    // Writes both as PEM files.
    void save(const std::string& certificate_path, const std::string& key_path) const;

    std::unique_ptr<EVP_PKEY, openssl_release> key;
    std::unique_ptr<X509, openssl_release> certificate;
};

}  // namespace simulator_test
