#include "tests/support/heard_audio.hpp"

#include "tests/support/child_process.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace end_to_end {

namespace {

// The last number behind `name` in a report.
double number_behind(const std::string& report, const std::string& name) {
    const auto at = report.rfind(name);
    if (at == std::string::npos)
        throw std::runtime_error{"no " + name + " in\n" + report};
    const std::string rest = report.substr(at + name.size(), 40);
    return rest.find("-inf") < 8 ? -200 : std::stod(rest);
}

std::string reported(const std::vector<std::string>& arguments) {
    const auto end = run({"ffmpeg", arguments}, std::chrono::seconds{60});
    if (end.code != 0)
        throw std::runtime_error{"ffmpeg: " + end.err};
    return end.err;
}

std::string tag(const std::string& file, const std::string& entries) {
    const auto probed =
        run({"ffprobe", {"-v", "error", "-show_entries", entries, "-of", "default=nk=1:nw=1", file}});
    if (probed.code != 0)
        throw std::runtime_error{"ffprobe: " + probed.err};
    return probed.out.substr(0, probed.out.find('\n'));
}

double longest_silence_inside(const std::string& report, double seconds) {
    static const std::regex stretch{R"(silence_start: (-?[\d.]+)[\s\S]*?silence_end: ([\d.]+))"};
    double longest = 0;
    for (std::sregex_iterator each{report.begin(), report.end(), stretch}, none; each != none; ++each) {
        const double from = std::max(1.0, std::stod((*each)[1]));
        const double until = std::min(seconds - 1, std::stod((*each)[2]));
        longest = std::max(longest, until - from);
    }
    return longest;
}

}  // namespace

heard_audio listen_to(const std::string& file) {
    heard_audio heard;
    heard.seconds = std::stod(tag(file, "format=duration"));
    heard.codec = tag(file, "stream=codec_name");
    heard.title = tag(file, "format_tags=title");
    const std::string whole = reported({"-hide_banner", "-nostdin", "-xerror", "-i", file, "-af",
                                        "ebur128=peak=true,silencedetect=n=-50dB:d=0.1", "-f", "null", "-"});
    heard.loudness_lufs = number_behind(whole, "I:");
    heard.true_peak_dbtp = number_behind(whole, "Peak:");
    heard.longest_silence = longest_silence_inside(whole, heard.seconds);
    // Decoded from a second before the end, since a seek lands on a packet.
    const std::string end =
        reported({"-hide_banner", "-nostdin", "-sseof", "-1", "-i", file, "-af",
                  "areverse,atrim=end=0.05,astats=measure_perchannel=none", "-f", "null", "-"});
    heard.end_peak_dbfs = number_behind(end, "Peak level dB:");
    return heard;
}

}  // namespace end_to_end
