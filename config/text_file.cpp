#include "config/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace config {

file_text read_text_file(const std::string& path, std::size_t most) {
    file_text read;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"), &std::fclose};
    if (!file) {
        read.missing = errno == ENOENT;
        read.trouble =
            read.missing ? "does not exist" : std::string{"can't be read: "} + std::strerror(errno);
        return read;
    }
    char chunk[16 * 1024];
    std::size_t count = 0;
    while (read.text.size() <= most && (count = std::fread(chunk, 1, sizeof chunk, file.get())) > 0)
        read.text.append(chunk, count);
    if (std::ferror(file.get()))
        read.trouble = std::string{"can't be read: "} + std::strerror(errno);
    else if (read.text.size() > most)
        read.trouble = "is larger than " + std::to_string(most / 1024) + " KiB";
    return read;
}

std::string folder_of(const std::string& path) {
    std::error_code unknown_working_folder;
    const auto absolute = std::filesystem::absolute(path, unknown_working_folder);
    return (unknown_working_folder ? std::filesystem::path{path} : absolute).parent_path().string();
}

}  // namespace config
