#pragma once
// Port: whoever works on audio: cutting to length, joining, loudness, formats. No call blocks an I/O thread.

#include "gateway/domain/audio_archive.hpp"
#include "gateway/domain/engine.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace gateway {

// One file of the archive.
struct archived_audio {
    std::string track_id;
    std::string extension;

    bool operator==(const archived_audio&) const = default;
};

// Of a master in which several clips must sound like one (EBU R128, integrated over the whole).
inline constexpr double master_loudness_lufs = -16;
// Never above, in whatever is made here.
inline constexpr double highest_true_peak_dbtp = -1;
// By how much neighbours overlap.
inline constexpr double crossfade_seconds = 3;

// Music that is short of its length by no more than this share is played that much slower: nobody hears it,
// and it costs no further clip.
inline constexpr double longest_stretch = 0.04;

// What to make, and of what.
struct master_order {
    std::string track_id;  // as which the archive keeps the result
    std::vector<archived_audio>
        clips;  // one after the other, with an equal-power crossfade between; at least one
    audio_format format = audio_format::m4a;
    // Never longer than this: cut at a quiet place near it, with a short fade. Nothing: as long as the clips
    // are.
    std::optional<double> length_seconds;
    // Brought to master_loudness_lufs, with a start and an end that are not abrupt.
    bool even_loudness = false;
    std::string title;  // a tag of the file; may be empty
};

struct measured_audio {
    double seconds = 0;
    double sounding_seconds = 0;  // without the silence at its start and its end, which a join leaves out
};

class audio_workshop {
public:
    virtual ~audio_workshop() = default;

    // Whether its tools are there. Without them make() is audio_work_failed.
    virtual bool equipped() const noexcept = 0;

    // Reads the clips from the archive and keeps the result there; the clips stay. Waits for its turn: only
    // so much audio work runs at a time. Ends by its deadline, and when cancelled; then nothing is kept.
    //   not_audio          a clip is none, or can't be decoded to its end
    //   not_found          a clip is not in the archive
    //   audio_work_failed  the tools are missing, failed, or went over a limit of time, memory or disk
    //   archive_failed, deadline_exceeded
    virtual boost::asio::awaitable<result<stored_audio>> make(master_order order, deadline by) = 0;

    // How long a file of the archive is, found by decoding it. Failures as of make().
    virtual boost::asio::awaitable<result<measured_audio>> measure(archived_audio of, deadline by) = 0;
};

// Where the tools are not there: music is delivered as upstream made it.
class no_workshop final : public audio_workshop {
public:
    bool equipped() const noexcept override { return false; }
    boost::asio::awaitable<result<stored_audio>> make(master_order, deadline) override {
        co_return errc::audio_work_failed;
    }
    boost::asio::awaitable<result<measured_audio>> measure(archived_audio, deadline) override {
        co_return errc::audio_work_failed;
    }
};

}  // namespace gateway
