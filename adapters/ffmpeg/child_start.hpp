#pragma once
// From fork to exec. Between the two a child of a process with several threads may do next to nothing, so
// everything is prepared before.

#include "adapters/ffmpeg/child_process.hpp"
#include "gateway/media/descriptor.hpp"

#include <sys/types.h>

namespace adapters::ffmpeg {

struct started_child {
    pid_t pid = -1;                  // and its process group's; -1 when it could not be started
    int error = 0;                   // then: the errno
    gateway::media::descriptor out;  // the reading ends of its standard output and error; they do not block
    gateway::media::descriptor err;
};

// Returns when the program is running, or is known not to.
started_child start_child(const child_order& order);

}  // namespace adapters::ffmpeg
