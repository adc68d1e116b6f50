#include "adapters/ffmpeg/work_folder.hpp"

#include "gateway/media/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace adapters::ffmpeg {

using gateway::result;
using gateway::media::descriptor;

namespace {

constexpr std::string_view prefix = "order_";
constexpr mode_t file_mode = 0600;

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

// The folder's own lock; nothing when somebody else has it, or the folder is no more.
descriptor locked(const std::string& path) {
    descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!folder || ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0)
        return {};
    struct stat now {};
    if (::fstat(folder.get(), &now) != 0 || now.st_nlink == 0)
        return {};
    return folder;
}

void remove_all(const std::string& path) {
    std::error_code ignored;  // the next start tries again
    std::filesystem::remove_all(path, ignored);
}

std::size_t remove_abandoned(const std::filesystem::path& scratch) {
    std::size_t removed = 0;
    std::error_code failure;
    for (std::filesystem::directory_iterator each{scratch, failure}, end; !failure && each != end;
         each.increment(failure)) {
        const std::string path = each->path().string();
        if (!each->path().filename().string().starts_with(prefix))
            continue;
        const descriptor lock = locked(path);
        if (!lock)
            continue;
        remove_all(path);
        ++removed;
    }
    return removed;
}

}  // namespace

result<std::shared_ptr<work_folder>> work_folder::make(const std::filesystem::path& scratch) {
    // Somebody who starts right now may take the new folder for an abandoned one before it is locked.
    for (int tries = 0; tries < 5; ++tries) {
        std::string path = (scratch / (std::string{prefix} + "XXXXXX")).string();
        if (::mkdtemp(path.data()) == nullptr)
            return last_error();
        if (descriptor lock = locked(path))
            return std::shared_ptr<work_folder>{new work_folder{std::move(path), std::move(lock)}};
    }
    return boost::system::errc::make_error_code(boost::system::errc::resource_unavailable_try_again);
}

work_folder::~work_folder() {
    remove_all(path_);
}

std::string work_folder::path_of(std::string_view name) const {
    return path_ + "/" + std::string{name};
}

std::uint64_t work_folder::used() const {
    std::uint64_t sum = 0;
    std::error_code failure;
    for (std::filesystem::directory_iterator each{path_, failure}, end; !failure && each != end;
         each.increment(failure)) {
        std::error_code gone;
        const auto size = each->file_size(gone);
        sum += gone ? 0 : size;
    }
    return sum;
}

result<void> work_folder::append(std::string_view name, std::string_view bytes) const {
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
    const descriptor file{::open(path_of(name).c_str(), flags, file_mode)};
    if (!file)
        return last_error();
    while (!bytes.empty()) {
        const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return last_error();
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

result<std::string> work_folder::read(std::string_view name, std::uint64_t offset, std::size_t most) const {
    const descriptor file{::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file)
        return last_error();
    std::string bytes(most, '\0');
    const auto got = gateway::media::read_fully(file.get(), bytes.data(), most, offset);
    if (got < 0)
        return last_error();
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

result<gateway::stored_audio> work_folder::probe(std::string_view name) const {
    std::string path = path_of(name);
    descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file)
        return last_error();
    gateway::media::partial_file looked_at{std::move(file), std::move(path)};
    auto found = looked_at.probe();
    looked_at.moved_away();  // it stays
    return found;
}

void work_folder::remove(std::string_view name) const {
    ::unlink(path_of(name).c_str());
}

std::size_t prepare_scratch(const std::filesystem::path& scratch) {
    const auto unusable = [&](const std::string& why) {
        throw std::runtime_error("the audio work cannot use the folder '" + scratch.string() + "': " + why);
    };
    std::error_code failure;
    std::filesystem::create_directories(scratch, failure);
    if (failure)
        unusable(failure.message());
    const std::size_t removed = remove_abandoned(scratch);
    if (const auto trial = work_folder::make(scratch); !trial)
        unusable(trial.error().message());
    return removed;
}

}  // namespace adapters::ffmpeg
