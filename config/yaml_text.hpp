#pragma once
// Writes YAML that our own loader, and every other, reads back as the same texts.

#include <string>
#include <vector>

namespace config {

// The text as a scalar: plain where that is safe, else in double quotes. `${` becomes `$${`, so that no
// reference arises.
std::string yaml_scalar(const std::string& text);

// [a, b]
std::string yaml_list(const std::vector<std::string>& texts);

}  // namespace config
