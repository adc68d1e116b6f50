#include "adapters/archive/audio_folder.hpp"

#include "adapters/archive/folder_sweep.hpp"
#include "adapters/archive/media_probe.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/random_id.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace adapters::archive {

using gateway::errc;
using gateway::result;

namespace {

constexpr std::chrono::hours partial_is_stale_after{1};
constexpr mode_t file_mode = 0640;
constexpr mode_t folder_mode = 0750;
constexpr std::array extensions{"m4a", "mp3", "wav", "flac", "ogg"};

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string why(int error) {
    return std::generic_category().message(error);
}

boost::system::error_code failed(const char* doing, int error = errno) {
    gateway::log::error("archive_failed", {{"doing", doing}, {"why", why(error)}});
    return make_error_code(errc::archive_failed);
}

// A rename or a new folder survives a power cut only once its parent is synced.
result<void> sync_folder(const std::string& path) {
    const descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder || ::fsync(folder.get()) != 0)
        return failed("syncing a folder");
    return {};
}

// pread until `most` bytes or the end of the file; the number read, or -1.
ssize_t read_fully(int file, char* into, std::size_t most, std::uint64_t offset) {
    std::size_t done = 0;
    while (done < most) {
        const ssize_t got = ::pread(file, into + done, most - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return static_cast<ssize_t>(done);
}

class opened_file final : public random_access {
public:
    opened_file(int file, std::uint64_t size) : file_{file}, size_{size} {}

    std::uint64_t size() const noexcept override { return size_; }

    result<std::size_t> read(std::uint64_t offset, unsigned char* into, std::size_t most) override {
        const ssize_t got = read_fully(file_, reinterpret_cast<char*>(into), most, offset);
        if (got < 0)
            return failed("reading a file back");
        return static_cast<std::size_t>(got);
    }

private:
    int file_;
    std::uint64_t size_;
};

[[noreturn]] void unusable(const std::string& root, const std::string& reason) {
    throw std::runtime_error("the audio archive cannot use the folder '" + root + "': " + reason);
}

}  // namespace

bool is_track_id(std::string_view text) {
    return text.size() >= 2 && text.size() <= 64 && is_plain(text);
}

bool is_extension(std::string_view text) {
    return !text.empty() && text.size() <= 8 && is_plain(text);
}

partial_file::~partial_file() {
    if (!path_.empty() && ::unlink(path_.c_str()) != 0 && errno != ENOENT)
        failed("removing an unfinished file");
}

result<void> partial_file::write_at(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return failed("writing a file", put < 0 ? errno : ENOSPC);
        offset += static_cast<std::uint64_t>(put);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

result<std::string> finished_file::read(std::uint64_t offset, std::size_t most) const {
    std::string read;
    if (offset >= size_)
        return read;
    read.resize(static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - offset)));
    const ssize_t got = read_fully(file_.get(), read.data(), read.size(), offset);
    if (got < 0)
        return failed("reading a file");
    if (static_cast<std::size_t>(got) != read.size())
        return failed("reading a file that became shorter", EIO);
    return read;
}

audio_folder::audio_folder(const std::filesystem::path& root)
    : root_{root.string()}, partials_{root_ + "/.partial"} {
    std::error_code failure;
    std::filesystem::create_directories(root_, failure);
    if (failure)
        unusable(root_, failure.message());
    if (::mkdir(partials_.c_str(), folder_mode) != 0 && errno != EEXIST)
        unusable(root_, why(errno));

    const std::string trial = partials_ + "/" + gateway::random_id("trial_", 16);
    const descriptor file{
        ::open(trial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file_mode)};
    if (!file || ::unlink(trial.c_str()) != 0)
        unusable(root_, why(errno));
    remove_stale_partials();
}

std::string audio_folder::folder_of(std::string_view track_id) const {
    return root_ + "/" + std::string{track_id.substr(track_id.size() - 2)};
}

std::string audio_folder::path_of(std::string_view track_id, std::string_view extension) const {
    return folder_of(track_id) + "/" + std::string{track_id} + "." + std::string{extension};
}

result<std::shared_ptr<partial_file>> audio_folder::begin(const std::string& track_id) const {
    std::string path = partials_ + "/" + track_id + gateway::random_id(".", 24);
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    descriptor file{::open(path.c_str(), flags, file_mode)};
    // Somebody tidied up. The root itself is not made anew: a volume may have been unmounted from it.
    if (!file && errno == ENOENT && ::mkdir(partials_.c_str(), folder_mode) == 0)
        file = descriptor{::open(path.c_str(), flags, file_mode)};
    if (!file)
        return failed("creating a file");
    return std::make_shared<partial_file>(std::move(file), std::move(path));
}

result<gateway::stored_audio> audio_folder::publish(const std::string& track_id, partial_file& file) const {
    struct stat now {};
    if (::fstat(file.file(), &now) != 0)
        return failed("looking at a file");
    opened_file bytes{file.file(), static_cast<std::uint64_t>(now.st_size)};
    auto audio = probe_media(bytes);
    if (!audio)
        return audio.error();
    if (::fsync(file.file()) != 0)
        return failed("syncing a file");

    const std::string folder = folder_of(track_id);
    if (::mkdir(folder.c_str(), folder_mode) == 0) {
        if (const auto synced = sync_folder(root_); !synced)
            return synced.error();
    } else if (errno != EEXIST) {
        return failed("creating a folder");
    }
    if (::rename(file.path().c_str(), path_of(track_id, audio->extension).c_str()) != 0)
        return failed("renaming a file");
    file.moved_away();
    for (const char* other : extensions) {
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
        return errno == ENOENT ? make_error_code(errc::not_found) : failed("opening a file");
    struct stat now {};
    if (::fstat(file.get(), &now) != 0)
        return failed("looking at a file");
    if (!S_ISREG(now.st_mode))
        return make_error_code(errc::not_found);
    return std::make_shared<const finished_file>(std::move(file), static_cast<std::uint64_t>(now.st_size));
}

result<void> audio_folder::remove(const std::string& track_id, const std::string& extension) const {
    if (!is_track_id(track_id) || !is_extension(extension))
        return {};  // no such file
    if (::unlink(path_of(track_id, extension).c_str()) != 0 && errno != ENOENT)
        return failed("removing a file");
    return {};
}

result<std::size_t> audio_folder::remove_older_than(std::chrono::seconds age, std::size_t limit) {
    const std::lock_guard hold{sweeping_};
    const auto swept = sweep_finished(root_, sweep_after_, age, limit);
    if (!swept)
        return failed("sweeping old files", swept.error().value());
    sweep_after_ = swept->last_looked_at;
    if (swept->round_ended)
        remove_stale_partials();
    return swept->removed;
}

void audio_folder::remove_stale_partials() const {
    if (const auto swept = sweep_partials(partials_, partial_is_stale_after); !swept)
        failed("sweeping unfinished files", swept.error().value());
    else if (*swept > 0)
        gateway::log::info("archive_partials_removed", {{"files", *swept}});
}

}  // namespace adapters::archive
