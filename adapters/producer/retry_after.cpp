#include "adapters/producer/retry_after.hpp"

#include "gateway/http/trimmed.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace adapters::producer {

namespace {

using std::chrono::milliseconds;

constexpr double longest_seconds = 3600;

milliseconds bounded(double seconds) {
    return milliseconds{static_cast<std::int64_t>(std::clamp(seconds, 0.0, longest_seconds) * 1000)};
}

std::optional<int> number(std::string_view text) noexcept {
    int value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

std::optional<unsigned> month(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<unsigned>(found - names.begin()) + 1;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that may be sent today.
std::optional<std::chrono::sys_seconds> http_date(std::string_view text) noexcept {
    if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT") || text[19] != ':' ||
        text[22] != ':')
        return std::nullopt;
    const auto day = number(text.substr(5, 2));
    const auto in_month = month(text.substr(8, 3));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (!day || !in_month || !year || !hour || !minute || !second || *hour > 23 || *minute > 59 ||
        *second > 60)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*in_month},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

}  // namespace

std::optional<milliseconds> read_retry_after(std::string_view header, std::chrono::sys_seconds now) {
    header = gateway::http::trimmed(header);
    if (header.empty())
        return std::nullopt;
    if (const auto at = http_date(header))
        return bounded(static_cast<double>((*at - now).count()));
    double seconds = 0;  // whole numbers by the book; fractions are seen in the wild
    const auto [end, wrong] = std::from_chars(header.data(), header.data() + header.size(), seconds);
    if (end != header.data() + header.size() || header.front() == '-')
        return std::nullopt;
    if (wrong == std::errc::result_out_of_range)
        return bounded(longest_seconds);
    if (wrong != std::errc{} || !std::isfinite(seconds))
        return std::nullopt;
    return bounded(seconds);
}

}  // namespace adapters::producer
