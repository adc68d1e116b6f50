#pragma once
// Files that are not finished yet: where audio is written as it comes, until an archive knows what it is and
// may keep it. Touched synchronously: for threads that may block.

#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/media/descriptor.hpp"

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::media {

// Logs the system's own words and is archive_failed.
boost::system::error_code file_failure(const char* doing, int error = errno);

// pread until `most` bytes or the end of the file; the number read, or -1.
std::int64_t read_fully(int file, char* into, std::size_t most, std::uint64_t offset);

// One such file. Removed by its destructor unless it was moved away. Any number of threads may read at once.
class partial_file {
public:
    partial_file(descriptor file, std::string path) : file_{std::move(file)}, path_{std::move(path)} {}
    ~partial_file();
    partial_file(const partial_file&) = delete;
    partial_file& operator=(const partial_file&) = delete;

    result<void> write_at(std::uint64_t offset, std::string_view bytes);

    // Up to `most` bytes from `offset`; fewer only at the end of the file.
    result<std::string> read_at(std::uint64_t offset, std::size_t most) const;

    // Format, size and duration, read from the bytes. not_audio.
    result<stored_audio> probe() const;

    int file() const noexcept { return file_.get(); }
    const std::string& path() const noexcept { return path_; }
    void moved_away() noexcept { path_.clear(); }

private:
    descriptor file_;
    std::string path_;
};

// A folder of them, which several processes may share: names are unique. Any number of threads at once.
class spool {
public:
    // Creates the folder, but not the one it lies in; tries to write in it, and removes files that nobody has
    // touched for an hour: whoever wrote them is gone. Throws std::runtime_error with a sentence for the
    // operator when the folder cannot be used.
    explicit spool(std::string folder);

    // `track_id` is one. archive_failed.
    result<std::shared_ptr<partial_file>> begin(const std::string& track_id) const;

    // What the constructor removes, now and then.
    void remove_stale() const;

private:
    std::string folder_;
};

}  // namespace gateway::media
