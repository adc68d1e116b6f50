#include "tests/end_to_end/media_folder.hpp"

#include "tests/support/child_process.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace end_to_end {

namespace {

constexpr int never_chosen = 1'000'000;  // seconds: nearest to no wish

}  // namespace

media_folder::media_folder(int seconds) {
    const std::string length = std::to_string(seconds);
    const std::string tones = "sine=f=220:r=44100:d=" + length;
    const std::string noise = "anoisesrc=c=pink:r=44100:a=0.2:d=" + length;
    const std::string mix =
        "[0]tremolo=f=2:d=0.8,aformat=channel_layouts=stereo[a];"
        "[1]aformat=channel_layouts=stereo[b];[a][b]amix=inputs=2:normalize=0,volume=1.5";
    make("song.wav", {"-f", "lavfi", "-i", tones, "-f", "lavfi", "-i", noise, "-filter_complex", mix});
    auto encoded = song();
    encoded.insert(encoded.end(), {"-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart"});
    make("song.m4a", std::move(encoded));
    files_["song.wav"] = seconds;
    files_["song.m4a"] = seconds;
    put("cover.jpg", "");
}

void media_folder::put(const std::string& name, std::string_view bytes) {
    folder_.write(name, bytes);
    files_[name] = never_chosen;
}

void media_folder::make(const std::string& name, std::vector<std::string> arguments) {
    const std::vector<std::string> start{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"};
    arguments.insert(arguments.begin(), start.begin(), start.end());
    arguments.push_back(path_of(name));
    const auto made = run({"ffmpeg", std::move(arguments)}, milliseconds{60'000});
    if (made.code != 0)
        throw std::runtime_error{"ffmpeg is needed for this test: " + made.err};
    files_[name] = never_chosen;
}

std::vector<std::string> media_folder::song() const {
    return {"-i", path_of("song.wav")};
}

std::vector<std::string> media_folder::simulator_options() const {
    boost::json::object index;
    for (const auto& [name, seconds] : files_)
        index[name] = seconds;
    folder_.write("index.json", boost::json::serialize(index));
    return {"--media", folder_.path().string()};
}

}  // namespace end_to_end
