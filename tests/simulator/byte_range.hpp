#pragma once
// The Range header of a request for one file, as RFC 9110 section 14 has it; one range only, as CDNs do.

#include <cstdint>
#include <string_view>

namespace simulator {

struct byte_range {
    enum { whole, part, unsatisfiable } kind = whole;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

// A header that is absent, malformed or asks for several ranges gives the whole file.
byte_range read_byte_range(std::string_view header, std::uint64_t size);

}  // namespace simulator
