#pragma once
// A job: what somebody asked for, and how far it has come. Plain values; the rules on them are pure
// functions.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway {

// The store's clock, the only one that decides about jobs: replicas may disagree about the time.
using store_time = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;

// reference/aitronos-api 3.5. The last four are terminal.
enum class job_status { queued, running, succeeded, failed, cancelled, refused };

constexpr bool is_terminal(job_status status) {
    return status != job_status::queued && status != job_status::running;
}

// queued -> running -> an end, or an end at any time; running -> queued never, nor anything out of an end.
constexpr bool is_legal(job_status from, job_status to) {
    if (is_terminal(from))
        return from == to;
    return !(from == job_status::running && to == job_status::queued);
}

std::string_view to_string(job_status status);
std::optional<job_status> job_status_from(std::string_view text);

enum class generation_mode { creation, focus };
std::string_view to_string(generation_mode mode);
std::optional<generation_mode> generation_mode_from(std::string_view text);

// Who a job belongs to: only this user, in this organization, sees it.
struct job_owner {
    std::string organization;
    std::string user;

    bool operator==(const job_owner&) const = default;
};

// What new music takes over from a seed track. All empty without a seed.
struct seed_traits {
    std::string character;  // what it was to sound like
    std::string number;     // upstream's own seed of it; empty when not known
    std::string lyrics;     // what it sings
    std::string extension;  // of its audio in the archive, when the new music is to be joined to it

    bool operator==(const seed_traits&) const = default;
};

// What was asked for, already validated. Never changes after the job is created.
struct generation_request {
    std::string engine;
    std::string prompt;
    int duration_seconds = 0;
    generation_mode mode = generation_mode::creation;
    bool instrumental = false;
    std::optional<std::string> lyrics;
    std::optional<std::string> seed_track_id;
    seed_traits seed;  // of that track, as recorded when this was asked for
    std::vector<std::string> style_tags;
    std::optional<std::string> title;

    bool operator==(const generation_request&) const = default;
};

// Where the one paid call of a job stands.
enum class submission {
    waiting,     // not sent; may be sent
    submitting,  // stored before the call: it may have been sent, and must not be sent again by guesswork
    accepted,    // upstream gave a task id
};
std::string_view to_string(submission step);
std::optional<submission> submission_from(std::string_view text);

// The finished audio, as it lies in the archive.
struct stored_audio {
    std::string extension;  // "m4a"
    std::string mime_type;  // "audio/mp4"
    std::uint64_t bytes = 0;
    std::optional<double> duration_seconds;  // measured from the file itself

    bool operator==(const stored_audio&) const = default;
};

// A clip that lies in the archive as a part of the music to come (clip_id_of), until the master is made.
struct kept_clip {
    std::string task_id;
    std::string extension;
    double seconds = 0;  // without the silence at its start and its end

    bool operator==(const kept_clip&) const = default;
};

// What is known of the money: charged at submission, given back when upstream fails the task.
enum class credit_outcome { none, charged, refunded, unknown };
std::string_view to_string(credit_outcome outcome);
std::optional<credit_outcome> credit_outcome_from(std::string_view text);

// The part of a job that its work changes. Only the holder of the lease writes it (and cancel, which ends
// it).
struct job_state {
    job_status status = job_status::queued;
    int progress = 0;  // as frozen at the end; while running see progress_of()
    submission step = submission::waiting;
    int submissions = 0;                       // create calls begun
    int repeats = 0;                           // of them, those after a call whose answer was lost
    int setbacks = 0;                          // failures in a row of the present step
    int faults = 0;                            // those of them of which a few end the job
    int lost_looks = 0;                        // polls in a row that said "unknown task"
    std::string task_id;                       // upstream's; kept for ever once known
    std::string clip_id;                       // of the music under way; forgotten once it is in the archive
    milliseconds typical{0};                   // expected from acceptance to finished, fixed when accepted
    std::optional<store_time> first_tried_at;  // when submission was first attempted
    std::optional<store_time> accepted_at;     // when upstream took the task
    std::optional<store_time> unknown_since;   // since when the outcome of the call is unknown
    std::optional<store_time> music_ready_at;  // when upstream first reported success
    std::string audio_url;                     // upstream's; never shown to a client
    std::string error_message;                 // user-safe
    std::string refusal_reason;                // user-safe
    std::optional<stored_audio> audio;
    int credits = 0;  // the engine's price when charged, of the present call
    credit_outcome credits_are = credit_outcome::none;
    std::string seed_number;  // upstream's own seed of the music

    // Of a job that takes more than one clip, or that works on its only one. All fields above speak of the
    // present paid call; those before it are settled.
    int call = 0;                  // which one it is, from 0: what upstream says of others is not news
    bool replacing = false;        // its clip stands in for one that upstream failed
    std::vector<kept_clip> clips;  // made so far, in order
    int clips_planned = 0;         // 0: not known to be more than one
    bool mastering = false;        // all clips are there: the audio work is what is left
    int earlier_credits = 0;       // spent on the settled calls
    bool lyrics_asked = false;     // upstream was asked to write lyrics, once
    std::string written_lyrics;    // what it wrote

    bool operator==(const job_state&) const = default;
};

// As stored before the paid call: from here on it may have been sent, and may have cost `price` credits.
job_state submitting(job_state from, int price);

struct job {
    std::string id;  // mgen_ and 12 hexadecimal characters
    job_owner owner;
    generation_request request;
    std::string traceparent;  // of the client, as accepted_traceparent() gave it; empty when it sent none
    store_time created_at;
    std::optional<store_time> ended_at;  // nothing while it lives, and where the record does not say
    job_state state;
    store_time as_of;  // the store's clock when this copy was read

    bool operator==(const job&) const = default;
};

// The track of a job carries the job's own suffix, so that it is as unique as the job, and finishing a job
// twice (after a crash) stores the same track. Nothing when the text has another shape.
std::string track_id_of(std::string_view job_id);
std::optional<std::string> job_id_of_track(std::string_view track_id);

// As which the archive keeps a clip of the job until its master is made.
std::string clip_id_of(std::string_view job_id, std::size_t index);

// The present step goes well again, or another one begins.
void forget_setbacks(job_state& state);

// The clip that the present call was to make is settled: the job may be submitted again for another one.
// Status and slot are the store's business.
job_state before_next_call(job_state from);

// What the job has cost, as far as it is known.
constexpr int credits_spent(const job_state& of) {
    const bool paid = of.credits_are == credit_outcome::charged || of.credits_are == credit_outcome::unknown;
    return of.earlier_credits + (paid ? of.credits : 0);
}

// The trace that the job belongs to (runtime/trace_context.hpp): the client's; without one a trace of its
// own, made from its id, so that nothing more is stored. Empty when the id has another shape than ours.
std::string traceparent_of(const job& of);
std::string trace_id_of(const job& of);

// 0 while queued; by elapsed over typical time while running, rising and at most 95, each of several clips
// having its share; 100 when succeeded; as frozen otherwise.
int progress_of(const job& of);

// As the face writes time: "2026-07-01T08:15:00Z".
std::string to_iso8601(store_time at);

}  // namespace gateway
