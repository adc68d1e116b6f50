#pragma once
// Hashes and signatures over bytes: SHA-256, HMAC-SHA256, hexadecimal text, comparison without a timing leak.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gateway {

using sha256_digest = std::array<std::uint8_t, 32>;

sha256_digest sha256(std::string_view bytes);
sha256_digest hmac_sha256(std::string_view key, std::string_view bytes);

// The SHA-256 of bytes that come piece by piece.
class sha256_builder {
public:
    sha256_builder();
    ~sha256_builder();
    sha256_builder(const sha256_builder&) = delete;
    sha256_builder& operator=(const sha256_builder&) = delete;

    void add(std::string_view bytes);
    sha256_digest finish();  // once, and nothing after it

private:
    struct state;
    std::unique_ptr<state> state_;
};

// Lower-case hexadecimal, two characters a byte.
std::string to_hex(std::string_view bytes);
std::string to_hex(const sha256_digest& digest);

// Reads 64 hexadecimal characters of either case; nothing when the text is anything else.
std::optional<sha256_digest> digest_from_hex(std::string_view text);

// Takes the same time wherever the two first differ; unequal lengths are simply unequal.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace gateway
