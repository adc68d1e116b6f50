#pragma once
// The archive's files and folders, touched synchronously: for the file threads only, except where it says
// otherwise.
//
//   <root>/.partial/<track>.<random>   being written; invisible to readers
//   <root>/<xx>/<track>.<extension>    finished; xx are the last two characters of the track id, which are
//   random, so that
//                                      no folder grows too large
//
// Several processes may share the folder: names in .partial are unique, and finished files appear by rename.

#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/media/descriptor.hpp"
#include "gateway/media/spool.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace adapters::archive {

// A finished file. The descriptor stays good when the file is replaced or removed. Any number of threads at
// once.
class finished_file {
public:
    finished_file(gateway::media::descriptor file, std::uint64_t size)
        : file_{std::move(file)}, size_{size} {}

    std::uint64_t size() const noexcept { return size_; }
    gateway::result<std::string> read(std::uint64_t offset, std::size_t most) const;

private:
    gateway::media::descriptor file_;
    std::uint64_t size_;
};

// Every failure is logged with the system's own words and returned as archive_failed. Any number of threads
// at once.
class audio_folder {
public:
    // Creates the folder when it is missing, tries to write in it, removes partial files that nobody has
    // touched for an hour. Throws std::runtime_error with a sentence for the operator when the folder cannot
    // be used.
    explicit audio_folder(const std::filesystem::path& root);

    // The track id must be valid.
    gateway::result<std::shared_ptr<gateway::media::partial_file>> begin(const std::string& track_id) const;

    // Probes, syncs and publishes; then removes the same track's files of other formats. not_audio.
    gateway::result<gateway::stored_audio> publish(const std::string& track_id,
                                                   gateway::media::partial_file& file) const;

    // not_found.
    gateway::result<std::shared_ptr<const finished_file>> open(const std::string& track_id,
                                                               const std::string& extension) const;

    gateway::result<void> remove(const std::string& track_id, const std::string& extension) const;

    // Looks at up to `limit` files, in the order of their names and from where the last call ended, and
    // removes those last written longer than `age` ago. Returns how many. Stale partial files go at the end
    // of each round.
    gateway::result<std::size_t> remove_older_than(std::chrono::seconds age, std::size_t limit);

private:
    std::string folder_of(std::string_view track_id) const;
    std::string path_of(std::string_view track_id, std::string_view extension) const;

    std::string root_;
    gateway::media::spool partials_;
    std::mutex sweeping_;
    std::string sweep_after_;  // "<xx>/<name>" of the file looked at last
};

}  // namespace adapters::archive
