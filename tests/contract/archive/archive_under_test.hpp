#pragma once
// The archives that keep the same promises, and small audio files to put into them.

#include "gateway/domain/audio_archive.hpp"
#include "tests/support/wav_file.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <ostream>
#include <string>

namespace tests {

// An archive with nothing in it, and what it stands on.
class archive_under_test {
public:
    virtual ~archive_under_test() = default;

    virtual gateway::audio_archive& archive() = 0;
    virtual boost::asio::awaitable<gateway::result<std::size_t>> remove_older_than(std::chrono::seconds age,
                                                                                   std::size_t limit) = 0;
    // Everything in it becomes that much older.
    virtual void age(std::chrono::hours by) = 0;
};

struct archive_kind {
    const char* name;
    std::unique_ptr<archive_under_test> (*make)(boost::asio::io_context& context, std::uint64_t largest_file);
};

inline void PrintTo(const archive_kind& kind, std::ostream* out) {
    *out << kind.name;
}

archive_kind folder_kind();
archive_kind s3_kind();           // small files, sent in one request each
archive_kind s3_in_parts_kind();  // in parts, of the least size that stores accept

std::string mp3();

}  // namespace tests
