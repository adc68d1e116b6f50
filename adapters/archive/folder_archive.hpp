#pragma once
// The audio archive in a local (or mounted) folder. How its files lie there: audio_folder.hpp.

#include "gateway/domain/audio_archive.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace gateway {
class blocking_threads;
}

namespace adapters::archive {

struct folder_settings {
    std::filesystem::path path;
    std::uint64_t largest_file = 256 * 1024 * 1024;  // bytes; a sink refuses more
};

class audio_folder;

// May be used from the threads of several io_contexts at once. Each call is resumed on its caller's executor;
// the files are touched by two threads of the archive's own. A call may be cancelled: its caller goes on at
// once, and file work that has begun ends by itself. A cancelled or failed write leaves its sink good for
// nothing but destruction.
//
// Sinks and sources may outlive the archive. Whoever is destroyed last waits for the file work still going
// on; let calls end before their io_context is destroyed. A sink or a source is awaited by one coroutine at a
// time.
//
// Names: a track id is 2 to 64, an extension 1 to 8 characters of [a-z0-9_]. With others begin() is
// archive_failed, open() not_found, and remove() has nothing to do.
class folder_archive final : public gateway::audio_archive {
public:
    // Blocks: creates the folder when it is missing, checks that it can be written, removes what crashes left
    // unfinished. Throws std::runtime_error, with a sentence for the operator, when the folder cannot be
    // used.
    explicit folder_archive(folder_settings settings);
    ~folder_archive() override;

    boost::asio::awaitable<gateway::result<std::unique_ptr<gateway::audio_sink>>> begin(
        std::string track_id) override;
    boost::asio::awaitable<gateway::result<std::unique_ptr<gateway::audio_source>>> open(
        std::string track_id, std::string extension) override;
    boost::asio::awaitable<gateway::result<void>> remove(std::string track_id,
                                                         std::string extension) override;

    // Retention, for a timer: looks at up to `limit` finished files, goes on where the last call ended, and
    // removes those written longer than `age` ago. Returns how many. archive_failed.
    boost::asio::awaitable<gateway::result<std::size_t>> remove_older_than(std::chrono::seconds age,
                                                                           std::size_t limit);

private:
    std::uint64_t largest_file_;
    std::shared_ptr<audio_folder> folder_;
    std::shared_ptr<gateway::blocking_threads> threads_;
};

}  // namespace adapters::archive
