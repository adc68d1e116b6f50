// MPEG 1, 2 and 2.5 layer III: an optional ID3v2 tag, then frames that each begin with a 32-bit header.

#include "gateway/media/format_probes.hpp"

namespace gateway::media {

namespace {

struct frame {
    bool mpeg1 = false;
    bool mono = false;
    unsigned rate = 0;     // samples a second
    unsigned samples = 0;  // in this frame
    unsigned length = 0;   // bytes, with the header

    bool same_stream(const frame& other) const { return mpeg1 == other.mpeg1 && rate == other.rate; }
};

constexpr unsigned kilobits_mpeg1[16] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
constexpr unsigned kilobits_mpeg2[16] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
constexpr unsigned rates_mpeg1[4] = {44100, 48000, 32000, 0};

// Nothing unless the four bytes are a layer III header of known length (not "free format").
std::optional<frame> read_frame(byte_window& file, std::uint64_t at) {
    const auto head = file.at(at, 4);
    if (!head || (*head)[0] != 0xff || ((*head)[1] & 0xe0) != 0xe0)
        return std::nullopt;
    const unsigned version = (*head)[1] >> 3 & 3;  // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    const unsigned layer = (*head)[1] >> 1 & 3;    // 1: layer III
    if (version == 1 || layer != 1)
        return std::nullopt;

    frame found;
    found.mpeg1 = version == 3;
    found.mono = (*head)[3] >> 6 == 3;
    found.rate = rates_mpeg1[(*head)[2] >> 2 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    const unsigned kilobits = (found.mpeg1 ? kilobits_mpeg1 : kilobits_mpeg2)[(*head)[2] >> 4];
    if (found.rate == 0 || kilobits == 0)
        return std::nullopt;
    found.samples = found.mpeg1 ? 1152 : 576;
    found.length = found.samples / 8 * kilobits * 1000 / found.rate + ((*head)[2] >> 1 & 1);
    return found;
}

// One header may be chance; three in a row, or a few that end exactly with the file, are not.
bool confirmed(byte_window& file, std::uint64_t at, const frame& first) {
    for (int seen = 0; seen < 3; ++seen) {
        if (at == file.size())
            return seen > 0;
        const auto next = read_frame(file, at);
        if (!next || !next->same_stream(first))
            return false;
        at += next->length;
    }
    return true;
}

struct stream_start {
    std::uint64_t at = 0;
    frame first;
};

std::optional<stream_start> find_stream(byte_window& file) {
    constexpr std::uint64_t padding_searched = 64 * 1024;  // some taggers pad beyond the tag's own size
    std::uint64_t at = 0;
    std::uint64_t last = 0;
    if (const auto tag = file.at(0, 10); tag && says(*tag, 0, "ID3")) {
        std::uint64_t size = 0;
        for (std::size_t i = 6; i < 10; ++i)
            size = size << 7 | ((*tag)[i] & 0x7f);
        at = 10 + size + (((*tag)[5] & 0x10) ? 10 : 0);  // a footer repeats the header
        last = at + padding_searched;
    }
    for (; at <= last && at < file.size() && !file.exhausted(); ++at) {
        const auto first = read_frame(file, at);
        if (first && confirmed(file, at, *first))
            return stream_start{at, *first};
    }
    return std::nullopt;
}

// What encoders write into the first frame of a stream, in place of sound.
struct declared {
    std::uint64_t frames = 0;
    std::uint64_t bytes_total = 0;  // from the first frame on; 0: not told
};

std::optional<declared> read_declaration(byte_window& file, const stream_start& from) {
    const unsigned side_information =
        from.first.mpeg1 ? (from.first.mono ? 17 : 32) : (from.first.mono ? 9 : 17);
    if (const auto xing = file.at(from.at + 4 + side_information, 16);
        xing && (says(*xing, 0, "Xing") || says(*xing, 0, "Info"))) {
        const auto flags = big_endian<4>(*xing, 4);
        if (!(flags & 1))
            return std::nullopt;
        return declared{big_endian<4>(*xing, 8), (flags & 2) ? big_endian<4>(*xing, 12) : 0};
    }
    if (const auto vbri = file.at(from.at + 4 + 32, 18); vbri && says(*vbri, 0, "VBRI"))
        return declared{big_endian<4>(*vbri, 14), big_endian<4>(*vbri, 10)};
    return std::nullopt;
}

// Without a declaration every frame is counted: exact for variable bit rates too. Where the chain breaks (a
// tag at the end, damage, the reading budget) the rest counts at the average rate so far, unless it is no
// longer than a tag.
double count_frames(byte_window& file, const stream_start& from) {
    constexpr std::uint64_t longest_end_tag = 32 * 1024;
    double seconds = 0;
    std::uint64_t at = from.at;
    while (at < file.size()) {
        const auto next = read_frame(file, at);
        if (!next || !next->same_stream(from.first))
            break;
        seconds += static_cast<double>(next->samples) / next->rate;
        at += next->length;
    }
    const std::uint64_t rest = at < file.size() ? file.size() - at : 0;
    if (rest <= longest_end_tag)
        return seconds;
    return seconds * static_cast<double>(file.size() - from.at) / static_cast<double>(at - from.at);
}

}  // namespace

std::optional<measured> probe_mp3(byte_window& file) {
    const auto stream = find_stream(file);
    if (!stream)
        return std::nullopt;

    const std::uint64_t available = file.size() - stream->at;
    constexpr std::uint64_t shortest_frame = 24;  // 8 kbit/s at 24 kHz
    const auto told = read_declaration(file, *stream);
    if (told && told->frames > 0 && told->frames <= available / shortest_frame) {
        // Encoders disagree on whether the declaring frame counts itself.
        if (told->bytes_total > available + stream->first.length)
            return std::nullopt;
        return measured{static_cast<double>(told->frames) * stream->first.samples / stream->first.rate};
    }
    return measured{count_frames(file, *stream)};
}

}  // namespace gateway::media
