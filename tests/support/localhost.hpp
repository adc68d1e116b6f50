#pragma once
// Whether this machine can be asked for a name: a bare system may have neither /etc/hosts nor a name server.

#include <netdb.h>

namespace tests {

inline bool machine_knows_localhost() {
    addrinfo* found = nullptr;
    const bool known = ::getaddrinfo("localhost", nullptr, nullptr, &found) == 0;
    if (found)
        ::freeaddrinfo(found);
    return known;
}

}  // namespace tests
