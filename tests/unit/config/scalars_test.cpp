#include "config/scalars.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using config::milliseconds;

namespace {

template <class T>
std::optional<T> read(std::string_view text) {
    T value{};
    return config::parse(text, value) ? std::optional{value} : std::nullopt;
}

}  // namespace

TEST(Duration, IsAWholeNumberAndAUnit) {
    const std::vector<std::pair<const char*, milliseconds>> cases{
        {"250ms", 250ms}, {"25s", 25s}, {"5m", 5min}, {"12h", 12h},
        {"30d", 720h},    {"0s", 0s},   {"0ms", 0ms}, {"3650d", 24h * 3650}};
    for (const auto& [text, value] : cases)
        EXPECT_EQ(read<milliseconds>(text), value) << text;
}

TEST(Duration, RefusesEverythingElse) {
    for (const char* text :
         {"", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5s", "5S", "5sec", "5m30s", "0x5s", "3651d",
          "9223372036854775807d", "99999999999999999999s", "99999999999999999s", "٥s"})
        EXPECT_FALSE(read<milliseconds>(text)) << text;
}

TEST(Duration, IsWrittenInTheLargestUnitWithoutARest) {
    const std::vector<std::pair<milliseconds, const char*>> cases{
        {250ms, "250ms"}, {1500ms, "1500ms"}, {25s, "25s"}, {60s, "1m"},
        {90s, "90s"},     {720h, "30d"},      {25h, "25h"}, {0s, "0s"}};
    for (const auto& [value, text] : cases)
        EXPECT_EQ(config::to_text(value), text);
}

TEST(Duration, MayBeLearnedWhereThatIsMeant) {
    std::optional<milliseconds> value = 5s;
    EXPECT_TRUE(config::parse("learned", value));
    EXPECT_FALSE(value);
    EXPECT_TRUE(config::parse("30s", value));
    EXPECT_EQ(value, 30s);
    EXPECT_FALSE(config::parse("Learned", value));
}

TEST(Size, IsAWholeNumberAndABinaryUnit) {
    const std::vector<std::pair<const char*, std::uint64_t>> cases{
        {"0B", 0}, {"512B", 512}, {"16KiB", 16384}, {"1MiB", 1048576}, {"2GiB", 2147483648}};
    for (const auto& [text, value] : cases) {
        EXPECT_EQ(read<std::uint64_t>(text), value) << text;
        EXPECT_EQ(config::to_text(value), text);
    }
    for (const char* text :
         {"", "16", "16KB", "16kib", "16K", "-1B", "1.5MiB", "1 MiB", "1025GiB", "18446744073709551615B"})
        EXPECT_FALSE(read<std::uint64_t>(text)) << text;
}

TEST(Number, RefusesWhatOnlyLooksLikeOne) {
    EXPECT_EQ(read<int>("-12"), -12);
    for (const char* text : {"", "1.0", "0x10", "1e3", " 1", "1 ", "+1", "99999999999", "1_000", "one"})
        EXPECT_FALSE(read<int>(text)) << text;
    EXPECT_EQ(read<double>("0.5"), 0.5);
    for (const char* text : {"", "nan", "inf", "1e3", "0x1", "1,5", "--1", "."})
        EXPECT_FALSE(read<double>(text)) << text;
    EXPECT_EQ(read<bool>("true"), true);
    EXPECT_EQ(read<bool>("false"), false);
    for (const char* text : {"", "yes", "no", "on", "True", "1"})
        EXPECT_FALSE(read<bool>(text)) << text;
}

TEST(Number, IsWrittenAsItIsRead) {
    for (const double value : {2.0, 0.5, 0.1, 1e300, 1e-9})
        EXPECT_EQ(read<double>(config::to_text(value)), value);
}

TEST(Address, IsAnIpAddressWithAPortOrASocket) {
    struct {
        const char* text;
        config::address value;
        const char* written;
    } const cases[]{
        {"127.0.0.1:8080", {"127.0.0.1", 8080, {}}, "127.0.0.1:8080"},
        {"0.0.0.0:0", {"0.0.0.0", 0, {}}, "0.0.0.0:0"},
        {"[::1]:65535", {"::1", 65535, {}}, "[::1]:65535"},
        {"localhost:80", {"127.0.0.1", 80, {}}, "127.0.0.1:80"},
        {"unix:/run/gateway.sock", {"", 0, "/run/gateway.sock"}, "unix:/run/gateway.sock"},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(read<config::address>(each.text), each.value) << each.text;
        EXPECT_EQ(config::to_text(each.value), each.written);
    }
}

TEST(Address, RefusesEverythingElse) {
    const std::string long_path = "unix:/" + std::string(107, 'a');
    for (const std::string text : {"",
                                   ":8080",
                                   "8080",
                                   "*:80",
                                   "127.0.0.1",
                                   "127.0.0.1:",
                                   "127.0.0.1:65536",
                                   "127.0.0.1:-1",
                                   "127.0.0.1:+1",
                                   "127.0.0.1: 1",
                                   "127.1:80",
                                   "::1:80",
                                   "[::1]",
                                   "[127.0.0.1]:80",
                                   "[]:80",
                                   "example.com:80",
                                   "unix:",
                                   "unix:relative.sock",
                                   "unix:/",
                                   "unix:/run/"})
        EXPECT_FALSE(read<config::address>(text)) << text;
    EXPECT_FALSE(read<config::address>(long_path));
}

TEST(Address, KnowsWhatNobodyElseCanReach) {
    for (const char* text :
         {"127.0.0.1:1", "127.255.0.9:1", "[::1]:1", "[0:0::1]:1", "localhost:1", "unix:/s"})
        EXPECT_TRUE(config::is_loopback(*read<config::address>(text))) << text;
    for (const char* text : {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "128.0.0.1:1", "[::ffff:10.0.0.1]:1"})
        EXPECT_FALSE(config::is_loopback(*read<config::address>(text))) << text;
}

TEST(Moment, IsIso8601InUtc) {
    std::optional<std::chrono::sys_seconds> value;
    ASSERT_TRUE(config::parse("2028-02-29T23:59:58Z", value));
    EXPECT_EQ(value->time_since_epoch().count(), 1835481598);
    EXPECT_EQ(config::to_text(value), "2028-02-29T23:59:58Z");
    for (const char* text :
         {"", "2027-02-29T00:00:00Z", "2028-13-01T00:00:00Z", "2028-01-00T00:00:00Z", "2028-01-01T24:00:00Z",
          "2028-01-01T00:60:00Z", "2028-01-01T00:00:60Z", "2028-01-01", "2028-01-01T00:00:00",
          "2028-01-01T00:00:00+01:00", "2028-01-01 00:00:00Z", "-028-01-01T00:00:00Z"})
        EXPECT_FALSE(config::parse(text, value)) << text;
}
