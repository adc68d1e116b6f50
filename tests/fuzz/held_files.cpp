#include "tests/fuzz/held_files.hpp"

#include "config/text_file.hpp"

#include <filesystem>

namespace config {

file_text read_text_file(const std::string& path, std::size_t most) {
    file_text read;
    const auto found = fuzz::held_files.find(path);
    read.missing = found == fuzz::held_files.end();
    if (read.missing)
        read.trouble = "does not exist";
    else if (found->second.size() > most)
        read.trouble = "is larger than " + std::to_string(most / 1024) + " KiB";
    else
        read.text = found->second;
    return read;
}

std::string folder_of(const std::string& path) {
    return std::filesystem::path{path}.parent_path().string();
}

}  // namespace config
