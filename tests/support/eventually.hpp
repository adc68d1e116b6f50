#pragma once
// Waiting for something that another process does: looks again and again until it holds or the deadline has
// passed.

#include <chrono>
#include <functional>

namespace end_to_end {

using std::chrono::milliseconds;

// Generous, because it is only ever reached by a test that fails: sanitizers are slow, and audio work has
// what others leave of a busy machine.
inline constexpr milliseconds patience{180'000};

bool eventually(const std::function<bool()>& holds, milliseconds within = patience);

// Lets time pass where the claim itself is that nothing happens meanwhile: true when `holds` held at every
// look.
bool always(const std::function<bool()>& holds, milliseconds during);

}  // namespace end_to_end
