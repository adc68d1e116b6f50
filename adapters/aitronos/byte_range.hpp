#pragma once
// Which bytes of a file a Range header asks for (RFC 9110, 14). Pure.

#include <cstdint>
#include <string_view>
#include <variant>

namespace adapters::aitronos {

struct whole_file {
};  // no range, several, or none that we understand: all of which may be answered with everything
struct byte_range {  // never empty, always inside the file
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    bool operator==(const byte_range&) const = default;
};
struct unsatisfiable_range {};  // begins beyond the end

using wanted_bytes = std::variant<whole_file, byte_range, unsatisfiable_range>;

wanted_bytes read_range(std::string_view header, std::uint64_t size);

}  // namespace adapters::aitronos
