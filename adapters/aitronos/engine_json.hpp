#pragma once
// The list of engines. Its documented shape is partly unknown (reference/aitronos-api 4), so that both likely
// array keys are served.

#include "gateway/domain/engine.hpp"

#include <string>
#include <vector>

namespace adapters::aitronos {

// {"engines": [...], "items": [...]} with the same elements twice.
std::string engine_list(const std::vector<gateway::engine>& engines);

}  // namespace adapters::aitronos
