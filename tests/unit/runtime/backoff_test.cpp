#include "gateway/runtime/backoff.hpp"

#include <gtest/gtest.h>

namespace gateway {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsBound) {
    const backoff growing{1s, 10s};
    EXPECT_EQ(growing.wait(1, 0.0), 500ms);
    EXPECT_EQ(growing.wait(2, 0.0), 1s);
    EXPECT_EQ(growing.wait(3, 0.0), 2s);
    EXPECT_EQ(growing.wait(5, 0.0), 5s);
    EXPECT_EQ(growing.wait(4'000'000'000U, 0.0), 5s) << "no overflow, however long it fails";
}

TEST(Backoff, SpreadsOverTheUpperHalf) {
    const backoff growing{1s, 10s};
    for (int i = 0; i < 1000; ++i) {
        const auto wait = growing.wait(2);
        EXPECT_GE(wait, 1s);
        EXPECT_LE(wait, 2s);
    }
}

}  // namespace
}  // namespace gateway
