#pragma once
// Music made by ffmpeg itself, each piece once for the process and only when a test asks for it.

#include <filesystem>
#include <string>
#include <vector>

namespace tests {

// Runs ffmpeg (-hide_banner -v error -y before the rest) and returns standard error; throws when it fails.
std::string ffmpeg(const std::vector<std::string>& arguments);

// What kind of piece. Notes over noise, louder and softer several times a second, so that there are quiet
// places.
struct music {
    int seconds = 60;
    int rate = 44'100;
    bool stereo = true;
    double gain = 0;           // dB
    double note = 220;         // Hz
    std::string shaping = {};  // further filters, as of -af
    std::string extension = "m4a";
};

// The file's bytes.
const std::string& bytes_of(const music& what);

// A folder for this process's files.
const std::filesystem::path& media_folder();

std::string content_of(const std::filesystem::path& file);

}  // namespace tests
