#pragma once
// A folder of a test's own, gone with all its content when the test ends.

#include <filesystem>
#include <string>
#include <string_view>

namespace end_to_end {

class scratch_folder {
public:
    scratch_folder();  // throws std::filesystem::filesystem_error
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }

    // Writes a whole file, replacing it in one step, and returns its path.
    std::string write(const std::string& name, std::string_view content) const;

private:
    std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);  // empty when there is none

}  // namespace end_to_end
