#include "adapters/producer/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace adapters::producer {

namespace {

namespace ip = boost::asio::ip;

struct v4_range {
    std::uint32_t base;
    unsigned prefix;
};

// IANA's special-purpose registry: everything that is not globally reachable.
constexpr std::array<v4_range, 15> special_v4{{
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // carrier-grade NAT
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local, where clouds keep their metadata
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
}};

constexpr std::uint32_t mask_of(unsigned prefix) noexcept {
    return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
}

bool is_public_v4(std::uint32_t address) noexcept {
    return std::none_of(special_v4.begin(), special_v4.end(), [address](const v4_range& range) {
        return (address & mask_of(range.prefix)) == range.base;
    });
}

using v6_bytes = ip::address_v6::bytes_type;

std::uint32_t v4_at(const v6_bytes& bytes, std::size_t at) noexcept {
    return (std::uint32_t{bytes[at]} << 24U) | (std::uint32_t{bytes[at + 1]} << 16U) |
           (std::uint32_t{bytes[at + 2]} << 8U) | bytes[at + 3];
}

bool starts_with(const v6_bytes& bytes, std::initializer_list<unsigned char> prefix) noexcept {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_public_v6(const v6_bytes& bytes) noexcept {
    if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}))  // v4-mapped
        return is_public_v4(v4_at(bytes, 12));
    if (starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))  // NAT64
        return is_public_v4(v4_at(bytes, 12));
    if ((bytes[0] & 0xE0U) != 0x20)  // only 2000::/3 is handed out to the world
        return false;
    if (starts_with(bytes, {0x20, 0x02}))  // 6to4
        return is_public_v4(v4_at(bytes, 2));
    if (starts_with(bytes, {0x20, 0x01}) && (bytes[2] & 0xFEU) == 0)  // 2001::/23: Teredo, ORCHID, benchmarks
        return false;
    if (starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8}))  // documentation
        return false;
    return !(bytes[0] == 0x3F && bytes[1] == 0xFF && (bytes[2] & 0xF0U) == 0);  // documentation, 3fff::/20
}

}  // namespace

bool is_public(const ip::address& address) noexcept {
    return address.is_v4() ? is_public_v4(address.to_v4().to_uint())
                           : is_public_v6(address.to_v6().to_bytes());
}

bool address_range::contains(const ip::address& address) const noexcept {
    if (base.is_v4()) {
        std::uint32_t value = 0;
        if (address.is_v4())
            value = address.to_v4().to_uint();
        else if (address.to_v6().is_v4_mapped())
            value = v4_at(address.to_v6().to_bytes(), 12);
        else
            return false;
        return ((value ^ base.to_v4().to_uint()) & mask_of(prefix)) == 0;
    }
    if (!address.is_v6())
        return false;
    const auto mine = base.to_v6().to_bytes();
    const auto other = address.to_v6().to_bytes();
    for (unsigned bit = 0; bit < prefix; ++bit) {
        const auto probe = static_cast<unsigned char>(0x80U >> (bit % 8));
        if (((mine[bit / 8] ^ other[bit / 8]) & probe) != 0)
            return false;
    }
    return true;
}

}  // namespace adapters::producer
