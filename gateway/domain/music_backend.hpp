#pragma once
// Port: whoever makes the music. Answers are already read: what an upstream said, in our words. Every call
// ends by its deadline and honours cancellation; none throws.

#include "gateway/domain/audio_archive.hpp"
#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gateway {

// Answers to the paid call. Only not_delivered, throttled and upstream_fault may be sent again by themselves.
namespace create_answer {
struct accepted {
    std::string task_id;
};
struct not_delivered {  // not one byte of the request can have arrived
    std::string reason;
};
struct upstream_fault {  // the provider's own 502: not charged, or given back
    std::string reason;
};
struct throttled {
    std::optional<milliseconds> retry_after;
};
struct content_refused {
    std::string reason;  // cleaned of addresses, fit for a user
};
struct invalid {  // 400 otherwise: our own fault
    std::string reason;
};
struct out_of_credits {
    std::string reason;
};
struct access_denied {  // 401, or 403 without content words: our key or plan
    std::string reason;
};
struct retired {
    std::string reason;
};
struct unknown_outcome {  // it may have been accepted and charged
    std::string reason;
};
using any = std::variant<accepted, not_delivered, upstream_fault, throttled, content_refused, invalid,
                         out_of_credits, access_denied, retired, unknown_outcome>;
}  // namespace create_answer

struct clip {
    std::string clip_id;
    std::string audio_url;                   // never empty
    std::optional<double> duration_seconds;  // as upstream claims
    std::string lossless_url = {};           // of the same music; may be empty, and may not be there
    std::string seed = {};                   // upstream's number; may be empty

    bool operator==(const clip&) const = default;
};

// Answers to a look at a task (reference/producer-api 3.5).
namespace task_answer {
struct pending {};
struct ready_without_audio {};  // success, but no clip with an address yet
struct succeeded {
    std::vector<clip> clips;  // the succeeded ones with audio, in upstream's order; at least one
};
struct failed {
    std::string reason;  // for the log; not for users
    bool timed_out = false;
    std::optional<bool> refunded;
};
struct refused {
    std::string reason;  // cleaned of addresses, fit for a user
    std::optional<bool> refunded;
};
struct lost {};  // unknown task
struct transient {
    std::string reason;
    std::optional<milliseconds> retry_after;
    bool unreachable = false;  // no answer of the provider's own: nobody may be there
};
struct throttled {
    std::optional<milliseconds> retry_after;
};
struct access_denied {
    std::string reason;
};
struct misconfigured {  // a 404 or 405 that is not the provider's: wrong base URL
    std::string reason;
};
struct retired {
    std::string reason;
};
using any = std::variant<pending, ready_without_audio, succeeded, failed, refused, lost, transient, throttled,
                         access_denied, misconfigured, retired>;
}  // namespace task_answer

// Answers to a question for the balance.
namespace credits_answer {
struct balance {
    double credits = 0;  // spendable: monthly and extra
};
struct access_denied {
    std::string reason;
};
struct transient {
    std::string reason;
};
using any = std::variant<balance, access_denied, transient>;
}  // namespace credits_answer

// How fetching a clip's audio ended.
namespace fetch_answer {
struct fetched {};        // every byte is in the sink
struct not_there_yet {};  // 403 or 404 from the CDN: perhaps too early
struct forbidden_host {   // the address, or one it redirected to, is not allowed by audio.allowed_hosts
    std::string host;
};
struct failed {  // network, time-out, too large, a cut in the middle, a status that makes no sense
    std::string reason;
};
using any = std::variant<fetched, not_there_yet, forbidden_host, failed>;
}  // namespace fetch_answer

// Answers to the wish for lyrics.
namespace lyrics_answer {
struct written {
    std::string lyrics;  // not blank
};
struct none {  // refused, failed, not understood, too late: the music is made without
    std::string reason;
};
using any = std::variant<written, none>;
}  // namespace lyrics_answer

class music_backend {
public:
    virtual ~music_backend() = default;

    // The one paid call. Once the request may have left this machine, the answer is never not_delivered.
    virtual boost::asio::awaitable<create_answer::any> create(job order, engine with, deadline by) = 0;

    // Free of charge. `traceparent`: of the job.
    virtual boost::asio::awaitable<task_answer::any> look(std::string task_id, std::string traceparent,
                                                          deadline by) = 0;

    virtual boost::asio::awaitable<credits_answer::any> credits(deadline by) = 0;

    // Costs 1 credit, and takes as long as a task does. Asks once, and looks until `by`.
    virtual boost::asio::awaitable<lyrics_answer::any> write_lyrics(job order, deadline by) = 0;

    // Streams the bytes behind `url` into `into`, which must outlive the call. Sends no credentials.
    virtual boost::asio::awaitable<fetch_answer::any> fetch(std::string url, audio_sink& into,
                                                            deadline by) = 0;
};

}  // namespace gateway
