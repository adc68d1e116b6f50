#pragma once
// Tasks that write lyrics (reference/producer-api 10): a life shorter than that of music, without clips,
// webhooks or faults of polling.

#include "answer.hpp"
#include "behaviour.hpp"
#include "credits.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace simulator {

struct lyrics_task {
    std::string id;
    std::string prompt;
    std::string traceparent;
    std::shared_ptr<const behaviour> does;
    charge paid;
    std::chrono::steady_clock::time_point created;
    bool refunded = false;
    std::uint64_t polls = 0;
};

// Null when unknown.
lyrics_task* find_lyrics(std::deque<lyrics_task>& among, std::string_view id);

// "pending", "running", "succeeded" or "failed".
std::string_view state_of(const lyrics_task& subject);

// The state as of now, to whoever polls.
answer lyrics_answer(const lyrics_task& subject);

}  // namespace simulator
