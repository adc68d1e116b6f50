#include "config/scalars.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace config {

namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> duration_units{{
    {"ms", 1},
    {"s", 1000},
    {"m", 60'000},
    {"h", 3'600'000},
    {"d", 86'400'000},
}};
constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> size_units{{
    {"B", 1},
    {"KiB", 1024},
    {"MiB", 1024 * 1024},
    {"GiB", 1024 * 1024 * 1024},
}};
constexpr std::int64_t longest_duration = 3650LL * 86'400'000;
constexpr std::int64_t largest_size = 1024LL * 1024 * 1024 * 1024;

template <class Number>
bool parse_number(std::string_view text, Number& into) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), into);
    return failure == std::errc{} && end == text.data() + text.size();
}

// A whole number and one of `units`.
template <class Units>
bool parse_quantity(std::string_view text, const Units& units, std::int64_t most, std::int64_t& into) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::int64_t count = 0;
    if (!parse_number(text.substr(0, digits), count))
        return false;
    for (const auto& [name, factor] : units) {
        if (text.substr(digits) != name)
            continue;
        into = count <= most / factor ? count * factor : -1;
        return into >= 0;
    }
    return false;
}

// In the largest unit that leaves no rest.
template <class Units>
std::string quantity_text(std::int64_t value, const Units& units, std::string_view unit_of_zero) {
    if (value == 0)
        return "0" + std::string{unit_of_zero};
    auto best = units.front();
    for (const auto& unit : units) {
        if (value % unit.second == 0)
            best = unit;
    }
    return std::to_string(value / best.second) + std::string{best.first};
}

bool is_ip(int family, const std::string& host) {
    unsigned char bytes[16];
    return inet_pton(family, host.c_str(), bytes) == 1;
}

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

bool parse(std::string_view text, std::string& into) {
    into = text;
    return true;
}

bool parse(std::string_view text, int& into) {
    return parse_number(text, into);
}

bool parse(std::string_view text, double& into) {
    return text.find_first_not_of("0123456789.-") == text.npos && parse_number(text, into) &&
           std::isfinite(into);
}

bool parse(std::string_view text, bool& into) {
    into = text == "true";
    return into || text == "false";
}

bool parse(std::string_view text, milliseconds& into) {
    std::int64_t count = 0;
    if (!parse_quantity(text, duration_units, longest_duration, count))
        return false;
    into = milliseconds{count};
    return true;
}

bool parse(std::string_view text, std::optional<milliseconds>& into) {
    if (text == "learned") {
        into.reset();
        return true;
    }
    return parse(text, into.emplace());
}

bool parse(std::string_view text, std::uint64_t& into) {
    std::int64_t count = 0;
    if (!parse_quantity(text, size_units, largest_size, count))
        return false;
    into = static_cast<std::uint64_t>(count);
    return true;
}

bool parse(std::string_view text, std::chrono::seconds& into) {
    int count = 0;
    if (!parse_number(text, count))
        return false;
    into = std::chrono::seconds{count};
    return true;
}

bool parse(std::string_view text, address& into) {
    if (text.starts_with("unix:")) {
        const std::string_view path = text.substr(5);
        // sockaddr_un holds 108 bytes with the closing NUL.
        if (!path.starts_with('/') || path.size() > 107 || path.ends_with('/'))
            return false;
        into = address{{}, 0, std::string{path}};
        return true;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos || !all_digits(text.substr(colon + 1)))
        return false;
    std::uint16_t port = 0;
    if (!parse_number(text.substr(colon + 1), port))
        return false;
    std::string host{text.substr(0, colon)};
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    else if (host == "localhost")
        host = "127.0.0.1";
    if (!is_ip(bracketed ? AF_INET6 : AF_INET, host))
        return false;
    into = address{std::move(host), port, {}};
    return true;
}

bool parse(std::string_view text, gateway::sha256_digest& into) {
    const auto digest = gateway::digest_from_hex(text);
    if (digest)
        into = *digest;
    return digest.has_value();
}

bool parse(std::string_view text, std::optional<std::chrono::sys_seconds>& into) {
    constexpr std::string_view form = "0000-00-00T00:00:00Z";
    if (text.size() != form.size())
        return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    }
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        parse_number(text.substr(at, length), value);
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                           std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                           std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59)
        return false;
    into = std::chrono::sys_seconds{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
           std::chrono::minutes{minute} + std::chrono::seconds{second};
    return true;
}

bool parse(std::string_view text, std::optional<int>& into) {
    return parse(text, into.emplace());
}

std::string to_text(const std::string& value) {
    return value;
}

std::string to_text(int value) {
    return std::to_string(value);
}

std::string to_text(double value) {
    char text[512];  // fixed notation of the largest double has 309 digits
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
    return {text, end};
}

std::string to_text(bool value) {
    return value ? "true" : "false";
}

std::string to_text(milliseconds value) {
    return quantity_text(value.count(), duration_units, "s");
}

std::string to_text(const std::optional<milliseconds>& value) {
    return value ? to_text(*value) : "learned";
}

std::string to_text(std::uint64_t value) {
    return quantity_text(static_cast<std::int64_t>(value), size_units, "B");
}

std::string to_text(std::chrono::seconds value) {
    return std::to_string(value.count());
}

std::string to_text(const address& value) {
    if (value.is_unix())
        return "unix:" + value.socket_path;
    const bool is_v6 = value.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + value.host + "]" : value.host) + ":" + std::to_string(value.port);
}

std::string to_text(const gateway::sha256_digest& value) {
    return gateway::to_hex(value);
}

std::string to_text(const std::optional<std::chrono::sys_seconds>& value) {
    if (!value)
        return "";
    const auto day = std::chrono::floor<std::chrono::days>(*value);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{*value - day};
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

std::string to_text(const std::optional<int>& value) {
    return value ? to_text(*value) : "";
}

bool is_loopback(const address& where) {
    if (where.is_unix())
        return true;
    in6_addr v6{};
    if (inet_pton(AF_INET6, where.host.c_str(), &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
    return where.host.starts_with("127.");  // parsed as IPv4 already
}

}  // namespace config
