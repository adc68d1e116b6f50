#pragma once
// What the stand-in does with one create and with the task that comes of it: plain values, filled by
// behaviour_reader from a script, acted on by the routes. README.md describes every member by its script
// name.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace simulator {

using std::chrono::milliseconds;

enum class create_answer {
    ok,             // { "message": "success", "task_id": ... }
    ok_code_200,    // the same with "code": 200
    ok_camel_case,  // "taskId"
    ok_nested,      // "data": { "task_id": ... }
    no_task_id,     // 200 without any id; the task exists and is charged
    not_json,       // 200 with text; the task exists and is charged
    status,         // whatever create_behaviour::reply says
    hang,           // nothing happens and no answer comes
    hang_after,     // the task exists and is charged, and no answer comes
    cut_before,     // reset without processing
    cut_after,      // the task exists and is charged, then reset without an answer
    cut_mid,        // the task exists and is charged, then reset in the middle of the answer
};

// How the JSON of an error is laid out (reference/producer-api 6.1).
enum class error_shape {
    type_and_error,  // the current revision
    with_code,       // the earlier revision: "code" as well
    with_message,    // "code" and "message"
    nested,          // "error": { "message": ... }
    ok_status,       // HTTP 200, the error only in "code"
};

struct error_reply {
    unsigned status = 500;
    std::string type;                        // empty: the one that belongs to the status
    std::string error;                       // empty: a text that belongs to the status
    std::optional<std::string> body;         // raw text instead of JSON
    std::string content_type;                // empty: JSON, or text/html with a raw body
    std::optional<std::string> retry_after;  // the header's value, seconds or a date
    error_shape shape = error_shape::type_and_error;
    bool accepts = false;  // the task exists and is charged although the answer is an error
};

struct create_behaviour {
    create_answer answer = create_answer::ok;
    error_reply reply;
    milliseconds delay{0};
};

enum class dialect { current, older };
enum class task_result { success, failed, timeout, refused, never };
enum class duration_form { number, string, null };
enum class data_form { array, object };

struct task_behaviour {
    dialect speaks = dialect::current;
    milliseconds pending{100};
    milliseconds running{400};
    task_result result = task_result::success;
    std::string message;  // empty: one that belongs to the result
    bool refund = true;   // false: a failure keeps the credits
    milliseconds lag{0};  // SUCCESS with empty data for so long
    bool wav_url = true;
    bool nulls = false;  // sound, duration and seed are null
    duration_form duration = duration_form::number;
    data_form data = data_form::array;
    std::optional<double> seconds;  // the music nearest to this length; absent: 20 s
    unsigned clips = 1;
    unsigned failed_clips = 0;  // so many of them, the first ones, failed
    unsigned failed_http_status = 200;
    std::optional<milliseconds> lost_after;  // counted from the create: unknown task from then on
    bool clip_state_only = false;            // no "status"; the clips' "state" tells
    std::string state_word;                  // instead of "succeeded"
    bool early_audio_url = false;            // unfinished clips already carry an audio_url
};

// Under which name written lyrics are found, and where.
enum class lyrics_name { lyrics, lyric, text };
enum class lyrics_place {
    array,   // "data": [{ "lyrics": ... }]
    object,  // "data": { "lyrics": ... }
    string,  // "data": "..."
    top,     // beside "code" and "message"
};

// What becomes of a call that asks for lyrics. They have no clips, no webhook, and a task of their own.
struct lyrics_behaviour {
    create_behaviour create;
    bool at_once = false;  // the answer to the call has them already
    milliseconds pending{100};
    milliseconds running{400};
    task_result result = task_result::success;
    std::string message;  // empty: one that belongs to the result
    bool refund = true;
    std::string text = "[Verse]\nThe kettle hums, the rain comes down\n\n[Chorus]\nStay a little longer";
    lyrics_name name = lyrics_name::lyrics;
    lyrics_place place = lyrics_place::array;
};

enum class poll_fault {
    json_404,
    html_404,
    task_not_found_400,
    unauthorized_401,
    throttled_429,
    error_500,
    html_502,
    json_timeout_504,
    html_504,
    hang,
    cut,
    not_json,
    huge,
};

struct poll_fault_entry {
    poll_fault kind = poll_fault::error_500;
    std::uint64_t times = 1;
    std::optional<std::string> retry_after;
};

struct poll_behaviour {
    std::vector<poll_fault_entry> faults;  // used up in order, one per poll
    milliseconds delay{0};
};

enum class webhook_mode {
    once,
    duplicate,  // the same event twice
    late,       // only after a poll has seen the final state
    none,
    stale_timestamp,  // an hour old, correctly signed
    wrong_signature,
    old_signature,  // X-Signature over the body alone, no other header
    early,          // before the create is answered
    garbage,        // correctly signed, not JSON
};

struct webhook_behaviour {
    webhook_mode mode = webhook_mode::once;
    milliseconds delay{0};
    unsigned attempts = 3;    // in all, while the receiver does not answer 2xx
    milliseconds retry{500};  // between attempts
};

enum class audio_kind { m4a, wav };

struct cdn_behaviour {
    milliseconds not_found{0};            // 404 for so long after success
    std::optional<milliseconds> expires;  // refused from so long after success on
    unsigned expired_status = 403;
    std::optional<unsigned> status;  // always this, with a page of HTML
    bool hang = false;
    std::optional<std::string> redirect_to;
    bool redirect_to_private = false;  // to an address of the cloud's own metadata service
    bool redirect_loop = false;        // to itself
    std::optional<std::uint64_t> cut_after_bytes;
    std::uint64_t slow_bytes_per_s = 0;  // 0: as fast as it goes
    std::optional<std::string> content_type;
    std::optional<std::string> file;     // a file of the media folder instead of the right one
    std::uint64_t huge_bytes = 0;        // so many bytes of nothing instead of music
    bool no_length = false;              // no Content-Length: the end of the connection ends the body
    std::optional<audio_kind> only;      // the other one is well
    std::optional<std::uint64_t> times;  // so many requests per task suffer the above, then all is well
};

struct behaviour {
    create_behaviour create;
    task_behaviour task;
    lyrics_behaviour lyrics;
    poll_behaviour poll;
    webhook_behaviour webhook;
    cdn_behaviour cdn;
};

}  // namespace simulator
