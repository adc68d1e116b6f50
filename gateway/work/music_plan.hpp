#pragma once
// What the music of a job is made of: whether upstream's clip is delivered untouched, whether it takes
// another one, and what the workshop makes of them. Pure.

#include "gateway/domain/audio_workshop.hpp"
#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/domain/music_backend.hpp"

#include <string>
#include <variant>
#include <vector>

namespace gateway::work {

// Whether the clip that the present call made is kept as a part to work on. Otherwise it is the track. Goes
// by the length that upstream claims; without one the clip is measured first.
bool is_worked_on(const job& of, const engine& with, const clip& made);

// Where its bytes may be had, in the order to try: what is encoded anew is best made from what never was
// before.
std::vector<std::string> sources_of(const clip& made, const engine& with, bool worked_on);

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
