#pragma once
// Identifiers nobody can guess: a prefix and random lower-case hexadecimal characters.

#include <cstddef>
#include <string>
#include <string_view>

namespace gateway {

// `prefix` followed by `digits` hexadecimal characters (`digits` at most 64, even) from OpenSSL's generator.
std::string random_id(std::string_view prefix, std::size_t digits);

// A uniform number in [0, 1), for jitter; not for secrets. Each thread has its own generator.
double random_fraction();

}  // namespace gateway
