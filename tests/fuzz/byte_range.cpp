// Range headers: what is served lies inside the file, whatever was asked for.
#include "adapters/aitronos/byte_range.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <charconv>

namespace {

using namespace adapters::aitronos;
using fuzz::claim;

std::uint64_t number_in(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

// The size of the file on the first line, then the header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::uint64_t bytes = number_in(in.line());
    const auto wanted = read_range(in.rest(), bytes);
    if (std::holds_alternative<unsatisfiable_range>(wanted))
        claim(in.rest().find('=') != std::string_view::npos, "only a range can't be satisfied");
    const auto* range = std::get_if<byte_range>(&wanted);
    if (range == nullptr)
        return 0;
    claim(range->first <= range->last && range->last < bytes, "a range lies inside the file");
    const auto again =
        read_range("bytes=" + std::to_string(range->first) + "-" + std::to_string(range->last), bytes);
    claim(std::holds_alternative<byte_range>(again) && std::get<byte_range>(again) == *range,
          "its plain spelling reads the same");
    return 0;
}
