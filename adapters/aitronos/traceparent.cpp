#include "adapters/aitronos/traceparent.hpp"

#include "gateway/runtime/trace_context.hpp"

namespace adapters::aitronos {

std::string traceparent_of(const gateway::http::request& incoming) {
    const std::string* found = nullptr;
    for (const auto& [name, value] : incoming.headers) {
        if (name != "traceparent")
            continue;
        if (found)
            return {};
        found = &value;
    }
    return found ? gateway::accepted_traceparent(*found) : std::string{};
}

}  // namespace adapters::aitronos
