#pragma once
// A job's life as an operator reads it: what happened when, made from what is on record. Pure.

#include "gateway/domain/job.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::console {

struct step {
    // "created", "submitted", "answer_lost", "accepted", "music_ready", "expected", or the status of the end.
    // Static storage.
    std::string_view what;
    std::optional<store_time> at;  // nothing: it happened, but when is not on record
    std::string text;              // a sentence for people
    bool done = true;              // false: it lies ahead, and `at` is a guess

    bool operator==(const step&) const = default;
};

// In the order of time; the end, or what is expected next, comes last. Never empty: a job was at least
// created. The record keeps the first attempt to submit and the last word on everything else, so a job that
// was sent twice shows one step for both.
std::vector<step> timeline_of(const job& of);

// "10 credits charged", or empty when nothing was ever paid.
std::string credits_text(const job_state& state);

}  // namespace gateway::console
