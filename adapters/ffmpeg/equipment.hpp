#pragma once
// What all workshops of a process share: the programs, the threads that wait for them, and the turns.

#include "adapters/ffmpeg/settings.hpp"
#include "adapters/ffmpeg/tools.hpp"
#include "adapters/ffmpeg/turns.hpp"
#include "gateway/runtime/blocking_threads.hpp"

#include <optional>

namespace adapters::ffmpeg {

class equipment {
public:
    // Blocks: looks for the programs and, when they are there, creates the scratch folder and clears it of
    // what crashes left. Throws std::runtime_error, with a sentence for the operator, when the folder can't
    // be used. Missing programs are no failure: see tools().
    explicit equipment(settings rules);
    // Waits for work that was begun; cancel it first, it ends within milliseconds.
    ~equipment() = default;

    const settings& rules() const noexcept { return rules_; }
    // Nothing when ffmpeg or ffprobe was not found.
    const std::optional<programs>& tools() const noexcept { return tools_; }
    turns& queue() noexcept { return queue_; }
    gateway::blocking_threads& threads() noexcept { return threads_; }

private:
    settings rules_;
    std::optional<programs> tools_;
    turns queue_;
    gateway::blocking_threads threads_;  // last: work that still runs uses the others
};

}  // namespace adapters::ffmpeg
