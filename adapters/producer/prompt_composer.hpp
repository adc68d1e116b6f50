#pragma once
// Turns what was asked for into what the provider understands: mostly one good sentence, since upstream has
// no fields for length, style or mode (reference/producer-api 2.1).

#include "gateway/domain/engine.hpp"
#include "gateway/domain/job.hpp"

#include <optional>
#include <string>

namespace adapters::producer {

// Where the provider announces the end of this task, and the key it signs with.
struct webhook_target {
    std::string url;
    std::string secret;
};

// The body of the create call, JSON, for the clip that the job needs next. Never what upstream is known to
// refuse: the title has at most 80 characters however they are counted, one of sound and lyrics is never
// missing, texts are well-formed UTF-8.
std::string compose_create_body(const gateway::job& order, const gateway::engine& with,
                                const std::optional<webhook_target>& announce_to = std::nullopt);

// "about 2 minutes 30 seconds long"; empty for no duration.
std::string length_in_words(int seconds);

}  // namespace adapters::producer
