#pragma once
// The programs, and how one step of the work is run with them: bounded, logged when it fails, its failure in
// our own words. Blocks; for the audio threads.

#include "adapters/ffmpeg/child_process.hpp"
#include "adapters/ffmpeg/command_lines.hpp"
#include "adapters/ffmpeg/work_folder.hpp"
#include "gateway/domain/error.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace adapters::ffmpeg {

// The absolute path of an executable: found in the process's PATH, or as named when it has a slash. Nothing
// when there is none.
std::optional<std::string> find_program(const std::string& name);

// Both, or nothing works.
struct programs {
    std::string ffmpeg;
    std::string ffprobe;
};

std::optional<programs> find_programs(const settings& from);

// Whose fault it is when a program says no.
enum class blame {
    input,  // it was given a stranger's file: not_audio
    work,   // it was given our own: audio_work_failed
};

// One order's or one measurement's way to the programs.
class workbench {
public:
    // All outlive it. `about` names the work in the log.
    workbench(const settings& rules, const programs& tools, const work_folder& folder, std::string about,
              const std::atomic<bool>& stop, gateway::deadline by);

    // What it said. deadline_exceeded past the deadline; audio_work_failed over a limit, when stopped, and
    // when it can't be started; otherwise as `blame` says.
    gateway::result<child_end> ffmpeg(std::string_view doing, arguments what, blame whose) const;
    gateway::result<child_end> ffprobe(std::string_view doing, arguments what, blame whose) const;

    const settings& rules() const noexcept { return rules_; }
    const work_folder& folder() const noexcept { return folder_; }

    // Says why in the log, and returns it.
    boost::system::error_code failed(std::string_view doing, gateway::errc as, std::string_view why) const;

private:
    gateway::result<child_end> run(const std::string& program, std::string_view doing, arguments what,
                                   blame whose) const;

    const settings& rules_;
    const programs& tools_;
    const work_folder& folder_;
    std::string about_;
    const std::atomic<bool>& stop_;
    gateway::deadline by_;
};

}  // namespace adapters::ffmpeg
