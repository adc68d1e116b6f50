#pragma once
// /_control: how a test looks into the simulator and changes it while it runs. Needs no key, and works while
// the API itself plays dead.

#include "backend.hpp"
#include "site.hpp"

#include <string_view>

namespace simulator {

constexpr std::string_view control_prefix = "/_control/";

// `path` is the target without its query, and begins with control_prefix.
answer control_answer(backend& all, const request& incoming, std::string_view path, std::string_view query);

// Puts everything back to how the program started.
void reset(backend& all);

}  // namespace simulator
