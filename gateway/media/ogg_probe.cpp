// Ogg: pages, each with a "granule position" that counts samples up to its end. The first page names the
// codec, the last one tells the duration.

#include "gateway/media/format_probes.hpp"

#include <algorithm>

namespace gateway::media {

namespace {

constexpr std::size_t page_header = 27;
constexpr std::uint64_t longest_page = page_header + 255 + 255 * 255;
constexpr std::uint64_t no_granule = ~std::uint64_t{0};

struct page {
    std::uint64_t body = 0;
    std::uint64_t end = 0;
    std::uint64_t granule = no_granule;
};

// Nothing when there is no page at `at`; its end may lie beyond the file.
std::optional<page> read_page(byte_window& file, std::uint64_t at) {
    const auto head = file.at(at, page_header);
    if (!head || !says(*head, 0, "OggS") || (*head)[4] != 0)
        return std::nullopt;
    const std::size_t segments = (*head)[26];
    const std::uint64_t granule = little_endian<8>(*head, 6);
    const auto lacing = file.at(at + page_header, segments);
    if (!lacing)
        return std::nullopt;
    std::uint64_t end = at + page_header + segments;
    for (const unsigned char length : *lacing)
        end += length;
    return page{at + page_header + segments, end, granule};
}

struct codec {
    std::uint64_t rate = 0;  // granules a second; 0: it is audio, but we cannot tell
    std::uint64_t skipped = 0;
};

std::optional<codec> read_codec(byte_window& file, const page& first) {
    const auto packet = file.at(first.body, 40);
    if (packet && says(*packet, 0, "Speex   "))
        return codec{little_endian<4>(*packet, 36), 0};
    const auto start = file.at(first.body, 16);
    if (!start)
        return std::nullopt;
    if (says(*start, 0, "\x01vorbis"))
        return codec{little_endian<4>(*start, 12), 0};
    if (says(*start, 0, "OpusHead"))
        return codec{48000, little_endian<2>(*start, 10)};
    if (says(*start, 0,
             "\x7f"
             "FLAC"))
        return codec{};
    return std::nullopt;
}

// Looks backwards for the last page; nothing when it reaches beyond the file, or there is none where one must
// be.
std::optional<page> last_page(byte_window& file) {
    const std::uint64_t furthest = file.size() > longest_page ? file.size() - longest_page : 0;
    constexpr std::uint64_t step = 2048;
    std::uint64_t end = file.size();
    while (end > furthest) {
        const std::uint64_t begin = end - std::min(step, end - furthest);
        const auto span = std::min(end + 3, file.size()) - begin;  // a capture pattern may straddle two steps
        const auto part = file.at(begin, static_cast<std::size_t>(span));
        if (!part)
            return std::nullopt;
        for (std::uint64_t i = end - begin; i-- > 0;) {
            if (!says(*part, static_cast<std::size_t>(i), "OggS"))
                continue;
            const auto found = read_page(file, begin + i);
            return found && found->end <= file.size() ? found : std::nullopt;
        }
        end = begin;
    }
    return std::nullopt;
}

}  // namespace

std::optional<measured> probe_ogg(byte_window& file) {
    const auto first = read_page(file, 0);
    if (!first || first->end > file.size())
        return std::nullopt;
    const auto sound = read_codec(file, *first);
    if (!sound)
        return std::nullopt;
    const auto last = last_page(file);
    if (!last)
        return std::nullopt;
    if (sound->rate == 0 || last->granule == no_granule || last->granule <= sound->skipped)
        return measured{};
    return measured{static_cast<double>(last->granule - sound->skipped) / static_cast<double>(sound->rate)};
}

}  // namespace gateway::media
