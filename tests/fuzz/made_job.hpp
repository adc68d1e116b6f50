#pragma once
// Values of the domain, made of an input's bytes: any that the program itself could make.

#include "gateway/domain/job.hpp"
#include "tests/fuzz/input.hpp"

#include <cmath>
#include <limits>

namespace fuzz {

inline int made_count(input& in) {
    return static_cast<int>(in.number_up_to(static_cast<std::uint64_t>(std::numeric_limits<int>::max())));
}

inline std::optional<gateway::store_time> made_time(input& in) {
    if (!in.flag())
        return std::nullopt;
    return gateway::store_time{gateway::milliseconds{static_cast<std::int64_t>(in.number() >> 12U)}};
}

// From 0 to a day, in thousandths.
inline double made_seconds(input& in) {
    return static_cast<double>(in.number_up_to(86'400'000)) / 1000;
}

inline gateway::generation_request made_request(input& in) {
    gateway::generation_request made;
    made.engine = in.text();
    made.prompt = in.text();
    made.duration_seconds = made_count(in);
    made.mode = in.flag() ? gateway::generation_mode::focus : gateway::generation_mode::creation;
    made.instrumental = in.flag();
    made.lyrics = in.perhaps_text();
    made.seed_track_id = in.perhaps_text();
    if (made.seed_track_id)
        made.seed = {in.text(), in.text(), in.text(), in.text()};
    for (std::uint64_t tags = in.number_up_to(3); tags > 0; --tags)
        made.style_tags.push_back(in.text());
    made.title = in.perhaps_text();
    return made;
}

inline gateway::stored_audio made_audio(input& in) {
    gateway::stored_audio made{in.text(), "audio/" + in.text(), in.number(), std::nullopt};
    if (in.flag())
        made.duration_seconds = made_seconds(in);
    return made;
}

inline void make_clips(input& in, gateway::job_state& into) {
    into.call = made_count(in);
    into.replacing = in.flag();
    into.mastering = in.flag();
    into.lyrics_asked = in.flag();
    into.clips_planned = made_count(in);
    into.earlier_credits = made_count(in);
    into.written_lyrics = in.text();
    for (std::uint64_t clips = in.number_up_to(4); clips > 0; --clips)
        into.clips.push_back({in.text(), in.text(), made_seconds(in)});
}

inline gateway::job_state made_state(input& in) {
    gateway::job_state made;
    made.status = static_cast<gateway::job_status>(in.number_up_to(5));
    made.progress = static_cast<int>(in.number_up_to(100));
    if (made.status == gateway::job_status::succeeded)
        made.progress = 100;
    made.step = static_cast<gateway::submission>(in.number_up_to(2));
    made.submissions = made_count(in);
    made.setbacks = made_count(in);
    made.faults = made_count(in);
    made.repeats = made_count(in);
    made.lost_looks = made_count(in);
    made.task_id = in.text();
    made.clip_id = in.text();
    made.typical = gateway::milliseconds{made_count(in)};
    made.first_tried_at = made_time(in);
    made.accepted_at = made_time(in);
    made.unknown_since = made_time(in);
    made.music_ready_at = made_time(in);
    made.audio_url = in.text();
    made.error_message = in.text();
    made.refusal_reason = in.text();
    if (in.flag())
        made.audio = made_audio(in);
    made.credits = made_count(in);
    made.credits_are = static_cast<gateway::credit_outcome>(in.number_up_to(3));
    made.seed_number = in.text();
    if (in.flag())
        make_clips(in, made);
    return made;
}

}  // namespace fuzz
