#include "tests/integration/ffmpeg/media.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

#include <map>
#include <stdexcept>

namespace tests {

std::string ffmpeg(const std::vector<std::string>& arguments) {
    end_to_end::program what{.path = "ffmpeg",
                             .arguments = {"-hide_banner", "-nostdin", "-v", "error", "-y"}};
    what.arguments.insert(what.arguments.end(), arguments.begin(), arguments.end());
    const auto ended = end_to_end::run(what, std::chrono::minutes{2});
    if (ended.code != 0)
        throw std::runtime_error{"ffmpeg failed: " + ended.err};
    return ended.err;
}

const std::filesystem::path& media_folder() {
    static const end_to_end::scratch_folder folder;
    return folder.path();
}

std::string content_of(const std::filesystem::path& file) {
    return end_to_end::read_file(file);
}

namespace {

std::string source_of(const music& what) {
    const std::string rate = std::to_string(what.rate);
    const std::string seconds = std::to_string(what.seconds);
    const std::string note = std::to_string(what.note);
    const std::string fifth = std::to_string(what.note * 1.5);
    return "sine=f=" + note + ":r=" + rate + ":d=" + seconds + ",tremolo=f=3:d=0.9,volume=10dB[a];" +
           "sine=f=" + fifth + ":r=" + rate + ":d=" + seconds + ",tremolo=f=0.7:d=0.5,volume=6dB[b];" +
           "anoisesrc=c=pink:a=0.4:seed=7:r=" + rate + ":d=" + seconds + ",tremolo=f=2:d=0.95[c];" +
           "[a][b][c]amix=inputs=3:normalize=0,volume=" + std::to_string(what.gain) + "dB";
}

std::vector<std::string> encoding_of(const std::string& extension) {
    if (extension == "wav")
        return {"-c:a", "pcm_s16le"};
    if (extension == "ogg")
        return {"-c:a", "libvorbis"};
    return {"-b:a", "128k"};
}

}  // namespace

const std::string& bytes_of(const music& what) {
    static std::map<std::string, std::string> made;
    const std::string key = source_of(what) + what.shaping + (what.stereo ? "2." : "1.") + what.extension;
    if (const auto known = made.find(key); known != made.end())
        return known->second;
    const auto file = media_folder() / ("music" + std::to_string(made.size()) + "." + what.extension);
    std::vector<std::string> arguments{"-f", "lavfi", "-i", source_of(what), "-ac", what.stereo ? "2" : "1"};
    if (!what.shaping.empty())
        arguments.insert(arguments.end(), {"-af", what.shaping});
    const auto encoding = encoding_of(what.extension);
    arguments.insert(arguments.end(), encoding.begin(), encoding.end());
    arguments.push_back(file.string());
    ffmpeg(arguments);
    return made.emplace(key, content_of(file)).first->second;
}

}  // namespace tests
