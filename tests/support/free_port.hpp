#pragma once
// A port of the loopback that was free a moment ago, and is unlikely to be taken soon: for a server whose
// address must be known before it starts.

#include <cstdint>

namespace tests {

// Throws std::system_error when there is none.
std::uint16_t free_port();

}  // namespace tests
