#pragma once
// What an operator may say of the audio work: whose programs, where, how much at a time, and how much each
// may use.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace adapters::ffmpeg {

// What one child process may use. Going over ends it.
struct child_limits {
    std::uint64_t memory = std::uint64_t{1024} * 1024 * 1024;  // bytes of address space
    std::chrono::seconds cpu{180};
    std::chrono::seconds wall{600};
    std::size_t output = 8 * 1024 * 1024;  // bytes on standard output; a minute's envelope is 100 KiB
    int niceness = 10;  // as of nice(1); the child is a batch job besides, and leaves a core alone
};

struct settings {
    std::string ffmpeg = "ffmpeg";  // looked up in PATH at start when it has no slash
    std::string ffprobe = "ffprobe";
    std::filesystem::path scratch;  // created when missing; each order works in a folder of its own below it
    unsigned at_once = 1;           // orders worked on at a time; the others wait
    child_limits child;
    // Of one order: its clips, what they decode to (23 MiB a minute), and the result.
    std::uint64_t scratch_bytes = std::uint64_t{2} * 1024 * 1024 * 1024;
    // A clip that decodes to more is refused: a few bytes can say hours of silence.
    std::chrono::seconds longest_clip{900};
};

}  // namespace adapters::ffmpeg
