#pragma once
// What upstream says of a task without being asked: a webhook, or an answer that came after its job had been
// given up by whoever waited for it. Already authenticated when it is one of these.

#include "gateway/domain/job.hpp"
#include "gateway/runtime/deadline.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace gateway {

// An event signed further than this from the store's time is not believed (reference/producer-api 8.1).
inline constexpr std::chrono::minutes event_window{5};

struct task_event {
    std::string job_id;
    int call = 0;                                    // which of the job's paid calls (job_state::call)
    std::string task_id;                             // never empty
    std::string id;                                  // of the event; the same one may be delivered again
    std::optional<store_time> signed_at = {};        // by upstream's clock; nothing: no signature to grow old
    std::optional<credit_outcome> credits_are = {};  // when the event says what became of the credits
};

// What an event led to.
enum class heard {
    healed,      // its job was not known to be accepted, and is now
    look_now,    // its job is looked at at once
    repeated,    // known already
    stale,       // signed outside the window: not believed
    other_task,  // its job was accepted as another task: this one is paid for and nobody's
    late,        // its job has ended; what the record did not know of the task is filled in
};
std::string_view to_string(heard outcome);

// Port: whoever carries jobs on (work::worker). Used on its own thread.
class task_listener {
public:
    virtual ~task_listener() = default;

    // not_found when nobody knows the job; otherwise as job_store's calls.
    virtual boost::asio::awaitable<result<heard>> hear(task_event event, deadline by) = 0;
};

}  // namespace gateway
