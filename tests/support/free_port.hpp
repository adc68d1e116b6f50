#pragma once
// A port of the loopback that was free a moment ago, and is unlikely to be taken soon: for a server whose
// address must be known before it starts.

#include <cstdint>
#include <stdexcept>

namespace tests {

// Throws std::system_error when there is none.
std::uint16_t free_port();

// What `start` returns: it starts a server on such ports, and is called again, at most twice, when it throws
// a std::runtime_error, since another program may have been quicker to one of them.
template <class Start>
auto started_on_free_ports(Start start) {
    constexpr int most_attempts = 3;
    for (int attempt = 1;; ++attempt) {
        try {
            return start();
        } catch (const std::runtime_error&) {
            if (attempt == most_attempts)
                throw;  // not for the port
        }
    }
}

}  // namespace tests
