#include "adapters/ffmpeg/tools.hpp"

#include "gateway/runtime/log.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace adapters::ffmpeg {

using gateway::errc;
using gateway::result;

namespace {

constexpr std::size_t last_words = 400;  // of standard error, in the log

bool is_executable(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::string end_of(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.remove_suffix(1);
    return std::string{text.substr(text.size() - std::min(text.size(), last_words))};
}

// ffmpeg reports these by an exit status as if the file were at fault.
bool ran_out_of_something(std::string_view said) {
    return said.find("Cannot allocate memory") != std::string_view::npos ||
           said.find("No space left on device") != std::string_view::npos ||
           said.find("Too many open files") != std::string_view::npos;
}

errc meaning_of(const child_end& end, blame whose) {
    const bool refused = end.fate == child_fate::exited && !ran_out_of_something(end.err);
    return refused && whose == blame::input ? errc::not_audio : errc::audio_work_failed;
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
    if (name.empty())
        return std::nullopt;
    if (name.find('/') != std::string::npos) {
        std::error_code failure;
        const auto absolute = std::filesystem::absolute(name, failure).string();
        return !failure && is_executable(absolute) ? std::optional{absolute} : std::nullopt;
    }
    const char* path = std::getenv("PATH");  // at start, before there are other threads
    std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        const std::string candidate = std::string{rest.substr(0, end)} + "/" + name;
        if (candidate.starts_with('/') && is_executable(candidate))
            return candidate;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

std::optional<programs> find_programs(const settings& from) {
    auto ffmpeg = find_program(from.ffmpeg);
    auto ffprobe = find_program(from.ffprobe);
    if (!ffmpeg || !ffprobe)
        return std::nullopt;
    return programs{std::move(*ffmpeg), std::move(*ffprobe)};
}

workbench::workbench(const settings& rules, const programs& tools, const work_folder& folder,
                     std::string about, const std::atomic<bool>& stop, gateway::deadline by)
    : rules_{rules}, tools_{tools}, folder_{folder}, about_{std::move(about)}, stop_{stop}, by_{by} {}

result<child_end> workbench::ffmpeg(std::string_view doing, arguments what, blame whose) const {
    return run(tools_.ffmpeg, doing, std::move(what), whose);
}

result<child_end> workbench::ffprobe(std::string_view doing, arguments what, blame whose) const {
    return run(tools_.ffprobe, doing, std::move(what), whose);
}

boost::system::error_code workbench::failed(std::string_view doing, errc as, std::string_view why) const {
    const auto code = make_error_code(as);
    gateway::log::warning("audio_work_failed",
                          {{"track", about_}, {"doing", doing}, {"reason", code.message()}, {"why", why}});
    return code;
}

result<child_end> workbench::run(const std::string& program, std::string_view doing, arguments what,
                                 blame whose) const {
    const std::uint64_t used = folder_.used();
    const std::uint64_t left = rules_.scratch_bytes > used ? rules_.scratch_bytes - used : 0;
    child_end end = run_child({.program = program,
                               .arguments = std::move(what),
                               .folder = folder_.path(),
                               .limits = rules_.child,
                               .file_bytes = left,
                               .by = by_},
                              stop_);
    if (end.succeeded())
        return end;
    if (end.fate == child_fate::stopped)
        return make_error_code(errc::audio_work_failed);  // nobody is waiting for it: not worth a line
    if (end.fate == child_fate::out_of_time && by_.passed())
        return failed(doing, errc::deadline_exceeded, "the deadline");
    const std::string why =
        std::string{to_string(end.fate)} + " " + std::to_string(end.code) + ": " + end_of(end.err);
    return failed(doing, meaning_of(end, whose), why);
}

}  // namespace adapters::ffmpeg
