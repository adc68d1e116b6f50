#include "gateway/runtime/random_id.hpp"

#include "gateway/runtime/digest.hpp"

#include <openssl/rand.h>

#include <random>
#include <stdexcept>

namespace gateway {

namespace {

// One call to the generator serves many ids: RAND_bytes costs far more per call than per byte.
struct random_pool {
    char bytes[1024];
    std::size_t left = 0;
};

std::string_view random_bytes(std::size_t count) {
    thread_local random_pool pool;
    if (pool.left < count) {
        if (RAND_bytes(reinterpret_cast<unsigned char*>(pool.bytes), sizeof pool.bytes) != 1)
            throw std::runtime_error("the system's random generator failed");
        pool.left = sizeof pool.bytes;
    }
    pool.left -= count;
    return {pool.bytes + pool.left, count};
}

}  // namespace

std::string random_id(std::string_view prefix, std::size_t digits) {
    std::string id{prefix};
    id += to_hex(random_bytes(digits / 2));
    return id;
}

double random_fraction() {
    thread_local std::mt19937_64 generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
}

}  // namespace gateway
