#include "adapters/archive/folder_sweep.hpp"

#include "gateway/media/file_names.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

namespace adapters::archive {

namespace {

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

struct close_listing {
    void operator()(DIR* listing) const noexcept { ::closedir(listing); }
};

// The sorted names in `path` that `wanted` accepts.
template <class Wanted>
gateway::result<std::vector<std::string>> list(const std::string& path, Wanted wanted) {
    const std::unique_ptr<DIR, close_listing> listing{::opendir(path.c_str())};
    if (!listing)
        return last_error();
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing.get())) {
        if (wanted(std::string_view{entry->d_name}))
            names.emplace_back(entry->d_name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool is_fan_out_folder(std::string_view name) {
    return name.size() == 2 && gateway::media::is_track_id(name);
}

// Whether the file was there, old and is now gone.
bool remove_if_old(const std::string& path, std::chrono::seconds age) {
    struct stat now {};
    if (::lstat(path.c_str(), &now) != 0 || !S_ISREG(now.st_mode))
        return false;
    const auto written = std::chrono::system_clock::from_time_t(now.st_mtime);
    return std::chrono::system_clock::now() - written > age && ::unlink(path.c_str()) == 0;
}

}  // namespace

gateway::result<sweep_progress> sweep_finished(const std::string& root, const std::string& after,
                                               std::chrono::seconds age, std::size_t limit) {
    const auto folders = list(root, is_fan_out_folder);
    if (!folders)
        return folders.error();
    sweep_progress progress;
    progress.last_looked_at = after;
    std::size_t looked_at = 0;
    const std::string resumed_folder = after.substr(0, 2);
    for (auto folder = std::lower_bound(folders->begin(), folders->end(), resumed_folder);
         folder != folders->end(); ++folder) {
        const auto names = list(root + "/" + *folder, gateway::media::is_file_name);
        if (!names)
            continue;  // not a folder, or gone
        for (const std::string& name : *names) {
            std::string place = *folder + "/" + name;
            if (place <= after)
                continue;
            if (looked_at++ == limit)
                return progress;
            if (remove_if_old(root + "/" + place, age))
                ++progress.removed;
            progress.last_looked_at = std::move(place);
        }
    }
    progress.last_looked_at.clear();
    progress.round_ended = true;
    return progress;
}

}  // namespace adapters::archive
