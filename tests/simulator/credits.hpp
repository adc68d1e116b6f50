#pragma once
// The account's balance (reference/producer-api 5): extra credits are spent first, and what is given back
// goes where it came from.

#include <algorithm>
#include <cstdint>

namespace simulator {

constexpr std::uint64_t price_of_create = 10;
constexpr std::uint64_t price_of_lyrics = 1;

// What one create took, and from where.
struct charge {
    std::uint64_t monthly = 0;
    std::uint64_t extra = 0;

    std::uint64_t total() const { return monthly + extra; }
};

struct credits {
    std::uint64_t monthly = 0;
    std::uint64_t extra = 0;
    std::uint64_t charged = 0;   // all ever taken
    std::uint64_t refunded = 0;  // all ever given back

    bool affords(std::uint64_t price) const { return monthly >= price || monthly + extra >= price; }

    // Only when affords() says so.
    charge take(std::uint64_t price) {
        charge taken;
        taken.extra = std::min(extra, price);
        taken.monthly = price - taken.extra;
        extra -= taken.extra;
        monthly -= taken.monthly;
        charged += price;
        return taken;
    }

    void give_back(const charge& taken) {
        monthly += taken.monthly;
        extra += taken.extra;
        refunded += taken.total();
    }
};

}  // namespace simulator
