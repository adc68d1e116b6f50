#pragma once
// Reading what the tools print, line by line. Every byte of it may have been chosen by whoever made the file.

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace adapters::ffmpeg {

// Each line without its end; `use` takes a string_view into `text`.
template <class Use>
void for_each_line(std::string_view text, Use use) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        use(line);
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + 1);
    }
}

// What follows `name` at the beginning of the line.
inline std::optional<std::string_view> value_after(std::string_view line, std::string_view name) {
    if (!line.starts_with(name))
        return std::nullopt;
    return line.substr(name.size());
}

// All of `text` as a finite number.
inline std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

// The same, where silence is "-inf" and the mean of nothing "nan" or "-nan".
inline std::optional<double> decibels(std::string_view text) {
    constexpr double silence = -120;
    if (text == "-inf" || text == "nan" || text == "-nan")
        return silence;
    return number(text);
}

}  // namespace adapters::ffmpeg
