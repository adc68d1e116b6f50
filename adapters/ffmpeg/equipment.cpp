#include "adapters/ffmpeg/equipment.hpp"

#include "gateway/runtime/log.hpp"

#include <algorithm>
#include <utility>

namespace adapters::ffmpeg {

namespace {

// One thread for each turn, so that nobody whose turn it is waits for a thread.
unsigned at_least_one(unsigned at_once) {
    return std::max(at_once, 1U);
}

}  // namespace

equipment::equipment(settings rules)
    : rules_{std::move(rules)},
      tools_{find_programs(rules_)},
      queue_{at_least_one(rules_.at_once)},
      threads_{at_least_one(rules_.at_once), make_error_code(gateway::errc::audio_work_failed)} {
    if (!tools_) {
        gateway::log::warning("audio_tools_missing",
                              {{"ffmpeg", rules_.ffmpeg}, {"ffprobe", rules_.ffprobe}});
        return;
    }
    if (const std::size_t removed = prepare_scratch(rules_.scratch); removed > 0)
        gateway::log::info("audio_scratch_cleared", {{"folders", removed}});
}

}  // namespace adapters::ffmpeg
