#pragma once
// From a path to a YAML tree whose references are still placeholders: what every file of ours has in common.

#include "config/problem.hpp"
#include "config/references.hpp"
#include "config/yaml_tree.hpp"

#include <optional>
#include <string>
#include <vector>

namespace config {

struct document {
    yaml_node root;
    std::vector<reference> references;
};

// Nothing when the file can't be read, is larger than `most` bytes, or is no YAML: then `problems` says why,
// and set `missing`, when given, says whether there was no file at all.
std::optional<document> read_document(const std::string& path, std::size_t most, problem_list& problems,
                                      bool* missing = nullptr);

}  // namespace config
