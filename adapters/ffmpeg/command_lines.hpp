#pragma once
// Everything that ffmpeg and ffprobe are ever asked to do, as argument lists. Pure.
//
// Files are named relative to the child's folder. A clip is opened by the demuxer of its extension and no
// other, with the decoders that such a file can need and no other, and no protocol but files: what poses as a
// playlist (HLS, concat, DASH) is never read as one, so it can't make ffmpeg open anything else.

#include "adapters/ffmpeg/loudness_plan.hpp"
#include "adapters/ffmpeg/plan.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::ffmpeg {

using arguments = std::vector<std::string>;

// How files of an extension are opened.
struct media_kind {
    std::string_view demuxer;
    std::string_view decoders;  // comma separated
};

// Nothing when no audio of ours has that extension.
std::optional<media_kind> media_kind_of(std::string_view extension);

struct media_file {
    std::string name;
    std::string extension;  // of its kind; the name may have none
    media_kind kind;
};

// ffprobe: read_probe() reads the answer.
arguments probe_arguments(const media_file& of);

// ffmpeg: decodes to a stereo float WAV of that rate. envelope::read() reads standard output, read_loudness()
// standard error. Stops a second after `longest`.
arguments decode_arguments(const media_file& of, int sample_rate, std::chrono::seconds longest,
                           const std::string& to);

// ffmpeg: the plan's pieces of the decoded clips, joined, cut and faded, as a float WAV; read_loudness()
// reads standard error. `decoded` are all clips' files, by the plan's numbers.
arguments join_arguments(const master_plan& plan, const std::vector<std::string>& decoded,
                         const std::string& to);

struct encode_order {
    std::string from;
    std::string to;
    int sample_rate = 48'000;  // of `from`
    loudness_plan loudness;
    gateway::audio_format format = gateway::audio_format::m4a;
    std::string title;  // any text; what no player shows is left out
};

// ffmpeg: the joined master into its final format.
arguments encode_arguments(const encode_order& order);

// ffmpeg: decodes a finished file to nowhere; read_loudness() reads standard error.
arguments measure_arguments(const media_file& of);

// 44.1 kHz when everything is, else 48.
int working_rate(const std::vector<int>& rates);

// Without control characters, cut at a character's boundary.
std::string tag_text(std::string_view title);

}  // namespace adapters::ffmpeg
