#include "adapters/ffmpeg/plan.hpp"

#include "gateway/domain/audio_workshop.hpp"

#include <algorithm>
#include <cmath>

namespace adapters::ffmpeg {

namespace {

constexpr double shortest_piece = 0.2;
// An overlap takes less than half of either piece, so that a piece can overlap at both ends.
constexpr double overlap_share = 0.45;
// How much softer or louder a clip is made to fit its neighbours.
constexpr double most_gain = 20;
constexpr double no_music = -60;  // LUFS; such a clip is not made louder

constexpr double end_of_cut = 1.0;
constexpr double end_of_even = 4.0;
constexpr double begin_of_even = 2.0;
constexpr double natural_end = 0.15;  // takes the edge off a clip that stops in the middle of a sound
// After the last fade: lossy encoders smear by some 25 ms, and the last 50 ms are to be quiet.
constexpr double silence_at_end = 0.08;
// The cut: at most so much before the length that was asked for.
constexpr double search_back = 0.42;
// Shorter by less than this is right as it is.
constexpr double worth_stretching = 0.25;

double power(double level) {
    return std::pow(10, level / 10);
}

double gain_of(const clip_reading& clip) {
    if (clip.integrated < no_music)
        return 0;
    return std::clamp(gateway::master_loudness_lufs - clip.integrated, -most_gain, most_gain);
}

std::vector<piece> pieces_of(const std::vector<clip_reading>& clips, bool even) {
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < clips.size(); ++i) {
        if (clips[i].seconds >= shortest_piece && !clips[i].shape.silent())
            used.push_back(i);
    }
    for (std::size_t i = 0; used.empty() && i < clips.size(); ++i) {
        if (clips[i].seconds >= shortest_piece)
            used.push_back(i);  // silence, since silence is all there is
    }
    std::vector<piece> pieces;
    for (std::size_t place = 0; place < used.size(); ++place) {
        const clip_reading& clip = clips[used[place]];
        const auto [begins, ends] = clip.shape.sounding();
        const bool joins_before = place > 0;
        const bool joins_after = place + 1 < used.size();
        piece part{.clip = used[place], .to = clip.seconds};
        if (joins_before || even)
            part.from = std::min(begins, clip.seconds);
        if (joins_after || even)
            part.to = std::min(ends, clip.seconds);
        if (even && used.size() > 1)
            part.gain = gain_of(clip);
        if (part.seconds() >= shortest_piece)
            pieces.push_back(part);
    }
    return pieces;
}

void overlap_neighbours(std::vector<piece>& pieces) {
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const double shorter = std::min(pieces[i - 1].seconds(), pieces[i].seconds());
        pieces[i].overlap = std::min(gateway::crossfade_seconds, overlap_share * shorter);
    }
}

double begin_of(const std::vector<piece>& pieces, std::size_t which) {
    double begin = 0;
    for (std::size_t i = 1; i <= which; ++i)
        begin += pieces[i - 1].seconds() - pieces[i].overlap;
    return begin;
}

double length_of(const std::vector<piece>& pieces) {
    return begin_of(pieces, pieces.size() - 1) + pieces.back().seconds();
}

// How loud the joined pieces are at that moment; inside an overlap both count.
double level_at(const std::vector<piece>& pieces, const std::vector<clip_reading>& clips, double seconds) {
    double sum = power(envelope::floor);
    double begin = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const piece& each = pieces[i];
        if (i > 0)
            begin += pieces[i - 1].seconds() - each.overlap;
        const double inside = seconds - begin;
        if (inside < 0 || inside >= each.seconds())
            continue;
        double share = 1;
        if (inside < each.overlap)
            share = inside / each.overlap;
        if (i + 1 < pieces.size() && each.seconds() - inside < pieces[i + 1].overlap)
            share = (each.seconds() - inside) / pieces[i + 1].overlap;
        const double faded = std::sin(share * std::acos(0.0));  // qsin, as acrossfade does it
        sum += faded * faded * power(clips[each.clip].shape.at(each.from + inside) + each.gain);
    }
    return 10 * std::log10(sum);
}

// The quietest moment; the last of several alike.
double quietest(const std::vector<piece>& pieces, const std::vector<clip_reading>& clips, double from,
                double to) {
    double found = to;
    double least = level_at(pieces, clips, to);
    for (double at = to - envelope::window_seconds; at >= from; at -= envelope::window_seconds) {
        const double level = level_at(pieces, clips, at);
        if (level < least - 0.5) {
            least = level;
            found = at;
        }
    }
    return found;
}

void drop_what_begins_after(std::vector<piece>& pieces, double end) {
    while (pieces.size() > 1 && begin_of(pieces, pieces.size() - 1) + pieces.back().overlap / 2 >= end)
        pieces.pop_back();
}

}  // namespace

double padding_of(gateway::audio_format format) {
    switch (format) {
        case gateway::audio_format::mp3: return 0.08;
        case gateway::audio_format::m4a: return 0.03;
        case gateway::audio_format::wav:
        case gateway::audio_format::flac: break;
    }
    return 0;
}

std::optional<master_plan> plan_master(const std::vector<clip_reading>& clips, const master_terms& terms) {
    master_plan plan;
    plan.pieces = pieces_of(clips, terms.even_loudness);
    if (plan.pieces.empty())
        return std::nullopt;
    overlap_neighbours(plan.pieces);

    double music_ends = length_of(plan.pieces);
    double fade_out = terms.even_loudness ? end_of_even : natural_end;
    plan.tail = silence_at_end;
    const double most = terms.length ? *terms.length - padding_of(terms.format) - plan.tail : music_ends;
    if (terms.length && music_ends > most) {
        // The window ends with the tail, and counts from the length that was asked for.
        const double least = std::max(*terms.length - search_back - plan.tail, most / 2);
        music_ends = quietest(plan.pieces, clips, least, most);
        fade_out = std::max(fade_out, end_of_cut);
        drop_what_begins_after(plan.pieces, music_ends);
    } else if (terms.length && most - music_ends > worth_stretching &&
               music_ends >= most * (1 - gateway::longest_stretch)) {
        plan.tempo = music_ends / most;
        music_ends = most;
        fade_out = std::max(fade_out, end_of_cut);  // the last moments of the slower music may be missing
    }
    plan.seconds = music_ends + plan.tail;
    plan.fade_out = std::min(fade_out, music_ends / 3);
    if (terms.even_loudness)
        plan.fade_in = std::min(begin_of_even, music_ends / 3);
    return plan;
}

}  // namespace adapters::ffmpeg
