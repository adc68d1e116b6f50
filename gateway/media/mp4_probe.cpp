// ISO/IEC 14496-12: a tree of boxes, each a size, a type and a body.

#include "gateway/media/format_probes.hpp"

#include <algorithm>

namespace gateway::media {

namespace {

struct box {
    std::uint32_t type = 0;
    std::uint64_t body = 0;  // where the body begins
    std::uint64_t end = 0;   // where the next box begins
};

constexpr std::uint32_t named(const char (&name)[5]) {
    std::uint32_t type = 0;
    for (int i = 0; i < 4; ++i)
        type = type << 8 | static_cast<unsigned char>(name[i]);
    return type;
}

// The box at `at`, or nothing when it does not fit before `end`. Boxes always end after they begin, so a walk
// ends.
std::optional<box> read_box(byte_window& file, std::uint64_t at, std::uint64_t end) {
    if (end - at < 8)
        return std::nullopt;
    const auto head = file.at(at, 8);
    if (!head)
        return std::nullopt;
    std::uint64_t size = big_endian<4>(*head, 0);
    std::uint64_t header = 8;
    const auto type = static_cast<std::uint32_t>(big_endian<4>(*head, 4));
    if (size == 1) {
        header = 16;
        const auto large = file.at(at, 16);
        if (!large)
            return std::nullopt;
        size = big_endian<8>(*large, 8);
    } else if (size == 0) {
        size = end - at;  // "to the end"
    }
    if (size < header || size > end - at)
        return std::nullopt;
    return box{type, at + header, at + size};
}

// Visits the boxes between `at` and `end`; false when one of them does not fit.
template <class Visit>
bool each_box(byte_window& file, std::uint64_t at, std::uint64_t end, Visit visit) {
    while (at < end) {
        const auto found = read_box(file, at, end);
        if (!found)
            return false;
        visit(*found);
        at = found->end;
    }
    return true;
}

template <class Visit>
void each_child(byte_window& file, const box& parent, Visit visit) {
    // QuickTime ends some containers with four zero bytes: what follows the last whole child is of no
    // interest.
    each_box(file, parent.body, parent.end, visit);
}

std::optional<bytes> body_part(byte_window& file, const box& of, std::uint64_t from, std::size_t count) {
    if (of.end - of.body < from || of.end - of.body - from < count)
        return std::nullopt;
    return file.at(of.body + from, count);
}

struct media_time {
    std::uint64_t scale = 0;  // units per second
    std::uint64_t units = 0;  // 0: not told
};

std::uint64_t unless_all_ones(std::uint64_t units, std::uint64_t ones) {
    return units == ones ? 0 : units;
}

// mvhd and mdhd have the same beginning.
media_time read_time(byte_window& file, const box& header) {
    const auto version = body_part(file, header, 0, 1);
    if (!version)
        return {};
    if ((*version)[0] == 1) {
        if (const auto at = body_part(file, header, 20, 12))
            return {big_endian<4>(*at, 0), unless_all_ones(big_endian<8>(*at, 4), ~std::uint64_t{0})};
    } else if (const auto at = body_part(file, header, 12, 8)) {
        return {big_endian<4>(*at, 0), unless_all_ones(big_endian<4>(*at, 4), 0xffffffff)};
    }
    return {};
}

// mehd: the length of all fragments together, in the movie's scale.
std::uint64_t read_fragments_time(byte_window& file, const box& header) {
    const auto version = body_part(file, header, 0, 1);
    if (!version)
        return 0;
    if ((*version)[0] == 1) {
        const auto at = body_part(file, header, 4, 8);
        return at ? unless_all_ones(big_endian<8>(*at, 0), ~std::uint64_t{0}) : 0;
    }
    const auto at = body_part(file, header, 4, 4);
    return at ? unless_all_ones(big_endian<4>(*at, 0), 0xffffffff) : 0;
}

struct movie {
    bool has_index = false;
    bool has_audio = false;
    std::uint64_t sample_bytes = 0;
    std::uint64_t last_chunk = 0;  // offset of the furthest chunk of samples
    media_time whole;
    media_time audio_track;
    std::uint64_t fragments_units = 0;
};

// stco (4 bytes an entry) and co64 (8): where chunks begin. Only the last matters.
template <std::size_t EntryBytes>
void read_chunk_offsets(byte_window& file, const box& table, movie& into) {
    const auto head = body_part(file, table, 4, 4);
    const std::uint64_t count = head ? big_endian<4>(*head, 0) : 0;
    if (count == 0)
        return;
    if (const auto last = body_part(file, table, 8 + (count - 1) * EntryBytes, EntryBytes))
        into.last_chunk = std::max(into.last_chunk, big_endian<EntryBytes>(*last, 0));
}

void read_sample_tables(byte_window& file, const box& minf, movie& into) {
    each_child(file, minf, [&](const box& stbl) {
        if (stbl.type != named("stbl"))
            return;
        each_child(file, stbl, [&](const box& table) {
            if (table.type == named("stco"))
                read_chunk_offsets<4>(file, table, into);
            else if (table.type == named("co64"))
                read_chunk_offsets<8>(file, table, into);
        });
    });
}

void read_track(byte_window& file, const box& mdia, movie& into) {
    bool sound = false;
    media_time time;
    each_child(file, mdia, [&](const box& part) {
        if (part.type == named("mdhd")) {
            time = read_time(file, part);
        } else if (part.type == named("hdlr")) {
            const auto handler = body_part(file, part, 8, 4);
            sound = handler && says(*handler, 0, "soun");
        } else if (part.type == named("minf")) {
            read_sample_tables(file, part, into);
        }
    });
    if (sound) {
        into.has_audio = true;
        into.audio_track = time;
    }
}

void read_index(byte_window& file, const box& moov, movie& into) {
    into.has_index = true;
    each_child(file, moov, [&](const box& part) {
        if (part.type == named("mvhd")) {
            into.whole = read_time(file, part);
        } else if (part.type == named("trak")) {
            each_child(file, part, [&](const box& inner) {
                if (inner.type == named("mdia"))
                    read_track(file, inner, into);
            });
        } else if (part.type == named("mvex")) {
            each_child(file, part, [&](const box& inner) {
                if (inner.type == named("mehd"))
                    into.fragments_units = read_fragments_time(file, inner);
            });
        }
    });
}

std::optional<double> seconds(media_time time) {
    if (time.scale == 0 || time.units == 0)
        return std::nullopt;
    return static_cast<double>(time.units) / static_cast<double>(time.scale);
}

}  // namespace

// Told by structure, not by brand: writers invent brands, but an index with a sound track is always one.
std::optional<measured> probe_mp4(byte_window& file) {
    const auto head = file.at(0, 8);
    if (!head || !says(*head, 4, "ftyp"))
        return std::nullopt;

    movie found;
    const bool whole = each_box(file, 0, file.size(), [&](const box& part) {
        if (part.type == named("moov"))
            read_index(file, part, found);
        else if (part.type == named("mdat"))
            found.sample_bytes += part.end - part.body;
    });
    if (!whole || !found.has_index || !found.has_audio || found.sample_bytes == 0)
        return std::nullopt;
    if (found.last_chunk >= file.size())
        return std::nullopt;  // an mdat "to the end" hides a cut from the walk, not from the index

    std::optional<double> duration = seconds(found.whole);
    if (!duration)
        duration = seconds({found.whole.scale, found.fragments_units});
    if (!duration)
        duration = seconds(found.audio_track);
    return measured{duration};
}

}  // namespace gateway::media
