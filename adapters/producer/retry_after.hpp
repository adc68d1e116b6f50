#pragma once
// Retry-After in both of its forms; upstream documents neither, so both may come (reference/producer-api 7).

#include <chrono>
#include <optional>
#include <string_view>

namespace adapters::producer {

// How long to wait, seen from `now`: zero for a moment already past, at most one hour whatever is asked.
// Nothing for an empty or unreadable header.
std::optional<std::chrono::milliseconds> read_retry_after(std::string_view header,
                                                          std::chrono::sys_seconds now);

}  // namespace adapters::producer
