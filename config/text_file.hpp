#pragma once
// Small files, read whole: configuration, keys, secrets.

#include <cstddef>
#include <filesystem>
#include <string>

namespace config {

struct file_text {
    std::string text;
    std::string trouble;  // empty when it went well; else completes "the file X ...": "can't be read:
                          // Permission denied"
    bool missing = false;
};

// Reads at most `most` bytes; a larger file is trouble.
file_text read_text_file(const std::string& path, std::size_t most);

// `path` itself when absolute, else below `folder`. Empty stays empty.
inline std::string absolute_path(const std::string& path, const std::string& folder) {
    return path.empty() ? path : (std::filesystem::path{folder} / path).lexically_normal().string();
}

// The absolute folder that holds `path`.
std::string folder_of(const std::string& path);

}  // namespace config
