#pragma once
// HTTPS for our own listener.

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace gateway::http {

// TLS 1.2 and later with that certificate chain and private key (PEM files). Immutable afterwards, so all
// threads may share it. Throws std::runtime_error naming the file that could not be read, or a key that does
// not fit.
std::unique_ptr<boost::asio::ssl::context> server_tls(const std::string& certificate,
                                                      const std::string& private_key);

}  // namespace gateway::http
