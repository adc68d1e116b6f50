#pragma once
// What single values look like in the file. parse() answers false, leaving `into` alone or half-written, when
// the text is none of its type; to_text() writes what parse() reads.

#include "config/settings.hpp"

#include "gateway/runtime/digest.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace config {

// Texts are taken as they are.
bool parse(std::string_view text, std::string& into);
// Decimal, with or without a minus; nothing around it.
bool parse(std::string_view text, int& into);
bool parse(std::string_view text, double& into);
// true or false.
bool parse(std::string_view text, bool& into);
// 250ms, 25s, 5m, 12h, 30d: one whole number and one unit, at most 3650 days.
bool parse(std::string_view text, milliseconds& into);
// A duration, or `learned` for nothing.
bool parse(std::string_view text, std::optional<milliseconds>& into);
// 512B, 16KiB, 1MiB, 2GiB, at most 1024 GiB.
bool parse(std::string_view text, std::uint64_t& into);
// Whole seconds without a unit.
bool parse(std::string_view text, std::chrono::seconds& into);
// 127.0.0.1:8080, [::1]:8080, localhost:8080 (127.0.0.1), unix:/path.
bool parse(std::string_view text, address& into);
// 64 hexadecimal characters.
bool parse(std::string_view text, gateway::sha256_digest& into);
// 2030-12-31T23:59:59Z.
bool parse(std::string_view text, std::optional<std::chrono::sys_seconds>& into);
bool parse(std::string_view text, std::optional<int>& into);

std::string to_text(const std::string& value);
std::string to_text(int value);
std::string to_text(double value);
std::string to_text(bool value);
std::string to_text(milliseconds value);
std::string to_text(const std::optional<milliseconds>& value);
std::string to_text(std::uint64_t value);
std::string to_text(std::chrono::seconds value);
std::string to_text(const address& value);
std::string to_text(const gateway::sha256_digest& value);
std::string to_text(const std::optional<std::chrono::sys_seconds>& value);  // empty when there is none
std::string to_text(const std::optional<int>& value);                       // likewise

// 127.0.0.0/8, ::1, or a UNIX socket: nobody on another machine can connect.
bool is_loopback(const address& where);

}  // namespace config
