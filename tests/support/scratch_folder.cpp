#include "tests/support/scratch_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

namespace end_to_end {

namespace fs = std::filesystem;

scratch_folder::scratch_folder() {
    // Short: the name of a UNIX socket inside it must fit into 107 bytes.
    std::string pattern = (fs::temp_directory_path() / "mg-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        throw fs::filesystem_error("mkdtemp", pattern, std::error_code{errno, std::generic_category()});
    path_ = pattern;
}

scratch_folder::~scratch_folder() {
    std::error_code ignored;  // what a dying process still writes may be in the way: it is only litter
    fs::remove_all(path_, ignored);
}

std::string scratch_folder::write(const std::string& name, std::string_view content) const {
    const fs::path target = path_ / name;
    const fs::path fresh = path_ / (name + ".new");
    std::ofstream file{fresh, std::ios::binary | std::ios::trunc};
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file)
        throw fs::filesystem_error("write", fresh, std::make_error_code(std::errc::io_error));
    fs::rename(fresh, target);
    return target.string();
}

std::string read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace end_to_end
