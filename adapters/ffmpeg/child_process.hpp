#pragma once
// Runs one program to its end, bounded in everything it could take: time, CPU, memory, files and words.
// Blocks; for threads of their own.

#include "adapters/ffmpeg/settings.hpp"
#include "gateway/runtime/deadline.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace adapters::ffmpeg {

struct child_order {
    std::string program;  // absolute path; no shell sees it
    std::vector<std::string> arguments;
    std::string folder;  // its working directory
    child_limits limits;
    std::uint64_t file_bytes = 0;  // the largest file it may write
    gateway::deadline by = gateway::deadline::never();
};

enum class child_fate {
    exited,           // by itself, with `code`
    signalled,        // by a signal that none of us sent; `code` is its number
    out_of_time,      // the wall clock: limits.wall, or the deadline
    out_of_cpu,       // limits.cpu
    wrote_too_much,   // file_bytes
    talked_too_much,  // limits.output
    stopped,          // `stop` became true
    not_started,      // `code` is the errno
};

// For a log line.
const char* to_string(child_fate fate);

struct child_end {
    child_fate fate = child_fate::not_started;
    int code = 0;
    std::string out;  // all of standard output
    std::string err;  // the end of standard error, at most 16 KiB

    bool succeeded() const noexcept { return fate == child_fate::exited && code == 0; }
};

// The child reads nothing, sees none of our descriptors and a minimal environment, gives way to everybody
// else's CPU and disk, and gets no new privileges. It and whatever it started in its process group are gone
// when this returns, whatever happened; the child itself (not its children) also dies with the calling
// thread, so with the gateway. `stop` is looked at every few milliseconds; any thread may set it.
child_end run_child(const child_order& order, const std::atomic<bool>& stop);

}  // namespace adapters::ffmpeg
