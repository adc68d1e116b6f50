#pragma once
// The whole way from clips to a master, or to a clip's true length, step by step. Blocks; for the audio
// threads.

#include "adapters/ffmpeg/tools.hpp"
#include "gateway/domain/audio_workshop.hpp"

#include <string>
#include <vector>

namespace adapters::ffmpeg {

// What is made; the rest of a gateway::master_order is the archive's business.
struct master_wish {
    master_terms terms;
    std::string title;
};

// Makes the master of `clips`, files in the workbench's folder, and returns its name there. Removes each clip
// once it is decoded.
gateway::result<std::string> make_master(const workbench& at, const std::vector<media_file>& clips,
                                         const master_wish& wish);

gateway::result<gateway::measured_audio> measure_clip(const workbench& at, const media_file& clip);

}  // namespace adapters::ffmpeg
