#pragma once
// Port: where finished audio is kept. No call blocks an I/O thread; files are touched elsewhere. Each bounds
// its own time, by as much as its storage needs; what took too long is archive_failed.

#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gateway {

// One file being written. Destroyed without keep(), it leaves nothing behind.
class audio_sink {
public:
    virtual ~audio_sink() = default;

    // archive_failed (disk full, ...), body_too_large above the archive's limit.
    virtual boost::asio::awaitable<result<void>> write(std::string bytes) = 0;

    // Recognises the format from the bytes, measures the duration, makes the file durable and visible under
    // its final name in one step. not_audio when the bytes are none we know or are cut short (then nothing is
    // kept); archive_failed. At most once.
    virtual boost::asio::awaitable<result<stored_audio>> keep() = 0;
};

// One finished file, open for reading.
class audio_source {
public:
    virtual ~audio_source() = default;

    virtual std::uint64_t size() const noexcept = 0;

    // Up to `most` bytes from `offset`; fewer only at the end of the file. archive_failed.
    virtual boost::asio::awaitable<result<std::string>> read(std::uint64_t offset, std::size_t most) = 0;
};

class audio_archive {
public:
    virtual ~audio_archive() = default;

    // Begins a file for the track; a finished one of the same track is replaced at keep(). archive_failed.
    virtual boost::asio::awaitable<result<std::unique_ptr<audio_sink>>> begin(std::string track_id) = 0;

    // not_found when there is no such file; archive_failed.
    virtual boost::asio::awaitable<result<std::unique_ptr<audio_source>>> open(std::string track_id,
                                                                               std::string extension) = 0;

    // Where whoever has the address hears the file without the gateway, from now on for `ttl`. Nothing when
    // files are had through open() only. Pure computation: the file may be gone.
    virtual std::optional<std::string> direct_url(std::string_view track_id, std::string_view extension,
                                                  std::chrono::seconds ttl) {
        static_cast<void>(track_id), static_cast<void>(extension), static_cast<void>(ttl);
        return std::nullopt;
    }

    // Success also when there was no such file. archive_failed.
    virtual boost::asio::awaitable<result<void>> remove(std::string track_id, std::string extension) = 0;
};

}  // namespace gateway
