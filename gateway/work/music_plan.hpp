#pragma once
// What the music of a job is made of: whether upstream's clip is delivered untouched, whether it takes
// another one, and what the workshop makes of them. Pure.

#include "gateway/domain/audio_workshop.hpp"
#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/domain/music_backend.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gateway::work {

// Whether nothing but its length can keep the clip of the present call from being the track as upstream made
// it.
bool may_be_the_track(const job& of, const engine& with);

// Whether such a clip is as long as it has to be. `seconds`: as its file says; without a length it has to be
// measured.
bool has_the_right_length(const job& of, const engine& with, std::optional<double> seconds);

// Where its bytes may be had, in the order to try: what is encoded anew is best made from what never was
// before.
std::vector<std::string> sources_of(const clip& made, const engine& with);

namespace next_music {
struct untouched {};  // the only clip is what was asked for, as it is
struct another_clip {
    int planned = 0;  // clips in all, by what is known now
};
struct master {};  // all is there
using any = std::variant<untouched, another_clip, master>;
}  // namespace next_music

// What comes after the newest of `of`'s clips was kept, which is `seconds` long as a whole.
next_music::any after_clip(const job& of, const engine& with, double seconds);

// What to make of the clips. `seed_seconds`: of the seed's own audio that they are joined to, 0 when they are
// not.
master_order master_of(const job& of, const engine& with, double seed_seconds);

// The seed's audio in the archive, when the job continues it.
std::optional<archived_audio> continued_audio(const job& of);

// How many clips a job of that length may take, before one of them is known.
int first_guess(const generation_request& request, const engine& with);

}  // namespace gateway::work
