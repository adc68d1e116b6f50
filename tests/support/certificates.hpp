#pragma once
// Certificates for tests, good ones and bad ones, made on the spot by authorities of their own.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace tests {

// What a server shows, as PEM texts.
struct identity {
    std::string certificate;
    std::string key;
};

struct certificate_wish {
    std::string names;  // subjectAltName as OpenSSL writes it: "DNS:api.test,IP:127.0.0.1"; empty: left out
    std::string common_name = "test";
    std::chrono::seconds begins{-3'600};  // from now
    std::chrono::seconds ends{3'600};
    std::string purpose = "serverAuth";  // extendedKeyUsage
};

// Throw std::runtime_error when OpenSSL makes nothing of the wish.
class authority {
public:
    explicit authority(const std::string& name = "Authority of the tests");
    ~authority();
    authority(const authority&) = delete;
    authority& operator=(const authority&) = delete;

    const std::string& certificate() const noexcept { return certificate_; }  // PEM
    identity issue(const certificate_wish& wish) const;
    // By a server's certificate that this authority issued, and which is none to issue others.
    identity issue_through_a_server(const certificate_wish& wish) const;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
    std::string certificate_;
};

identity self_signed(const certificate_wish& wish);

// A certificate with which nobody may be believed to be `host`, and why not, as OpenSSL puts it.
struct bad_identity {
    std::string what;
    identity shown;
    std::string reason;
};

// For clients who trust `trusted` alone and ask for `host`, a name or an address of IPv4.
std::vector<bad_identity> bad_identities(const authority& trusted, const std::string& host);

}  // namespace tests
