#pragma once
// "Did you mean": the known name that a mistyped one is nearest to.

#include <string>
#include <string_view>
#include <vector>

namespace config {

// Empty when none is near enough to be meant: one edit for short names, a third of the letters for long ones.
std::string nearest_name(std::string_view written, const std::vector<std::string>& known);

}  // namespace config
