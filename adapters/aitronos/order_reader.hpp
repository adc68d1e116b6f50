#pragma once
// Reads the body of a create: JSON text in, a draft out, without building a document in between.

#include "gateway/service/generation_draft.hpp"
#include "gateway/service/refusal.hpp"

#include <string_view>

namespace adapters::aitronos {

// Depth of arrays and objects, the outermost included.
inline constexpr std::size_t deepest_order = 32;

// invalid_request without a field when the text is no JSON object: malformed, not UTF-8, too deep, followed
// by something, or with a member given twice (also when an escape hides that). A member of the wrong type is
// marked in the draft, and the rules refuse it by name. Null is as good as absent. Unknown members are
// skipped, whatever they hold (reference/aitronos-api 2.10).
gateway::service::outcome<gateway::service::generation_draft> read_order(std::string_view body);

}  // namespace adapters::aitronos
