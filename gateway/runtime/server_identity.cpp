#include "gateway/runtime/server_identity.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace gateway {

namespace {

// OpenSSL's word on a certificate, which its "certificate verify failed" leaves out.
class verdict_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "certificate"; }
    std::string message(int verdict) const override {
        return std::string{"certificate verify failed: "} + X509_verify_cert_error_string(verdict);
    }
};
const verdict_category verdicts;

}  // namespace

bool expect_server(SSL* stream, const std::string& host) {
    X509_VERIFY_PARAM* const rules = SSL_get0_param(stream);
    X509_VERIFY_PARAM_set_hostflags(
        rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    boost::system::error_code is_name;
    boost::asio::ip::make_address(host, is_name);
    if (!is_name)
        return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size()) == 1 &&
           SSL_set_tlsext_host_name(stream, host.c_str()) == 1;
}

boost::system::error_code handshake_failure(SSL* stream, boost::system::error_code failed) {
    const long verdict = SSL_get_verify_result(stream);
    return verdict == X509_V_OK ? failed : boost::system::error_code{static_cast<int>(verdict), verdicts};
}

}  // namespace gateway
