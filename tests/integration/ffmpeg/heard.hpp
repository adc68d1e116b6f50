#pragma once
// What a delivered file is, measured by ffprobe and ffmpeg and not by the code under test.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tests {

struct silence {
    double begin = 0;
    double seconds = 0;
};

struct heard {
    double probed_seconds = 0;   // as ffprobe says
    double decoded_seconds = 0;  // as there are samples
    std::string codec;
    std::string title;
    double integrated = 0;          // LUFS
    double true_peak = 0;           // dBTP
    double first_peak = 0;          // of the first 50 ms, dBFS
    double last_peak = 0;           // of the last 50 ms, dBFS
    double largest_step = 0;        // between two samples of a channel, of full scale
    std::vector<silence> silences;  // below -40 dBFS for 0.2 s and more
};

// Throws when the file can't be decoded without a complaint.
heard listen_to(const std::filesystem::path& file);

}  // namespace tests
