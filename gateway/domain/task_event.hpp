#pragma once
// What upstream says of a task without being asked: a webhook, or an answer that came after its job had been
// given up by whoever waited for it. Already authenticated when it is one of these.

#include "gateway/domain/job.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace gateway {

// An event signed further than this from the store's time is not believed (reference/producer-api 8.1).
inline constexpr std::chrono::minutes event_window{5};

struct task_event {
    std::string job_id;
    std::string task_id;                             // never empty
    std::string id;                                  // of the event; the same one may be delivered again
    std::optional<store_time> signed_at = {};        // by upstream's clock; nothing: no signature to grow old
    std::optional<credit_outcome> credits_are = {};  // when the event says what became of the credits
};

}  // namespace gateway
