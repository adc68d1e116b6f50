#pragma once
// Where one order is worked on: a private folder, gone with all its content when the order ends, and also
// when the process did not live to remove it. Blocking file work.

#include "gateway/domain/job.hpp"
#include "gateway/media/descriptor.hpp"
#include "gateway/runtime/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace adapters::ffmpeg {

// Below `scratch`, a folder that nobody else can read. While it lives it is locked, so that another process
// with the same scratch folder leaves it alone.
class work_folder {
public:
    // A system error when it can't be made.
    static gateway::result<std::shared_ptr<work_folder>> make(const std::filesystem::path& scratch);
    ~work_folder();
    work_folder(const work_folder&) = delete;
    work_folder& operator=(const work_folder&) = delete;

    const std::string& path() const noexcept { return path_; }
    std::string path_of(std::string_view name) const;

    // Bytes in all its files.
    std::uint64_t used() const;

    // A system error. `name` has no slash.
    gateway::result<void> append(std::string_view name, std::string_view bytes) const;
    // Up to `most` bytes from `offset`, fewer at the end of the file. A system error.
    gateway::result<std::string> read(std::string_view name, std::uint64_t offset, std::size_t most) const;
    // What the bytes themselves say, as an archive would read them. not_audio, also when they are visibly cut
    // short.
    gateway::result<gateway::stored_audio> probe(std::string_view name) const;
    void remove(std::string_view name) const;

private:
    work_folder(std::string path, gateway::media::descriptor lock)
        : path_{std::move(path)}, lock_{std::move(lock)} {}

    std::string path_;
    gateway::media::descriptor lock_;
};

// Creates `scratch` when it is missing and tries to work in it; removes the folders of processes that are
// gone. How many. Throws std::runtime_error with a sentence for the operator when it can't be used.
std::size_t prepare_scratch(const std::filesystem::path& scratch);

}  // namespace adapters::ffmpeg
