#pragma once
// One JSON object a line, written by a background thread so that no request waits for a disk or a pipe.
//
// Secrets never come here: callers pass ids, statuses and texts already cleaned, never raw keys or tokens.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace gateway::log {

enum class level { debug, info, warning, error };

// A value as it will stand in the JSON object. Texts are copied before the call returns, and cut at 8 KiB.
struct field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    field(std::string_view n, std::string_view text) : name{n}, value{text} {}
    field(std::string_view n, const std::string& text) : name{n}, value{std::string_view{text}} {}
    field(std::string_view n, const char* text) : name{n}, value{std::string_view{text}} {}
    field(std::string_view n, bool flag) : name{n}, value{flag} {}
    field(std::string_view n, double number) : name{n}, value{number} {}
    template <class Integer>
    requires std::is_integral_v<Integer> field(std::string_view n, Integer number)
        : name{n}, value{static_cast<std::int64_t>(number)} {}
};

// Starts the writer (standard error). Call once, before other threads log; lines logged before it go nowhere.
void start(level least);

// Flushes and stops the writer. Call once, after other threads ended.
void stop();

bool enabled(level at) noexcept;

// How many lines were lost so far because the writer fell behind. Between start() and stop(). Any thread.
std::uint64_t dropped_lines();

// Writes {"time", "level", "event", fields...}; a field with an empty text is left out. Cheap when the level
// is off. When the writer falls behind, the oldest lines are dropped rather than a request delayed. Any
// thread.
void write(level at, std::string_view event, std::initializer_list<field> fields);
// The same with what the line is about in front.
void write(level at, std::string_view event, std::span<const field> about,
           std::initializer_list<field> fields);

inline void debug(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<field> fields = {}) {
    write(level::error, event, fields);
}

}  // namespace gateway::log
