#include "adapters/ffmpeg/readings.hpp"

#include "adapters/ffmpeg/text_lines.hpp"

#include <algorithm>

namespace adapters::ffmpeg {

namespace {

constexpr double longest_believed = 7 * 24 * 3600;

// flat output quotes what is text, also numbers that are.
std::string_view unquoted(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

std::optional<int> whole_number(std::string_view text, int least, int most) {
    const auto value = number(unquoted(text));
    if (!value || *value < least || *value > most)
        return std::nullopt;
    return static_cast<int>(*value);
}

std::optional<double> duration(std::string_view text) {
    const auto seconds = number(unquoted(text));
    if (!seconds || *seconds <= 0 || *seconds > longest_believed)
        return std::nullopt;
    return seconds;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return text;
}

// "    I:         -16.0 LUFS", by its name and unit.
std::optional<double> labelled(std::string_view line, std::string_view name, std::string_view unit) {
    const auto value = value_after(trimmed(line), name);
    if (!value || !value->ends_with(unit))
        return std::nullopt;
    return decibels(trimmed(value->substr(0, value->size() - unit.size())));
}

}  // namespace

std::optional<probe_reading> read_probe(std::string_view printed, std::string_view warnings) {
    probe_reading found;
    bool audio = false;
    std::optional<double> of_stream;
    std::optional<double> of_format;
    for_each_line(printed, [&](std::string_view line) {
        if (const auto type = value_after(line, "streams.stream.0.codec_type="))
            audio = *type == "\"audio\"";
        else if (const auto rate = value_after(line, "streams.stream.0.sample_rate="))
            found.sample_rate = whole_number(*rate, 8'000, 192'000).value_or(0);
        else if (const auto channels = value_after(line, "streams.stream.0.channels="))
            found.channels = whole_number(*channels, 1, 64).value_or(0);
        else if (const auto stream = value_after(line, "streams.stream.0.duration="))
            of_stream = duration(*stream);
        else if (const auto format = value_after(line, "format.duration="))
            of_format = duration(*format);
    });
    if (!audio || found.sample_rate == 0 || found.channels == 0)
        return std::nullopt;
    if (warnings.find("Estimating duration from bitrate") == std::string_view::npos)
        found.declared_seconds = of_stream ? of_stream : of_format;
    return found;
}

std::optional<loudness> read_loudness(std::string_view printed) {
    const auto begin = printed.rfind("] Summary:\n");
    if (begin == std::string_view::npos)
        return std::nullopt;
    std::optional<double> integrated;
    std::optional<double> peak;
    for_each_line(printed.substr(begin), [&](std::string_view line) {
        if (const auto value = labelled(line, "I:", " LUFS"); value && !integrated)
            integrated = value;
        else if (const auto level = labelled(line, "Peak:", " dBFS"); level && !peak)
            peak = level;
    });
    if (!integrated)
        return std::nullopt;
    loudness found;
    found.integrated = std::clamp(*integrated, -70.0, 30.0);
    found.true_peak = std::clamp(peak.value_or(found.true_peak), -120.0, 60.0);
    return found;
}

bool is_whole(const probe_reading& claimed, double decoded_seconds) {
    constexpr double encoder_delay = 0.3;
    if (!claimed.declared_seconds)
        return decoded_seconds > 0;
    const double missing = *claimed.declared_seconds - decoded_seconds;
    return decoded_seconds > 0 && missing <= encoder_delay + *claimed.declared_seconds * 0.002;
}

}  // namespace adapters::ffmpeg
