#pragma once
// Who sings what, as far as the order and the engine decide it. Pure.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"

namespace gateway {

// Vocals were asked for, and the engine has some.
inline bool has_vocals(const generation_request& request, const engine& with) {
    return !request.instrumental && with.supports_vocals;
}

// Nobody said what is to be sung, and the engine's operator wants it written by upstream then.
inline bool wants_lyrics_written(const generation_request& request, const engine& with) {
    return with.write_lyrics && with.supports_lyrics && has_vocals(request, with) && !request.lyrics &&
           request.seed.lyrics.empty();
}

}  // namespace gateway
