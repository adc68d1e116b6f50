#pragma once
// What a downloaded file really is. Names and Content-Types of others are not believed: format and duration
// are read from the bytes, and every byte is hostile. Pure computation over a reader; the file is never held
// in memory.

#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"

#include <cstddef>
#include <cstdint>

namespace gateway::media {

// A file of known size that can be read anywhere.
class random_access {
public:
    virtual ~random_access() = default;

    virtual std::uint64_t size() const noexcept = 0;

    // Up to `most` bytes from `offset`; zero only at the end of the file. Any error ends the probe with that
    // error.
    virtual gateway::result<std::size_t> read(std::uint64_t offset, unsigned char* into,
                                              std::size_t most) = 0;
};

// Knows MP4/M4A with an audio track, MP3, WAV, FLAC and Ogg (Vorbis, Opus, FLAC, Speex).
//
// not_audio for anything else and for a file that is visibly cut short: an MP4, WAV or Ogg structure that
// ends beyond the file, an MP4 without its index or its samples, an MP3 shorter than its own Xing header
// says. A cut that leaves a well-formed shorter file (MP3 without Xing, FLAC, a fragmented MP4 between two
// fragments) cannot be seen from the bytes. The duration is absent where the file does not tell (a live
// fragmented MP4) or tells nonsense.
//
// Reads at most 128 MiB in pieces of 4 KiB, whatever the file claims; files that need more are not_audio (an
// MP3's duration is estimated instead). Also returns the reader's own error.
gateway::result<gateway::stored_audio> probe_media(random_access& file);

}  // namespace gateway::media
