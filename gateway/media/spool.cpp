#include "gateway/media/spool.hpp"

#include "gateway/media/media_probe.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/random_id.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <system_error>

namespace gateway::media {

namespace {

constexpr std::chrono::hours stale_after{1};
constexpr mode_t file_mode = 0640;
constexpr mode_t folder_mode = 0750;
constexpr int new_file = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

std::string why(int error) {
    return std::generic_category().message(error);
}

class opened_file final : public random_access {
public:
    opened_file(int file, std::uint64_t size) : file_{file}, size_{size} {}

    std::uint64_t size() const noexcept override { return size_; }

    result<std::size_t> read(std::uint64_t offset, unsigned char* into, std::size_t most) override {
        const auto got = read_fully(file_, reinterpret_cast<char*>(into), most, offset);
        if (got < 0)
            return file_failure("reading a file back");
        return static_cast<std::size_t>(got);
    }

private:
    int file_;
    std::uint64_t size_;
};

struct close_listing {
    void operator()(DIR* listing) const noexcept { ::closedir(listing); }
};

bool is_stale(const std::string& path) {
    struct stat now {};
    if (::lstat(path.c_str(), &now) != 0 || !S_ISREG(now.st_mode))
        return false;
    const auto written = std::chrono::system_clock::from_time_t(now.st_mtime);
    return std::chrono::system_clock::now() - written > stale_after;
}

}  // namespace

boost::system::error_code file_failure(const char* doing, int error) {
    log::error("archive_failed", {{"doing", doing}, {"why", why(error)}});
    return make_error_code(errc::archive_failed);
}

std::int64_t read_fully(int file, char* into, std::size_t most, std::uint64_t offset) {
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
    return static_cast<std::int64_t>(done);
}

partial_file::~partial_file() {
    if (!path_.empty() && ::unlink(path_.c_str()) != 0 && errno != ENOENT)
        file_failure("removing an unfinished file");
}

result<void> partial_file::write_at(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return file_failure("writing a file", put < 0 ? errno : ENOSPC);
        offset += static_cast<std::uint64_t>(put);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

result<std::string> partial_file::read_at(std::uint64_t offset, std::size_t most) const {
    std::string bytes(most, '\0');
    const auto got = read_fully(file_.get(), bytes.data(), most, offset);
    if (got < 0)
        return file_failure("reading a file back");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

result<stored_audio> partial_file::probe() const {
    struct stat now {};
    if (::fstat(file_.get(), &now) != 0)
        return file_failure("looking at a file");
    opened_file bytes{file_.get(), static_cast<std::uint64_t>(now.st_size)};
    return probe_media(bytes);
}

spool::spool(std::string folder) : folder_{std::move(folder)} {
    const auto unusable = [this](int error) {
        throw std::runtime_error("unfinished audio cannot be kept in the folder '" + folder_ +
                                 "': " + why(error));
    };
    if (::mkdir(folder_.c_str(), folder_mode) != 0 && errno != EEXIST)
        unusable(errno);
    const std::string trial = folder_ + "/" + random_id("trial_", 16);
    const descriptor file{::open(trial.c_str(), new_file, file_mode)};
    if (!file || ::unlink(trial.c_str()) != 0)
        unusable(errno);
    remove_stale();
}

result<std::shared_ptr<partial_file>> spool::begin(const std::string& track_id) const {
    std::string path = folder_ + "/" + track_id + random_id(".", 24);
    descriptor file{::open(path.c_str(), new_file, file_mode)};
    // Somebody tidied up. What the folder lies in is not made anew: a volume may have been unmounted from it.
    if (!file && errno == ENOENT && ::mkdir(folder_.c_str(), folder_mode) == 0)
        file = descriptor{::open(path.c_str(), new_file, file_mode)};
    if (!file)
        return file_failure("creating a file");
    return std::make_shared<partial_file>(std::move(file), std::move(path));
}

void spool::remove_stale() const {
    const std::unique_ptr<DIR, close_listing> listing{::opendir(folder_.c_str())};
    if (!listing) {
        file_failure("sweeping unfinished files");
        return;
    }
    std::size_t removed = 0;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string path = folder_ + "/" + entry->d_name;
        removed += is_stale(path) && ::unlink(path.c_str()) == 0;
    }
    if (removed > 0)
        log::info("archive_partials_removed", {{"files", removed}});
}

}  // namespace gateway::media
