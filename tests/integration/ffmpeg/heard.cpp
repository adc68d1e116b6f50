#include "tests/integration/ffmpeg/heard.hpp"

#include "tests/integration/ffmpeg/media.hpp"
#include "tests/support/child_process.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace tests {

namespace {

constexpr int rate = 48'000;
constexpr std::size_t channels = 2;

std::string probed(const std::filesystem::path& file, const std::string& entry) {
    const auto ended =
        end_to_end::run({.path = "ffprobe",
                         .arguments = {"-v", "error", "-select_streams", "a:0", "-show_entries", entry, "-of",
                                       "default=noprint_wrappers=1:nokey=1", file.string()}});
    if (ended.code != 0)
        throw std::runtime_error{"ffprobe failed: " + ended.err};
    return ended.out.substr(0, ended.out.find('\n'));
}

double peak_in_decibels(const float* from, std::size_t count) {
    float peak = 0;
    for (std::size_t i = 0; i < count; ++i)
        peak = std::max(peak, std::abs(from[i]));
    return 20 * std::log10(std::max(peak, 1e-9F));
}

// The number after the last `label`.
double last_number(const std::string& text, const std::string& label) {
    const auto at = text.rfind(label);
    if (at == std::string::npos)
        throw std::runtime_error{"not measured: " + label + "\n" + text};
    if (text.find("-inf", at) == text.find_first_not_of(' ', at + label.size()))
        return -120;
    return std::stod(text.substr(at + label.size()));
}

std::vector<silence> silences_in(const std::string& text) {
    std::vector<silence> found;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (const auto at = line.find("silence_start: "); at != std::string::npos)
            found.push_back({std::stod(line.substr(at + 15)), 0});
        if (const auto at = line.find("silence_duration: "); at != std::string::npos && !found.empty())
            found.back().seconds = std::stod(line.substr(at + 18));
    }
    return found;
}

}  // namespace

heard listen_to(const std::filesystem::path& file) {
    heard found;
    found.probed_seconds = std::stod(probed(file, "format=duration"));
    found.codec = probed(file, "stream=codec_name");
    found.title = probed(file, "format_tags=title");

    const auto samples_file = media_folder() / "heard.f32";
    const auto ended = end_to_end::run(
        {.path = "ffmpeg",
         .arguments = {"-hide_banner", "-nostdin", "-nostats", "-y", "-xerror", "-i", file.string(), "-af",
                       "ebur128=framelog=verbose:peak=true,silencedetect=n=-40dB:d=0.2", "-ar",
                       std::to_string(rate), "-ac", "2", "-f", "f32le", samples_file.string()}},
        std::chrono::minutes{2});
    if (ended.code != 0)
        throw std::runtime_error{"ffmpeg failed: " + ended.err};
    found.integrated = last_number(ended.err, "    I: ");
    found.true_peak = last_number(ended.err, "    Peak: ");
    found.silences = silences_in(ended.err);

    const std::string raw = content_of(samples_file);
    std::filesystem::remove(samples_file);
    std::vector<float> samples(raw.size() / sizeof(float));
    std::memcpy(samples.data(), raw.data(), samples.size() * sizeof(float));
    found.decoded_seconds = static_cast<double>(samples.size()) / channels / rate;
    const std::size_t edge = std::min(samples.size(), channels * rate / 20);
    found.first_peak = peak_in_decibels(samples.data(), edge);
    found.last_peak = peak_in_decibels(samples.data() + samples.size() - edge, edge);
    for (std::size_t i = channels; i < samples.size(); ++i)
        found.largest_step =
            std::max(found.largest_step, static_cast<double>(std::abs(samples[i] - samples[i - channels])));
    return found;
}

}  // namespace tests
