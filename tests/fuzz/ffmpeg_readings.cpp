// What ffprobe and ffmpeg print about a file, whose tags print along.
#include "adapters/ffmpeg/readings.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <cmath>

namespace {

using namespace adapters::ffmpeg;
using fuzz::claim;

constexpr std::string_view border{"\n---\n"};

}  // namespace

// Standard output and, behind a line of "---", standard error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto end = text.find(border);
    const std::string_view printed = text.substr(0, end);
    const std::string_view warnings = end == std::string_view::npos ? "" : text.substr(end + border.size());

    if (const auto read = read_probe(printed, warnings)) {
        claim(read->sample_rate >= 8'000 && read->sample_rate <= 192'000, "a rate is believable");
        claim(read->channels >= 1 && read->channels <= 64, "there are channels");
        if (read->declared_seconds)
            claim(std::isfinite(*read->declared_seconds) && *read->declared_seconds > 0, "a length is one");
        claim(!is_whole(*read, 0), "what has no length is not whole");
    }
    if (const auto read = read_loudness(warnings)) {
        claim(read->integrated >= -70 && read->integrated <= 30, "loudness is within bounds");
        claim(read->true_peak >= -120 && read->true_peak <= 60, "a peak is within bounds");
    }
    return 0;
}
