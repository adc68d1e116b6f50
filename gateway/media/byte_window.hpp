#pragma once
// The probes' only way to look at a file: a small window that slides over it, with a budget, so that no
// crafted file can make a probe read for ever.

#include "gateway/media/media_probe.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace gateway::media {

using bytes = std::span<const unsigned char>;

// `Count` bytes at `at` as a number. The caller has checked the bounds.
template <std::size_t Count>
std::uint64_t big_endian(bytes from, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < Count; ++i)
        value = value << 8 | from[at + i];
    return value;
}

template <std::size_t Count>
std::uint64_t little_endian(bytes from, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = Count; i-- > 0;)
        value = value << 8 | from[at + i];
    return value;
}

inline bool says(bytes from, std::size_t at, std::string_view text) {
    return from.size() >= at + text.size() && std::memcmp(from.data() + at, text.data(), text.size()) == 0;
}

class byte_window {
public:
    static constexpr std::size_t widest = 4096;

    explicit byte_window(random_access& file) : file_{file}, size_{file.size()} {}
    byte_window(const byte_window&) = delete;
    byte_window& operator=(const byte_window&) = delete;

    std::uint64_t size() const noexcept { return size_; }

    // Exactly the `count` (at most `widest`) bytes at `offset`, valid until the next call. Nothing when they
    // are not all there, when the budget is spent, or after a read error.
    std::optional<bytes> at(std::uint64_t offset, std::size_t count) {
        if (count > widest || offset > size_ || count > size_ - offset)
            return std::nullopt;
        if (!(offset >= start_ && offset - start_ <= filled_ && count <= filled_ - (offset - start_)) &&
            !slide(offset, count))
            return std::nullopt;
        return bytes{buffer_}.subspan(offset - start_, count);
    }

    bool exhausted() const noexcept { return fetches_left_ == 0; }
    const boost::system::error_code& error() const noexcept { return error_; }

private:
    bool slide(std::uint64_t offset, std::size_t count) {
        start_ = offset;
        filled_ = 0;
        while (filled_ < count) {
            if (error_ || fetches_left_ == 0)
                return false;
            --fetches_left_;
            const auto got = file_.read(offset + filled_, buffer_.data() + filled_, widest - filled_);
            if (!got)
                error_ = got.error();
            if (!got || *got == 0)
                return false;
            filled_ += *got;
        }
        return true;
    }

    random_access& file_;
    std::uint64_t size_;
    std::uint64_t start_ = 0;
    std::size_t filled_ = 0;
    std::size_t fetches_left_ = 32 * 1024;
    boost::system::error_code error_;
    std::array<unsigned char, widest> buffer_{};
};

}  // namespace gateway::media
