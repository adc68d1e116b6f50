#pragma once
// What an audio file sounds like, as ffmpeg and ffprobe measure it.

#include <string>

namespace end_to_end {

struct heard_audio {
    double seconds = 0;        // by the container
    double end_peak_dbfs = 0;  // of the last 50 ms
    double loudness_lufs = 0;  // integrated (EBU R128)
    double true_peak_dbtp = 0;
    double longest_silence = 0;  // seconds below -50 dBFS, anywhere but in the first and the last second
    std::string codec;
    std::string title;  // the file's tag
};

// Throws std::runtime_error when the file can't be decoded to its end.
heard_audio listen_to(const std::string& file);

}  // namespace end_to_end
