// Which bytes a Range header asks for.
#include "adapters/aitronos/byte_range.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace adapters::aitronos;

namespace {

byte_range part(std::string_view header, std::uint64_t size) {
    const auto wanted = read_range(header, size);
    const auto* found = std::get_if<byte_range>(&wanted);
    return found ? *found : byte_range{~0ull, ~0ull};
}

template <class Kind>
bool is(std::string_view header, std::uint64_t size) {
    return std::holds_alternative<Kind>(read_range(header, size));
}

}  // namespace

TEST(ByteRange, SingleRangesAreCutToTheFile) {
    EXPECT_EQ(part("bytes=0-0", 100), (byte_range{0, 0}));
    EXPECT_EQ(part("bytes=0-99", 100), (byte_range{0, 99}));
    EXPECT_EQ(part("bytes=10-19", 100), (byte_range{10, 19}));
    EXPECT_EQ(part("bytes=10-", 100), (byte_range{10, 99}));
    EXPECT_EQ(part("bytes=99-1000", 100), (byte_range{99, 99}));
    EXPECT_EQ(part("bytes=10-99999999999999999999999999", 100), (byte_range{10, 99}));
    EXPECT_EQ(part("bytes=-1", 100), (byte_range{99, 99}));
    EXPECT_EQ(part("bytes=-100", 100), (byte_range{0, 99}));
    EXPECT_EQ(part("bytes=-18446744073709551615", 100), (byte_range{0, 99}));
    EXPECT_EQ(part("BYTES = 1-2 ", 100), (byte_range{1, 2}));
    EXPECT_EQ(part("bytes=-5", 18446744073709551615ull),
              (byte_range{18446744073709551610ull, 18446744073709551614ull}));
}

TEST(ByteRange, WhatBeginsBeyondTheEndCannotBeHad) {
    for (const char* header : {"bytes=100-", "bytes=100-200", "bytes=18446744073709551616-", "bytes=-0"})
        EXPECT_TRUE(is<unsatisfiable_range>(header, 100)) << header;
    for (const char* header : {"bytes=0-", "bytes=-1", "bytes=0-0"})
        EXPECT_TRUE(is<unsatisfiable_range>(header, 0)) << header;
}

TEST(ByteRange, SeveralRangesAndNonsenseAskForEverything) {
    for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2,5-6",
                               "bytes=0-1,", "items=0-5", "bytes 0-5", "bytes=1 - 2", "bytes=+1-2",
                               "bytes=--5", "bytes=0x1-2", "bytes=1-2-3", "bytes=-1-2"})
        EXPECT_TRUE(is<whole_file>(header, 100)) << header;
}
