#include "own_certificate.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>

#include <cstdio>
#include <stdexcept>

namespace simulator_test {

namespace {

struct close_file {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

std::unique_ptr<std::FILE, close_file> open_to_write(const std::string& path) {
    std::unique_ptr<std::FILE, close_file> file{std::fopen(path.c_str(), "w")};
    if (!file)
        throw std::runtime_error{"cannot write " + path};
    return file;
}

}  // namespace

own_certificate::own_certificate() : key{EVP_EC_gen("P-256")}, certificate{X509_new()} {
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
}

void own_certificate::save(const std::string& certificate_path, const std::string& key_path) const {
    PEM_write_X509(open_to_write(certificate_path).get(), certificate.get());
    PEM_write_PrivateKey(open_to_write(key_path).get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace simulator_test
