#pragma once
// An input taken apart: lines and the rest for targets that read text, so that seeds can be read and written
// by people; numbers for those that build values.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

class input {
public:
    input(const std::uint8_t* data, std::size_t size) : left_{reinterpret_cast<const char*>(data), size} {}

    std::string_view rest() const { return left_; }
    bool empty() const { return left_.empty(); }

    // Without its line break; the rest when there is none.
    std::string_view line() {
        const auto end = left_.find('\n');
        const std::string_view taken = left_.substr(0, end);
        left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
        return taken;
    }

    // 0 when nothing is left.
    unsigned char byte() {
        if (left_.empty())
            return 0;
        const auto taken = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        return taken;
    }

    bool flag() { return (byte() & 1U) != 0; }

    std::uint64_t number() { return number_of(8); }

    // From 0 to `most`, which is less than 2^56; takes as many bytes as that does.
    std::uint64_t number_up_to(std::uint64_t most) {
        int bytes = 1;
        while (most >> (8U * static_cast<unsigned>(bytes)) != 0)
            ++bytes;
        return number_of(bytes) % (most + 1);
    }

    // Any bytes; how many is the first of them, thrice so long where that is odd.
    std::string text() {
        const unsigned asked = byte();
        const std::size_t count = std::min<std::size_t>(asked % 2 == 0 ? asked : asked * 3U, left_.size());
        std::string taken{left_.substr(0, count)};
        left_.remove_prefix(count);
        return taken;
    }

    std::optional<std::string> perhaps_text() {
        if (!flag())
            return std::nullopt;
        return text();
    }

private:
    std::uint64_t number_of(int bytes) {
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i)
            value = value << 8U | byte();
        return value;
    }

    std::string_view left_;
};

// Sizes of pieces that follow from a seed: the same bytes are cut in ever other ways.
class cuts {
public:
    explicit cuts(unsigned char seed) : state_{seed * 2654435761U + 1U} {}

    std::size_t next() {
        state_ = state_ * 1664525U + 1013904223U;
        const unsigned drawn = state_ >> 16U;
        return 1 + (drawn % 4 == 0 ? drawn / 4 % 64 : drawn / 4 % 4);
    }

private:
    std::uint32_t state_;
};

}  // namespace fuzz
