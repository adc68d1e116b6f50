#pragma once
// Files for the simulator's CDN that a test makes for itself: music of a known sound, and what only pretends
// to be music.

#include "tests/support/scratch_folder.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace end_to_end {

class media_folder {
public:
    // Has what the simulator asks for: a piece of `seconds`, as song.m4a and as song.wav. Stereo, the wav
    // without any loss. Throws std::runtime_error when ffmpeg is missing or fails.
    explicit media_folder(int seconds);

    // A file with these bytes. Upstream never chooses it by itself: a script names it.
    void put(const std::string& name, std::string_view bytes);
    // What ffmpeg makes of `arguments`, with the file's name behind them.
    void make(const std::string& name, std::vector<std::string> arguments);

    // Where ffmpeg finds the song, as the beginning of arguments for make().
    std::vector<std::string> song() const;
    std::string path_of(const std::string& name) const { return (folder_.path() / name).string(); }

    // Words of the simulator's command line, once everything is there.
    std::vector<std::string> simulator_options() const;

private:
    scratch_folder folder_;
    std::map<std::string, int> files_;  // with the seconds that upstream claims
};

}  // namespace end_to_end
