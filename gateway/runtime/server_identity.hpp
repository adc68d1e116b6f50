#pragma once
// Who a server that we call over TLS must prove to be.

#include <boost/system/error_code.hpp>

#include <openssl/ssl.h>

#include <string>

namespace gateway {

// Before the handshake of a stream that verifies its peer: the certificate must name `host`, and name it
// where names belong (RFC 9525): not in the subject, nor as a pattern within a label. Names are sent along
// (server name indication), literal addresses are not (RFC 6066, 3). False when OpenSSL refused.
bool expect_server(SSL* stream, const std::string& host);

// After a handshake that failed: what was wrong with the certificate, if it was the certificate; else
// `failed` itself, which says less.
boost::system::error_code handshake_failure(SSL* stream, boost::system::error_code failed);

}  // namespace gateway
