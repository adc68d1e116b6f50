#pragma once
// The ends a job can come to, and the words a client reads then. Shared by the decisions about submitting and
// watching.

#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"

#include <string>
#include <string_view>

namespace gateway::work {

// User-safe: no names of upstream, no addresses, no blame on the client.
namespace message {
inline constexpr std::string_view generation_failed = "The music could not be generated. Please try again.";
inline constexpr std::string_view generation_timed_out =
    "The generation took too long and was stopped. Please try again.";
inline constexpr std::string_view no_credits =
    "The music service has no credits left. Please try again later.";
inline constexpr std::string_view engine_retired =
    "This engine has been retired. Please choose another engine.";
inline constexpr std::string_view engine_gone =
    "This engine is no longer offered. Please choose another engine.";
inline constexpr std::string_view not_accepted = "The music service did not accept the request.";
inline constexpr std::string_view unreachable =
    "The music service could not be reached. Please try again later.";
inline constexpr std::string_view outcome_unknown =
    "The connection to the music service was lost while the request was being submitted, and it could not be "
    "confirmed whether the generation had started. It was not repeated, so that nothing is charged twice. "
    "Please try again.";
// With `then: resubmit`.
inline constexpr std::string_view outcome_unknown_twice =
    "The connection to the music service was lost while the request was being submitted, and again when it "
    "was "
    "repeated, and it could not be confirmed whether the generation had started. Please try again.";
inline constexpr std::string_view lost_upstream =
    "The music service no longer knows this generation. Please try again.";
inline constexpr std::string_view no_audio =
    "The generation finished, but its audio could not be obtained. Please try again.";
inline constexpr std::string_view audio_unusable =
    "The music was generated, but its audio could not be worked on. Please try again.";
inline constexpr std::string_view internal =
    "Something went wrong inside the gateway while it worked on this job. Please try again.";
inline constexpr std::string_view refused = "The request was refused because of its content.";
}  // namespace message

// How long music that is there, and paid for, waits for us: for an archive in trouble, and for audio work
// whose turn does not come because there is too much of it.
inline milliseconds our_own_patience(const boost::system::error_code& trouble) {
    return is(trouble, errc::deadline_exceeded) ? milliseconds{6 * 3'600'000} : milliseconds{15 * 60'000};
}

inline job_state failed(const job& at, std::string_view error_message) {
    job_state next = at.state;
    next.progress = progress_of(at);
    next.status = job_status::failed;
    next.error_message = error_message;
    return next;
}

inline job_state refused(const job& at, const std::string& reason) {
    job_state next = at.state;
    next.progress = progress_of(at);
    next.status = job_status::refused;
    next.refusal_reason = reason.empty() ? std::string{message::refused} : reason;
    return next;
}

inline job_state succeeded(const job& at, stored_audio audio) {
    job_state next = at.state;
    next.status = job_status::succeeded;
    next.progress = 100;
    next.audio = std::move(audio);
    next.audio_url.clear();          // the archive has the music; upstream's address expires soon
    next.typical = milliseconds{0};  // there are no polls to plan any more
    next.clip_id.clear();            // the task's id finds it, and the log has it
    next.clips.clear();              // the track is made of them
    next.clips_planned = 0;
    next.mastering = false;
    next.replacing = false;
    return next;
}

}  // namespace gateway::work
