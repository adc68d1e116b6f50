#include "gateway/domain/task_event.hpp"

namespace gateway {

std::string_view to_string(heard outcome) {
    switch (outcome) {
        case heard::healed: return "healed";
        case heard::look_now: return "look_now";
        case heard::repeated: return "repeated";
        case heard::stale: return "stale";
        case heard::other_task: return "other_task";
        case heard::late: return "late";
    }
    return "unknown";
}

}  // namespace gateway
