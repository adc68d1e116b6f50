#pragma once
// Where every decision of a run comes from: one seed, split by name, so that the same seed repeats the same
// decisions however the threads take turns.

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

namespace chaos {

using std::chrono::milliseconds;

class decisions {
public:
    explicit decisions(std::uint64_t seed) : seed_{seed}, random_{seed} {}

    // Decisions of their own for one part of the run, whatever the other parts draw.
    decisions about(const std::string& what) const { return decisions{seed_for(what)}; }
    std::uint64_t seed_for(const std::string& what) const {
        std::uint64_t mixed = seed_ ^ 0xcbf29ce484222325U;
        for (const char each : what)
            mixed = (mixed ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
        return mixed;
    }

    // Both ends included.
    std::uint64_t number(std::uint64_t least, std::uint64_t most) {
        return std::uniform_int_distribution<std::uint64_t>{least, most}(random_);
    }
    milliseconds time(milliseconds least, milliseconds most) {
        return milliseconds{
            number(static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(most.count()))};
    }
    bool happens(double probability) { return std::bernoulli_distribution{probability}(random_); }
    double fraction() { return std::uniform_real_distribution<double>{0, 1}(random_); }

private:
    std::uint64_t seed_;
    std::mt19937_64 random_;
};

}  // namespace chaos
