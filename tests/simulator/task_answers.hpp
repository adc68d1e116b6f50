#pragma once
// How a task looks when it is polled, in both dialects (reference/producer-api 3.1 to 3.3).

#include "answer.hpp"
#include "backend.hpp"

#include <string>

namespace simulator {

// How many clips a task of this plan gets: at least one, and one only when "data" is a single object.
unsigned accepted_clips(const task_behaviour& plan);

// The clip objects of a success, a serialised array.
std::string finished_clips(const backend& all, const task& subject);

// The state as of now. Faults and delays of polling are the route's business.
answer task_answer(const backend& all, const task& subject);

// "pending", "running", "succeeded" or "failed".
std::string_view state_of(const task& subject);

}  // namespace simulator
