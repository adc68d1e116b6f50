#pragma once
// A connection on its way from the listener's thread to the thread that will serve it: a descriptor that no
// event loop knows yet, so that it can die anywhere without harm.

#include "gateway/http/seats.hpp"

#include <sys/socket.h>

#include <optional>
#include <string>
#include <utility>

namespace gateway::http {

// How a peer is called in logs. An IPv4 address mapped into IPv6 is written as IPv4.
std::string peer_name(const sockaddr_storage& address);

class accepted_socket {
public:
    accepted_socket(int descriptor, int family, const sockaddr_storage& from, seat taken)
        : descriptor_{descriptor},
          family_{family},
          peer_{peer_name(from)},
          origin_{origin_of(from)},
          taken_{std::move(taken)} {}
    accepted_socket(accepted_socket&& other) noexcept
        : descriptor_{std::exchange(other.descriptor_, -1)},
          family_{other.family_},
          peer_{std::move(other.peer_)},
          origin_{other.origin_},
          taken_{std::move(other.taken_)} {}
    accepted_socket& operator=(accepted_socket&&) = delete;
    ~accepted_socket();  // closes what nobody released

    int descriptor() const noexcept { return descriptor_; }
    int family() const noexcept { return family_; }  // AF_INET, AF_INET6 or AF_UNIX
    const std::string& peer() const noexcept { return peer_; }
    const std::optional<client_origin>& origin() const noexcept { return origin_; }  // nothing: a UNIX socket

    void release() noexcept { descriptor_ = -1; }  // somebody else closes it now
    seat take_seat() { return std::move(taken_); }

private:
    int descriptor_;
    int family_;
    std::string peer_;  // "127.0.0.1:51234", or "unix"
    std::optional<client_origin> origin_;
    seat taken_;
};

}  // namespace gateway::http
