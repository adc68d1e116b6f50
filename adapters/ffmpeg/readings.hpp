#pragma once
// Readers of what ffprobe and ffmpeg print. Pure; every byte is hostile, and what can't be read is absent.

#include <optional>
#include <string_view>

namespace adapters::ffmpeg {

// What ffprobe says of a file before anything is decoded.
struct probe_reading {
    int sample_rate = 0;  // Hz
    int channels = 0;
    // What the file claims; absent when it claims nothing, or ffprobe only guessed from the bit rate.
    std::optional<double> declared_seconds;

    bool operator==(const probe_reading&) const = default;
};

// Of `-show_entries stream=codec_type,sample_rate,channels,duration:format=duration -of flat`, and of the
// warnings on standard error. Nothing without an audio stream of a believable rate (8 to 192 kHz).
std::optional<probe_reading> read_probe(std::string_view printed, std::string_view warnings);

// EBU R128.
struct loudness {
    double integrated = -70;  // LUFS; -70 is silence
    double true_peak = -120;  // dBTP

    bool operator==(const loudness&) const = default;
};

// The last summary of the ebur128 filter on standard error. What a file's tags imitate comes before it.
// Without a measured peak `true_peak` stays as it is; nothing without a summary.
std::optional<loudness> read_loudness(std::string_view printed);

// Whether the decoded length is what the file claims. A few frames at either end are the encoder's own.
bool is_whole(const probe_reading& claimed, double decoded_seconds);

}  // namespace adapters::ffmpeg
