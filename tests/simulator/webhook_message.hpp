#pragma once
// One event as the producer announces it: its body (reference/producer-api 8.2) and the headers that sign it
// (8.1).

#include "behaviour.hpp"
#include "task_store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulator {

struct webhook_message {
    std::string task_id;
    std::string url;
    std::string secret;
    std::string event_id;  // the same for every delivery and attempt
    std::string event;     // song.completed or song.failed
    std::string body;
    webhook_mode mode = webhook_mode::once;
};

// `clips`: the serialised array of clip objects of a success; empty for a failure.
webhook_message announce_success(const task& about, webhook_mode mode, const std::string& clips);
webhook_message announce_failure(const task& about, webhook_mode mode, std::string_view type);

// Signed as of `unix_seconds`, the right way or the wrong way that the mode asks for.
std::vector<std::pair<std::string, std::string>> signed_headers(const webhook_message& message,
                                                                std::int64_t unix_seconds);

}  // namespace simulator
