#pragma once
// Decides what a master is made of: which part of which clip, how they overlap, where the whole is cut and
// how it begins and ends. Pure; command_lines.hpp says it in ffmpeg's words.

#include "adapters/ffmpeg/envelope.hpp"
#include "gateway/domain/engine.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace adapters::ffmpeg {

// A clip as decoded.
struct clip_reading {
    double seconds = 0;
    envelope shape;
    double integrated = -70;  // LUFS
};

// A part of a clip. `overlap` is the crossfade with the piece before; 0 for the first.
struct piece {
    std::size_t clip = 0;
    double from = 0;
    double to = 0;
    double gain = 0;  // dB
    double overlap = 0;

    double seconds() const noexcept { return to - from; }
};

struct master_terms {
    std::optional<double> length;  // seconds, never to be exceeded
    bool even_loudness = false;
    gateway::audio_format format = gateway::audio_format::m4a;
};

struct master_plan {
    std::vector<piece> pieces;
    double tempo = 1;     // below 1 the joined pieces are played slower, at the same pitch
    double seconds = 0;   // of the whole, with `tail`
    double fade_in = 0;   // seconds
    double fade_out = 0;  // seconds, ending where the tail begins
    double tail = 0;      // silence at the end
};

// Silent clips are left out where others sound. Nothing when there is nothing to make it of.
//
// A piece begins and ends where it sounds, so that no join has a gap, and with even loudness so that the
// whole begins and ends with music. Longer than `length`, the whole is cut at the quietest place of its last
// half second; a little shorter (gateway::longest_stretch), it is played slower.
std::optional<master_plan> plan_master(const std::vector<clip_reading>& clips, const master_terms& terms);

// By how much a file may be longer, as its own header says, than what was encoded: whole frames, and what an
// MP3 counts of its encoder's delay.
double padding_of(gateway::audio_format format);

}  // namespace adapters::ffmpeg
