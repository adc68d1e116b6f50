#pragma once
// The API itself: create, poll, get-credits, and what the hosting platform answers elsewhere.

#include "backend.hpp"
#include "site.hpp"

#include <string_view>

namespace simulator {

// `path` is the target without its query.
answer producer_answer(backend& all, request&& incoming, std::string_view path);

// The parts of it.
answer create_answer_for(backend& all, request&& incoming);
answer lyrics_answer_for(backend& all, request&& incoming);
answer poll_answer_for(backend& all, const request& incoming, std::string_view task_id);

// The answer that turns the call away, if one does: 401 for a wrong key, then 429.
std::optional<answer> gate_create(backend& all, const request& incoming);
std::optional<answer> gate_poll(backend& all, const request& incoming);
std::optional<answer> gate_key(backend& all, const request& incoming);

}  // namespace simulator
