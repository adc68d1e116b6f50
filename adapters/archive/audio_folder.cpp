#include "adapters/archive/audio_folder.hpp"

#include "adapters/archive/folder_sweep.hpp"
#include "gateway/media/file_names.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace adapters::archive {

using gateway::errc;
using gateway::result;
using gateway::media::descriptor;
using gateway::media::file_failure;
using gateway::media::is_extension;
using gateway::media::is_track_id;
using gateway::media::partial_file;
using gateway::media::read_fully;

namespace {

constexpr mode_t folder_mode = 0750;

// A rename or a new folder survives a power cut only once its parent is synced.
result<void> sync_folder(const std::string& path) {
    const descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder || ::fsync(folder.get()) != 0)
        return file_failure("syncing a folder");
    return {};
}

std::string made(std::string root) {
    std::error_code failure;
    std::filesystem::create_directories(root, failure);
    if (failure)
        throw std::runtime_error("the audio archive cannot use the folder '" + root +
                                 "': " + failure.message());
    return root;
}

}  // namespace

result<std::string> finished_file::read(std::uint64_t offset, std::size_t most) const {
    std::string read;
    if (offset >= size_)
        return read;
    read.resize(static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - offset)));
    const auto got = read_fully(file_.get(), read.data(), read.size(), offset);
    if (got < 0)
        return file_failure("reading a file");
    if (static_cast<std::size_t>(got) != read.size())
        return file_failure("reading a file that became shorter", EIO);
    return read;
}

audio_folder::audio_folder(const std::filesystem::path& root)
    : root_{made(root.string())}, partials_{root_ + "/.partial"} {}

std::string audio_folder::folder_of(std::string_view track_id) const {
    return root_ + "/" + std::string{track_id.substr(track_id.size() - 2)};
}

std::string audio_folder::path_of(std::string_view track_id, std::string_view extension) const {
    return folder_of(track_id) + "/" + std::string{track_id} + "." + std::string{extension};
}

result<std::shared_ptr<partial_file>> audio_folder::begin(const std::string& track_id) const {
    return partials_.begin(track_id);
}

result<gateway::stored_audio> audio_folder::publish(const std::string& track_id, partial_file& file) const {
    auto audio = file.probe();
    if (!audio)
        return audio.error();
    if (::fsync(file.file()) != 0)
        return file_failure("syncing a file");

    const std::string folder = folder_of(track_id);
    if (::mkdir(folder.c_str(), folder_mode) == 0) {
        if (const auto synced = sync_folder(root_); !synced)
            return synced.error();
    } else if (errno != EEXIST) {
        return file_failure("creating a folder");
    }
    if (::rename(file.path().c_str(), path_of(track_id, audio->extension).c_str()) != 0)
        return file_failure("renaming a file");
    file.moved_away();
    for (const std::string_view other : gateway::media::extensions) {
        if (audio->extension != other)
            ::unlink(path_of(track_id, other).c_str());  // usually there is none
    }
    if (const auto synced = sync_folder(folder); !synced)
        return synced.error();
    return audio;
}

result<std::shared_ptr<const finished_file>> audio_folder::open(const std::string& track_id,
                                                                const std::string& extension) const {
    if (!is_track_id(track_id) || !is_extension(extension))
        return make_error_code(errc::not_found);
    constexpr int flags =
        O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;  // should it be a pipe, do not wait for its writer
    descriptor file{::open(path_of(track_id, extension).c_str(), flags)};
    if (!file)
        return errno == ENOENT ? make_error_code(errc::not_found) : file_failure("opening a file");
    struct stat now {};
    if (::fstat(file.get(), &now) != 0)
        return file_failure("looking at a file");
    if (!S_ISREG(now.st_mode))
        return make_error_code(errc::not_found);
    return std::make_shared<const finished_file>(std::move(file), static_cast<std::uint64_t>(now.st_size));
}

result<void> audio_folder::remove(const std::string& track_id, const std::string& extension) const {
    if (!is_track_id(track_id) || !is_extension(extension))
        return {};  // no such file
    if (::unlink(path_of(track_id, extension).c_str()) != 0 && errno != ENOENT)
        return file_failure("removing a file");
    return {};
}

result<std::size_t> audio_folder::remove_older_than(std::chrono::seconds age, std::size_t limit) {
    const std::lock_guard hold{sweeping_};
    const auto swept = sweep_finished(root_, sweep_after_, age, limit);
    if (!swept)
        return file_failure("sweeping old files", swept.error().value());
    sweep_after_ = swept->last_looked_at;
    if (swept->round_ended)
        partials_.remove_stale();
    return swept->removed;
}

}  // namespace adapters::archive
